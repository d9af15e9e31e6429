"""What a night sheet says, section by section. Pure: it follows from the record, and nothing in it passes with time.

What passes with time is no part of it: who answers when (`duties.py`), and whether a day has gone by (the page).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from pathways.care.communication import IllnessSeverity, ReadBack
from pathways.care.episodes import Episode, Handover
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    TreatmentLimits,
)
from pathways.care.states import HandoverStatus
from pathways.care.viewing import network_that_sees
from pathways.care.vital_status import is_death_reported
from pathways.definition.conditions import Phase
from pathways.definition.models import Pathway
from pathways.definition.networks import Network, Team
from pathways.definition.texts import Text
from pathways.people.identifiers import masked
from pathways.people.persons import Person
from pathways.people.relatives import Relative

_READ_BACK_HOLDS = frozenset(HandoverStatus) - {
    HandoverStatus.REJECTED,
    HandoverStatus.CANCELLED,
    HandoverStatus.FAILED,
    HandoverStatus.ENTERED_IN_ERROR,
}

F = TypeVar("F", PhaseOfIllness, TreatmentLimits, Kit, Preference, Carer, Consent)


@dataclass(frozen=True)
class Over:
    """That the episode has ended, or its patient's life; when, and whether it was that."""

    at: datetime
    is_death: bool


@dataclass(frozen=True, repr=False)
class Who:
    """The patient. A protected identity has neither name nor number here; what nobody has told is empty."""

    name: str
    masked_number: str
    is_protected: bool


@dataclass(frozen=True)
class Where:
    """Where the patient is, and the team that is responsible (after the end: that was). Names, and a title by language.

    `asked` is the team that is to take over, while a handover to it is under way.
    """

    pathway: Text
    level: Text
    unit: str | None
    team: str
    asked: str | None


@dataclass(frozen=True)
class Paused:
    """Why the episode pauses, and since when."""

    why: Text
    since: datetime


@dataclass(frozen=True)
class State:
    """The phase of illness, when it was found (and entered, if late), and how ill the patient is by the summary."""

    phase: Phase | None
    recorded_at: datetime | None
    severity: IllnessSeverity | None
    entered_at: datetime | None = None


@dataclass(frozen=True, repr=False)
class Words:
    """Words that somebody wrote: which team, and when."""

    text: str
    team: str
    at: datetime


@dataclass(frozen=True, repr=False)
class Contingency:
    """What is to be done if it gets worse: by the latest summary, and as the latest receiver has understood it.

    `is_confirmed` and `correction` are what the sender said of the read-back.
    """

    planned: Words | None
    read_back: Words | None
    is_confirmed: bool
    correction: str | None


@dataclass(frozen=True)
class Wish:
    """A preferred place, second choice, who said so and when."""

    first: Text
    second: Text | None
    said_by: SaidBy
    said_on: date


@dataclass(frozen=True, repr=False)
class Called:
    """A relative who may be called at night. The name is empty for a protected identity."""

    name: str
    relation: str
    phone: str
    is_carer: bool


@dataclass(frozen=True, repr=False)
class Relatives:
    """Who may be called at night, and how many others are known, for the day only.

    After the end, and while a reported death is not confirmed: nobody.
    """

    at_night: tuple[Called, ...]
    by_day: int


@dataclass(frozen=True, repr=False)
class SheetContent:
    """All that a night sheet says, one field for each section. `cover`: how cover is arranged; it is not printed.

    `is_death_reported`: the patient's death is reported from elsewhere, and nobody here has confirmed or denied it.
    """

    over: Over | None
    paused: Paused | None
    who: Who | None
    where: Where
    cover: str
    limits: TreatmentLimits | None
    state: State
    contingency: Contingency
    kit: Kit | None
    care_wish: Wish | None
    death_wish: Wish | None
    carer: Carer | None
    relatives: Relatives
    consent: Consent | None
    is_death_reported: bool = False

    def differs_in(self, other: "SheetContent") -> tuple[str, ...]:
        """The names of the sections in which the two differ."""
        names = (each.name for each in fields(self))
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))

    def written(self) -> str:
        """All of it as one text: equal contents give equal texts, others give others. Personal data."""
        return json.dumps(asdict(self, dict_factory=_said), default=_plain, ensure_ascii=False, sort_keys=True)


_SINCE: Mapping[str, object] = {"entered_at": None, "items": [], "differs_because": "", "is_death_reported": False}
"""What came to be said later, and says nothing where it is so: sheets of before there was that still hold."""


def _said(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What is said."""
    return {name: value for name, value in fields if name not in _SINCE or value != _SINCE[name]}


def content_of(
    episode: Episode, pathway: Pathway, network: Network, person: Person | None, over: Over | None
) -> SheetContent:
    """What a sheet of this episode says. `person` is its patient, where that is known; `over` as the record has it."""
    carer, is_reported = _known(episode, Carer, "carer"), is_death_reported(episode)
    return SheetContent(
        over=over,
        paused=_paused(episode, pathway),
        who=_who(person),
        where=_where(episode, pathway, network),
        cover=_cover(network_that_sees(network, episode), episode.stay.team),
        limits=_known(episode, TreatmentLimits, "treatment-limits"),
        state=_state(episode),
        contingency=_contingency(episode, network),
        kit=_known(episode, Kit, "kit"),
        care_wish=_wish(episode, pathway, PlaceOf.CARE),
        death_wish=_wish(episode, pathway, PlaceOf.DEATH),
        carer=carer,
        relatives=Relatives((), 0) if over or is_reported else _relatives(person, carer),
        consent=_known(episode, Consent, "consent"),
        is_death_reported=is_reported and over is None,
    )


def _known(episode: Episode, kind: type[F], slot: str) -> F | None:
    known = episode.known.get(slot)
    return known.fact if known and isinstance(known.fact, kind) else None


def _who(person: Person | None) -> Who | None:
    if person is None:
        return None
    return Who(person.open_name or "", "" if person.is_protected else masked(person.current), person.is_protected)


def _where(episode: Episode, pathway: Pathway, network: Network) -> Where:
    stay, handover = episode.stay, episode.open_handover
    is_asked = handover is not None and handover.requested_at is not None
    return Where(
        pathway=pathway.title,
        level=pathway.levels[stay.level].title,
        unit=network.units[stay.unit].name if stay.unit and stay.unit in network.units else stay.unit,
        team=team_name(network, stay.team),
        asked=team_name(network, handover.plan.to_team) if handover and is_asked else None,
    )


def team_name(network: Network, team: str) -> str:
    """A team's name, or its key where it has left the network."""
    return network.teams[team].name if team in network.teams else team


def _cover(network: Network, team: str) -> str:
    """How those on the team's ladder are on duty: changes when somebody changes the network file, not with time."""
    own, last = network.teams.get(team), network.last_resort
    ladder = dict.fromkeys(filter(None, (team, own.covered_by if own else None, last.team if last else None)))
    told: Mapping[str, object] = {
        "zone": network.time_zone,
        "country": network.country,
        "teams": [_duties_of(network.teams[each]) for each in ladder if each in network.teams],
        "last": last.model_dump() if last else None,
    }
    return json.dumps(told, sort_keys=True)


def _duties_of(team: Team) -> Mapping[str, object]:
    dumped = team.model_dump(mode="json", include={"name", "phone", "cover", "covered_by"})
    contacts = [contact.model_dump(mode="json", exclude={"secret"}) for contact in team.contacts]
    return {**dumped, "contacts": contacts}


def _paused(episode: Episode, pathway: Pathway) -> Paused | None:
    pause = episode.pause
    if pause is None:
        return None
    why = pathway.pauses[pause.kind].title if pause.kind in pathway.pauses else {"": pause.kind}
    return Paused(why, pause.at)


def _state(episode: Episode) -> State:
    known, phase = episode.known.get("phase"), _known(episode, PhaseOfIllness, "phase")
    severity = episode.summary.summary.illness_severity if episode.summary else None
    entered_at = known.entered_at if known else None
    return State(phase.phase if phase else None, known.at if known else None, severity, entered_at)


def _contingency(episode: Episode, network: Network) -> Contingency:
    written, read_back = episode.summary, _latest_read_back(episode)
    planned = None
    if written and written.summary.contingency.strip():
        planned = Words(written.summary.contingency, team_name(network, written.actor.team or ""), written.at)
    if read_back is None:
        return Contingency(planned, None, is_confirmed=False, correction=None)
    words = Words(read_back.contingency, team_name(network, read_back.given_by.team or ""), read_back.given_at)
    return Contingency(planned, words, read_back.is_confirmed, read_back.correction)


def _latest_read_back(episode: Episode) -> ReadBack | None:
    found = [_last(handover) for handover in episode.handovers.values() if handover.status in _READ_BACK_HOLDS]
    given = [read_back for read_back in found if read_back is not None]
    return max(given, key=lambda read_back: read_back.given_at, default=None)


def _last(handover: Handover) -> ReadBack | None:
    return handover.read_backs[-1] if handover.read_backs else None


def _wish(episode: Episode, pathway: Pathway, place_of: PlaceOf) -> Wish | None:
    preference = _known(episode, Preference, f"preference/{place_of}")
    if preference is None:
        return None
    second = _level(pathway, preference.second) if preference.second else None
    return Wish(_level(pathway, preference.first), second, preference.said_by, preference.said_on)


def _level(pathway: Pathway, level: str) -> Text:
    return pathway.levels[level].title if level in pathway.levels else {"": level}


def _relatives(person: Person | None, carer: Carer | None) -> Relatives:
    """Whoever may be called at night. Where a carer may not by one of the two records, nobody wakes them by mistake."""
    known = person.open_relatives if person else ()
    at_night = [each for each in known if each.may_be_called_at_night and _agrees(each, carer)]
    called = tuple(Called(each.name, each.relation, each.phone, each.is_carer) for each in at_night)
    return Relatives(called, len(known) - len(called))


def _agrees(relative: Relative, carer: Carer | None) -> bool:
    return carer is None or carer.may_be_called_at_night or not relative.is_carer


def _plain(value: object) -> object:
    if not isinstance(value, BaseModel):
        return str(value)
    return _said(value.model_dump(mode="json").items())
