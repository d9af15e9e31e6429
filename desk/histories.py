"""What happened to an episode, as a person reads it: each event with its words, who did it, and what was typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk import care_terms, terms
from pathways.care.actors import Actor, ActorKind
from pathways.care.events import FactRecorded, Recorded, in_true_order, true_place
from pathways.care.events_of_handovers import HandoverChanged, HandoverMarked
from pathways.care.grants.events import GrantWithdrawn
from pathways.care.orders.events import OrderStopped, VisitRecorded
from pathways.care.patient import Consent, PhaseOfIllness, Score, TreatmentLimits, ViewLimit
from pathways.care.states import MarkKind
from pathways.definition.models import BEGINNING
from pathways.definition.texts import Text
from pathways.operations.views import EpisodeView

_STATES = (MarkKind.ACCEPTED, MarkKind.DEPARTED, MarkKind.ARRIVED)
"""Marks that come with a new state of the handover, which says the same."""

_NAMES = ("team", "unit", "contact", "to_team")
_TYPED = ("words", "text", "answer", "correction", "next_action", "contingency", "evidence", "drug", "name")


@dataclass(frozen=True)
class Happened:
    """One thing that happened, `entered_at` of what was entered late.

    `words`: English, to translate; `terms`: words to translate after them.

    `titles`: texts of the pathway. `said`: words to translate, after a colon. `names`: teams, units, contacts, scores.
    `typed`: what a person wrote. `team` and `who`: of a person; empty for a clock and for Handslag itself.
    `in_prefect`: it was done in the Prefect UI, where nobody is identified.
    """

    number: int
    at: datetime
    entered_at: datetime | None
    kind: str
    handover: str | None
    words: str
    terms: tuple[str, ...]
    titles: tuple[Text, ...]
    said: tuple[str, ...]
    names: tuple[str, ...]
    typed: tuple[str, ...]
    team: str | None
    who: str | None
    in_prefect: bool


def shown(view: EpisodeView, handover: str | None = None, *, before: int = 0) -> list[Recorded]:
    """The events that somebody reads of, in the order in which they happened; of `handover`, or of all.

    `before`: only what happened before the event of that number; where there is none such, all.
    """
    end = next((true_place(each) for each in view.history if each.number == before), None)
    found = (each for each in in_true_order(view.history) if _is_shown(each) and is_of(each, handover))
    return [each for each in found if end is None or true_place(each) < end]


def happened(view: EpisodeView, events: Sequence[Recorded]) -> list[Happened]:
    """Some events of an episode, as a person reads them."""
    return [_told(view, each) for each in events]


def _is_shown(recorded: Recorded) -> bool:
    event = recorded.event
    is_said_by_the_state = isinstance(event, HandoverMarked) and event.mark in _STATES
    return event.type in terms.EVENTS and not is_said_by_the_state


def is_of(recorded: Recorded, handover: str | None) -> bool:
    """Whether an event is of this handover, or of none; of any where none is named."""
    return handover is None or getattr(recorded.event, "handover", None) in (handover, None)


def _told(view: EpisodeView, recorded: Recorded) -> Happened:
    event = recorded.event
    data: Mapping[str, Any] = event.model_dump(mode="json")
    is_person = recorded.actor.kind is ActorKind.PERSON
    return Happened(
        number=recorded.number,
        at=recorded.true_at,
        entered_at=recorded.entered_at,
        kind=event.type,
        handover=data.get("handover"),
        words=care_terms.FACTS[event.fact.type] if isinstance(event, FactRecorded) else terms.EVENTS[event.type],
        terms=tuple(_terms(recorded)),
        titles=tuple(_titles(view, data)),
        said=tuple(_said(recorded)),
        names=tuple(_names(view, recorded, data)),
        typed=tuple(_typed(recorded, data)),
        team=_name(view, recorded.actor.team) if is_person and recorded.actor.team else None,
        who=_who(recorded.actor),
        in_prefect=recorded.actor.via == "prefect",
    )


def _terms(recorded: Recorded) -> Iterator[str]:
    match recorded.event:
        case HandoverChanged(after=after):
            yield terms.HANDOVER_STATUSES[after]
        case HandoverMarked(mark=mark):
            yield terms.MARKS[mark]


def _said(recorded: Recorded) -> Iterator[str]:
    """What was recorded, as far as it is one of a few choices."""
    match recorded.event:
        case FactRecorded(fact=PhaseOfIllness(phase=phase)):
            yield terms.PHASES[phase]
        case FactRecorded(fact=TreatmentLimits(limits=limits)):
            yield from (care_terms.TREATMENT_LIMITS[each] for each in limits)
        case FactRecorded(fact=Consent(is_given=is_given)):
            yield care_terms.CONSENTS[is_given]
        case FactRecorded(fact=ViewLimit(is_limited=is_limited)):
            yield care_terms.VIEW_LIMITS[is_limited]
        case VisitRecorded(outcome=outcome):
            yield care_terms.VISIT_OUTCOMES[outcome]
        case OrderStopped(because=because):
            yield care_terms.STOP_REASONS[because]


def _names(view: EpisodeView, recorded: Recorded, data: Mapping[str, Any]) -> Iterator[str]:
    match recorded.event:
        case FactRecorded(fact=Score(instrument=instrument, score=score)):
            yield f"{care_terms.INSTRUMENTS[instrument]} {score}"
        case FactRecorded(fact=ViewLimit(organisation=organisation)):
            known = view.network.organisations.get(organisation)
            yield known.name if known else organisation
        case VisitRecorded(visit=visit):
            yield visit.replace("T", " ")
        case _:
            yield from (_name(view, data[key]) for key in _NAMES if isinstance(data.get(key), str))


def _typed(recorded: Recorded, data: Mapping[str, Any]) -> Iterator[str]:
    yield from (data[key] for key in _TYPED if isinstance(data.get(key), str) and data[key])
    if isinstance(recorded.event, GrantWithdrawn):
        yield recorded.event.reason


def _titles(view: EpisodeView, data: Mapping[str, Any]) -> Iterator[Text]:
    """The titles of what the pathway names in this event: a move, a reason, readiness items, a level, an end."""
    plan, fact = data.get("plan") or {}, data.get("fact") or {}
    pathway, episode = view.pathway, view.episode
    levels = {name: level.title for name, level in pathway.levels.items()}
    services = {name: service.title for name, service in pathway.services.items()}
    order, grant = episode.orders.get(data.get("order", 0)), episode.grants.get(data.get("grant", ""))
    named: Sequence[tuple[Any, Mapping[str, Text]]] = (
        (
            plan.get("move"),
            {**{name: move.title for name, move in pathway.moves.items()}, BEGINNING: pathway.beginning.title},
        ),
        (plan.get("reason"), pathway.reasons),
        *((item, {name: item.title for name, item in pathway.readiness.items()}) for item in data.get("items") or ()),
        *((each, levels) for each in (data.get("level"), fact.get("first"), fact.get("second"))),
        (data.get("reason"), pathway.rejections),
        (data.get("reason"), pathway.waivers),
        (data.get("end"), {name: end.title for name, end in pathway.ends.items()}),
        (data.get("milestone"), {name: milestone.title for name, milestone in pathway.milestones.items()}),
        (order.treatment if order else None, {name: each.title for name, each in pathway.treatments.items()}),
        (grant.package if grant else None, {name: each.title for name, each in pathway.packages.items()}),
        *((each, services) for each in (data.get("give"), data.get("get"))),
    )
    return (titles[name] for name, titles in named if isinstance(name, str) and name in titles)


def _name(view: EpisodeView, key: str) -> str:
    """What a team or a unit is called; its key where the network no longer has it."""
    if key in view.network.teams:
        return view.network.teams[key].name
    return view.network.units[key].name if key in view.network.units else key


def _who(actor: Actor) -> str | None:
    return actor.name if actor.kind is ActorKind.PERSON else None
