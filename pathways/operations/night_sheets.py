"""Night sheets: reads what one says, for those who give care, and tells whether one that was made still holds.

It writes nothing: that a sheet was made is noted with the command `NoteNightSheet`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from pathways.access.relations import relations_of
from pathways.access.table import Right, Role, may
from pathways.access.users import Membership
from pathways.care.actors import Actor
from pathways.care.episodes import Episode
from pathways.care.events import NightSheetMade, PatientChanged, Recorded
from pathways.care.evolution import replayed
from pathways.care.patient_records import is_of_the_dead
from pathways.care.recording import Context
from pathways.care.viewing import require_in_sight
from pathways.clock import Clock
from pathways.cover.rotas import Rota
from pathways.definition.networks import Network
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused
from pathways.operations.people import Patients
from pathways.operations.person_views import Ended
from pathways.people.persons import Person
from pathways.people.vault import Vault
from pathways.reports.contents import Over, SheetContent, content_of, team_name
from pathways.reports.duties import Duty, duties
from pathways.reports.marks import mark_of, read_mark
from pathways.reports.night_sheets import Sheet
from pathways.store.unit_of_work import UnitOfWork

RECORD_OF_PATIENT = "patient"
"""What has changed where it is the patient's record: who it is, or the relatives."""


@dataclass(frozen=True)
class Checked:
    """Whether a sheet still holds; else when it was made, and which sections of it have changed since.

    The sections are the fields of `SheetContent`, and `patient`. `answers`: who answers now.
    """

    is_current: bool
    made_at: datetime | None
    changed: tuple[str, ...]
    answers: Duty | None


class NightSheets:
    """Reads and checks night sheets. `rota` gives a network's cover; `after`: how long who had a part may read on."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        patients: Patients,
        clock: Clock,
        rota: Callable[[Network], Rota],
        after: timedelta,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._patients = patients
        self._clock = clock
        self._rota = rota
        self._after = after

    def read(self, episode: str, actor: Actor, language: Language | None = None) -> Sheet:
        """The sheet, as `shown_to`, for a team that the access table lets read it. Raises Refused."""
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.episodes.get(episode)
            self._require_reader(work, self._patients.context(work, found), found, actor)
        return self.shown_to(episode, actor, language)

    def shown_to(self, episode: str, actor: Actor, language: Language | None = None) -> Sheet:
        """The sheet as it would be made now, for whoever knows that the reader may see it, as `Access.acting` says.

        In the language of the reader's team if none is named.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.episodes.get(episode)
            context = self._patients.context(work, found)
            content = self._content(work, found, actor.team)
        network, team = context.network, actor.team or ""
        own = network.teams[team].language if team in network.teams else Language.ENGLISH
        return Sheet(
            reference=episode,
            content=content,
            duties=duties(network, self._rota(network), found.stay.team, context.now),
            mark=mark_of(content, self._vault),
            number=found.number,
            made_at=context.now,
            made_by=actor.name,
            made_for=team_name(network, team),
            time_zone=network.time_zone,
            language=language or Language(own),
        )

    def is_current(self, episode: Episode) -> bool:
        """Whether the latest night sheet of an episode says what is so now, to the team that it was made for.

        Raises Failed where a key is missing.
        """
        if episode.night_sheet is None:
            return False
        with UnitOfWork(self._engine, writes=False) as work:
            made = _latest(work.episodes.history(episode.reference), episode.night_sheet.mark)
            mark = mark_of(self._content(work, episode, made.team if made else None), self._vault)
        return episode.night_sheet.mark == mark

    def check(self, episode: str, mark: str, actor: Actor) -> Checked:
        """Whether the sheet with this mark says what is so now. Raises Refused, NotFound for a mark never given."""
        wanted = read_mark(mark)
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.episodes.get(episode)
            context = self._patients.context(work, found)
            self._require_reader(work, context, found, actor)
            history = work.episodes.history(episode)
            made = _latest(history, wanted)
            now = self._content(work, found, made.team if made else actor.team)
            is_current = mark_of(now, self._vault) == wanted
            if made is None and not is_current:
                raise NotFound(
                    "No night sheet with that mark was made of episode {episode}.",
                    "Compare the reference and the mark with the sheet. If they are right, throw it away.",
                    episode=episode,
                )
            changed = () if is_current or made is None else self._changed(work, history, made, now)
        network = context.network
        turns = duties(network, self._rota(network), found.stay.team, context.now)
        return Checked(is_current, made.at if made else None, changed, next(iter(turns), None))

    def _require_reader(self, work: UnitOfWork, context: Context, episode: Episode, actor: Actor) -> None:
        """The team gives care there, as the access table has it: whoever acts for it is at the command line."""
        require_in_sight(context.whole, context.network, episode.reference, actor.team)
        if actor.team is not None:
            given = Membership(network=episode.network, role=Role.TEAM_MEMBER, team=actor.team)
            acted_at = work.episodes.last_act_of(actor.team, episode.reference)
            relations = relations_of(context, episode, given, self._after, acted_at)
            if may(given.role, Right.READ_NIGHT_SHEET, relations):
                return
        raise Refused(
            "Your team has no part in episode {episode}: its night sheet is not for it.",
            "Ask the responsible team.",
            episode=episode.reference,
        )

    def _changed(
        self, work: UnitOfWork, history: Sequence[Recorded], made: "_Made", now: SheetContent
    ) -> tuple[str, ...]:
        """The sections that differ now, told by going through the history up to where the sheet was read."""
        sheet = made.event
        before = replayed(history[: sheet.number])
        if before is None:
            raise AssertionError("a sheet is made of an episode that has begun")
        then = self._content(work, before, made.team, made.at)
        found = then.differs_in(now)
        if mark_of(then, self._vault) == sheet.mark:
            return found
        is_of_patient = any(isinstance(recorded.event, PatientChanged) for recorded in history[sheet.number :])
        return (*found, RECORD_OF_PATIENT if is_of_patient else "cover")

    def _content(
        self, work: UnitOfWork, episode: Episode, team: str | None, at: datetime | None = None
    ) -> SheetContent:
        """What a sheet says to a team of the episode as given; of its patient as known now, but deaths after `at`."""
        pathway = work.definitions.pathway(episode.pathway, episode.version)
        network = work.definitions.network(episode.network)
        person: Person | None = None
        ended: Ended | None = None
        if known := self._patients.record(work, episode, team):
            person, ended = known.view.person, known.ended
        own = Over(episode.ended_at, is_of_the_dead(pathway, episode)) if episode.ended_at else None
        elsewhere = Over(ended.at, ended.is_death) if ended and (at is None or ended.at <= at) else None
        return content_of(episode, pathway, network, person, elsewhere or own)


@dataclass(frozen=True)
class _Made:
    """That a sheet was made: what of, when, and for which team."""

    event: NightSheetMade
    at: datetime
    team: str | None


def _latest(history: Sequence[Recorded], mark: str) -> _Made | None:
    """The latest sheet with this mark."""
    found = (
        _Made(each.event, each.at, each.actor.team)
        for each in reversed(history)
        if isinstance(each.event, NightSheetMade) and each.event.mark == mark
    )
    return next(found, None)
