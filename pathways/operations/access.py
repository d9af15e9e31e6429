"""Access: what a viewer may see of an episode and do to it, noted in the audit log, whatever comes of it.

Whether they may follows from the table and from how their team stands to the episode, looked at in the very transaction
that reads or changes it. Whoever may not know of an episode is answered as if it did not exist.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Engine

from pathways.access.commands import name_of, right_for
from pathways.access.relations import UNRELATED, relations_of
from pathways.access.table import Relation, Right
from pathways.access.users import Viewer
from pathways.audit.entries import Entry, Outcome
from pathways.care.actors import Actor
from pathways.care.commands import Command, WantedHandover
from pathways.care.episodes import Episode
from pathways.care.erasing import require_not_erased
from pathways.care.recording import Context, Decision
from pathways.care.references import ReferenceKind, read_reference
from pathways.care.texts import require_text
from pathways.clock import Clock
from pathways.errors import NotFound, Refused, Stale
from pathways.operations.audit import AuditOperations
from pathways.operations.noting import entry_of
from pathways.operations.patient_refusals import StoodAgainst
from pathways.operations.references_of_others import without_others
from pathways.operations.views import EpisodeView, Views
from pathways.settings import Settings
from pathways.store.episodes import no_such
from pathways.store.unit_of_work import UnitOfWork

_FEWEST_WORDS = 3
"""Of the reason for which an episode is opened in an emergency."""

_HAS_A_PART = frozenset({Relation.INFORMED})
"""The least that a team with a part in an episode is to it."""

Found = TypeVar("Found")
Look = Callable[[UnitOfWork, Context, Episode], Found]
Guard = Look[None]
"""Looks, before a command is decided on, whether it may be done to the episode, which is locked. Raises Refused."""


class Doing(Protocol):
    """The operations that change an episode, each with a guard that may refuse before anything is decided."""

    def perform(self, reference: str, command: Command, guard: Guard) -> Decision:
        """Do a command."""
        ...

    def plan_handover(self, episode: str, actor: Actor, wanted: WantedHandover, guard: Guard) -> str:
        """Plan a handover; gives its reference."""
        ...

    def come_back(
        self, returns: str, actor: Actor, cause: str, guard: Guard, occurred_at: datetime | None = None
    ) -> str:
        """Ask those who handed a patient over to take the patient back; gives the new reference."""
        ...


@dataclass(frozen=True)
class _Ground:
    """On what ground somebody may: the relations of their team or, in an emergency, the reason that they gave.

    `covered`: the closed team as which they act; then the relations are that team's.
    """

    relations: frozenset[Relation]
    reason: str | None = None
    until_at: datetime | None = None
    covered: str | None = None

    @property
    def words(self) -> str:
        relations = ", ".join(sorted(self.relations))
        return self.reason or (f"covering {self.covered}: {relations}" if self.covered else relations)


class Access:
    """Shows and does for viewers what they may see and do, and nothing else."""

    def __init__(
        self, engine: Engine, settings: Settings, clock: Clock, views: Views, audit: AuditOperations, doing: Doing
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._views = views
        self._audit = audit
        self._doing = doing
        self._after = timedelta(days=settings.access_after_days)
        self._emergency = timedelta(minutes=settings.emergency_minutes)

    def see(self, viewer: Viewer, reference: str, right: Right = Right.SEE_EPISODE) -> EpisodeView:
        """The episode, or the episode of the handover, with this reference. Raises NotFound without access, Refused."""

        def look(work: UnitOfWork, context: Context, episode: Episode) -> EpisodeView:
            view = self._views.view(work, context, episode)
            return without_others(view, partial(self.is_seen, work, viewer))

        return self.looked(viewer, reference, right, look)

    def looked(self, viewer: Viewer, reference: str, right: Right, look: Look[Found]) -> Found:
        """What `look` sees of an episode, once it is noted that the viewer has seen it. Raises as `see`."""
        known = _read(reference)
        with self._noting_refusals(viewer, right, known):
            with UnitOfWork(self._engine, writes=False) as work:
                episode = self._views.episode(work, known)
                context = self._views.context(work, episode)
                ground = self._ground(work, viewer, context, episode)
                _require(viewer, right, ground, known)
                found = look(work, context, episode)
                entry = self._entry(work, viewer, right, episode.reference, ground)
            self._audit.note(entry)
        return found

    def relations(self, viewer: Viewer, reference: str) -> frozenset[Relation]:
        """How the viewer's team stands to an episode that the viewer may see. Raises NotFound. Is not noted."""
        return self._found(viewer, _read(reference))[1].relations

    def number(self, viewer: Viewer, reference: str) -> int:
        """How many events an episode has that the viewer may see. Raises NotFound. Is not noted.

        One query where the viewer's team has a part in it; only else is it looked at whole.
        """
        known = _read(reference)
        if viewer.team and viewer.may(Right.SEE_EPISODE, _HAS_A_PART):
            with UnitOfWork(self._engine, writes=False) as work:
                found = work.concerns.number(viewer.network, viewer.team, known)
            if found is not None:
                return found
        return self._found(viewer, known)[0].number

    def shown(self, viewer: Viewer, reference: str) -> Episode:
        """The episode of a page that the viewer was shown, which was noted then. Raises NotFound. Is not noted."""
        return self._found(viewer, _read(reference))[0]

    def is_seen(self, work: UnitOfWork, viewer: Viewer, episode: str) -> bool:
        """Whether there is such an episode for the viewer: one that is gone is seen by nobody. Is not noted."""
        found = next(work.episodes.many([episode]), None)  # whether its texts can be opened is no matter
        if found is None:
            return False
        ground = self._ground(work, viewer, self._views.context(work, found), found)
        return viewer.may(Right.SEE_EPISODE, ground.relations)

    @contextmanager
    def acting(self, viewer: Viewer, reference: str, right: Right) -> Iterator[str]:
        """Do in this block, as `viewer.actor`, what has no method here; gives the episode's reference. Raises as `see`.

        It is noted before it is done, and once more where it is refused.
        """
        episode = self.looked(viewer, reference, right, lambda _work, _context, episode: episode.reference)
        with self._noting_refusals(viewer, right, episode):
            yield episode

    def perform(self, viewer: Viewer, reference: str, command: Command, number: int | None = None) -> Decision:
        """Do a command to the episode, or to the episode of the handover, with this reference, as the viewer.

        Whoever the command names as its actor, it is the viewer. `number`: that of the last event that they know of.
        Raises NotFound without access, Refused, and Stale where more than that has happened.
        """
        what, known = name_of(command), _read(reference)
        own = command.model_copy(update={"actor": viewer.actor})
        with self._noting_refusals(viewer, what, known):
            try:
                return self._doing.perform(known, own, self._guard(viewer, right_for(command), what, known, number))
            except StoodAgainst as refused:
                with UnitOfWork(self._engine, writes=False) as work:
                    is_seen = self.is_seen(work, viewer, refused.episode)
                raise (refused if is_seen else refused.to_a_stranger()) from None

    def plan_handover(self, viewer: Viewer, episode: str, wanted: WantedHandover, number: int | None = None) -> str:
        """Plan a handover and, unless it stays a draft, request it; gives its reference. Raises as `perform`."""
        known = _read(episode)
        with self._noting_refusals(viewer, "plan-handover", known):
            guard = self._guard(viewer, Right.ACT_ON_HANDOVER, "plan-handover", known, number)
            return self._doing.plan_handover(known, viewer.actor, wanted, guard)

    def come_back(
        self, viewer: Viewer, returns: str, cause: str, number: int | None = None, occurred_at: datetime | None = None
    ) -> str:
        """Ask those who handed a patient over by `returns` to take the patient back. Raises as `perform`."""
        known = _read(returns)
        with self._noting_refusals(viewer, "come-back", known):
            guard = self._guard(viewer, Right.ACT_ON_HANDOVER, "come-back", known, number)
            return self._doing.come_back(known, viewer.actor, cause, guard, occurred_at)

    def open_in_emergency(self, viewer: Viewer, reference: str, reason: str) -> datetime:
        """Let the viewer see an episode in which their team has no part, for a reason; gives until when.

        A second time changes nothing while the first lasts. Raises NotFound, Refused.
        """
        known = _read(reference)
        require_text(reason)
        with self._noting_refusals(viewer, Right.OPEN_IN_EMERGENCY, known):
            if viewer.user.is_system:
                raise Refused("Only a person opens an episode in an emergency.", "Open it at the desk.")
            if len(reason.split()) < _FEWEST_WORDS:
                raise Refused(
                    "Nothing was opened: the reason is too short.",
                    "Say it in at least {fewest} words.",
                    fewest=_FEWEST_WORDS,
                )
            with UnitOfWork(self._engine) as work:
                episode = self._views.episode(work, known)
                ground = self._ground(work, viewer, self._views.context(work, episode), episode)
                if ground.until_at is not None:
                    return ground.until_at
                is_elsewhere = episode.network != viewer.network
                if is_elsewhere or not viewer.may(Right.OPEN_IN_EMERGENCY, ground.relations):
                    _require(viewer, Right.SEE_EPISODE, ground, known)
                    raise Refused("You see it already.", "Go on without emergency access.")
                require_not_erased(episode)
                until_at = self._clock() + self._emergency
                work.emergencies.open(viewer, episode.reference, reason, self._clock(), until_at)
                opened = _Ground(frozenset({Relation.EMERGENCY}), reason)
                work.audit.add(self._entry(work, viewer, Right.OPEN_IN_EMERGENCY, episode.reference, opened))
                work.commit()
        return until_at

    def opened_in_emergency(self, viewer: Viewer) -> Mapping[str, datetime]:
        """The episodes that the viewer sees by emergency access now, each until when. Is not noted: it shows none."""
        with UnitOfWork(self._engine, writes=False) as work:
            return dict(work.emergencies.all_open_to(viewer.user.login, viewer.network, self._clock()))

    def _found(self, viewer: Viewer, known: str) -> tuple[Episode, _Ground]:
        """The episode that the viewer may see, and on what ground. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            episode = self._views.episode(work, known)
            ground = self._ground(work, viewer, self._views.context(work, episode), episode)
        _require(viewer, Right.SEE_EPISODE, ground, known)
        return episode, ground

    def _guard(self, viewer: Viewer, right: Right, what: str, known: str, number: int | None) -> Guard:
        def guard(work: UnitOfWork, context: Context, episode: Episode) -> None:
            ground = self._ground(work, viewer, context, episode)
            _require(viewer, right, ground, known)
            if number not in (None, episode.number):
                raise Stale(
                    "Something has happened to {reference} since it was looked at.",
                    "Look again, then decide.",
                    reference=known,
                )
            work.audit.add(self._entry(work, viewer, what, episode.reference, ground))

        return guard

    def _ground(self, work: UnitOfWork, viewer: Viewer, context: Context, episode: Episode) -> _Ground:
        closed = viewer.stands_in_for
        if closed is not None and closed in context.rota.stands_in_for(viewer.team or "", context.now):
            covered = viewer.membership.model_copy(update={"team": closed})
            return _Ground(relations_of(context, episode, covered, self._after), covered=closed)
        acted_at = work.episodes.last_act_of(viewer.team, episode.reference) if viewer.team else None
        found = relations_of(context, episode, viewer.membership, self._after, acted_at)
        if found != UNRELATED or episode.network != viewer.network:
            return _Ground(found)
        opened = work.emergencies.open_to(viewer.user.login, episode.reference, context.now)
        return _Ground(frozenset({Relation.EMERGENCY}), *opened) if opened else _Ground(found)

    def _entry(
        self,
        work: UnitOfWork,
        viewer: Viewer,
        what: str,
        episode: str,
        ground: _Ground,
        outcome: Outcome = Outcome.DONE,
    ) -> Entry:
        return entry_of(
            viewer,
            self._clock(),
            what,
            ground.words,
            episode=episode,
            person=work.people.of(episode),
            is_emergency=ground.reason is not None,
            outcome=outcome,
        )

    @contextmanager
    def _noting_refusals(self, viewer: Viewer, what: str, known: str) -> Iterator[None]:
        """Whatever was refused is noted: who tries references, or what is not theirs, is seen."""
        try:
            yield
        except Refused as refused:
            outcome = Outcome.NOT_FOUND if isinstance(refused, NotFound) else Outcome.REFUSED
            with UnitOfWork(self._engine) as work:
                try:
                    episode = self._views.episode(work, known)
                except NotFound:
                    work.audit.add(entry_of(viewer, self._clock(), what, Relation.UNRELATED, outcome=outcome))
                else:
                    ground = self._ground(work, viewer, self._views.context(work, episode), episode)
                    work.audit.add(self._entry(work, viewer, what, episode.reference, ground, outcome))
                work.commit()
            raise


def _read(reference: str) -> str:
    """The reference that is meant. It says nothing of which there are. Raises Refused."""
    is_handover = reference.strip().upper().startswith(ReferenceKind.HANDOVER)
    return read_reference(reference, ReferenceKind.HANDOVER if is_handover else ReferenceKind.EPISODE)


def _require(viewer: Viewer, right: Right, ground: _Ground, known: str) -> None:
    """Whoever may not see the episode learns nothing of it; who may see it is told what they may not do."""
    if not viewer.may(Right.SEE_EPISODE, ground.relations):
        raise no_such(known)
    if not viewer.may(right, ground.relations):
        raise Refused(
            "You see {reference}, but that is not yours to do there.", "Ask the responsible team.", reference=known
        )
    if viewer.stands_in_for != ground.covered:
        raise no_stand_in()


def no_stand_in() -> Refused:
    """What somebody is told who acts for a team that theirs does not answer for."""
    return Refused("Your team does not answer for that one now.", "Act for your own team, or ask theirs.")
