"""Episodes as rows: read back into the state that `care` knows, and written by decision, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from pathways.care.episodes import Actor, Episode, Handover, Mark, Plan, RunningClock, Stay
from pathways.care.events import ClockStopped, NoticesWithdrawn, Recorded, event_adapter
from pathways.care.recording import Decision
from pathways.care.references import ReferenceKind
from pathways.care.states import TERMINAL, EpisodeStatus, HandoverStatus
from pathways.errors import NotFound, Stale
from pathways.store.outbox import Outbox
from pathways.store.tables import ClockRow, EpisodeRow, EventRow, HandoverRow, MarkRow, StayRow

_NOT_OF_THE_HANDOVER = {"episode", "position", "number", "is_unseen", "plan", "status", "held_from", "confirmed"}


@dataclass(frozen=True)
class Needs:
    """Teams, units and pathway versions of one network that may not go away yet."""

    teams: frozenset[str]
    units: frozenset[str]
    versions: frozenset[tuple[str, date]]


class Episodes:
    """Reads and writes episodes within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._outbox = Outbox(session)

    def get(self, reference: str, *, for_writing: bool = False) -> Episode:
        """The episode with this reference. Raises NotFound. `for_writing` keeps other writers waiting."""
        query = select(EpisodeRow).where(EpisodeRow.reference == reference)
        row = self._session.exec(query.with_for_update() if for_writing else query).one_or_none()
        if row is None:
            raise NotFound(f"There is no episode {reference}.", "Check the reference, or look it up: handslag waiting.")
        return self._loaded(row)

    def of_handover(self, handover: str) -> str:
        """The reference of the episode that a handover belongs to. Raises NotFound."""
        found = self._session.exec(select(HandoverRow.episode).where(HandoverRow.reference == handover)).one_or_none()
        if found is None:
            raise NotFound(f"There is no handover {handover}.", "Check the reference, or look it up: handslag waiting.")
        return found

    def network_of(self, reference: str) -> str:
        """The name of the network that an episode belongs to. Raises NotFound."""
        found = self._session.exec(select(EpisodeRow.network).where(EpisodeRow.reference == reference)).one_or_none()
        if found is None:
            raise NotFound(f"There is no episode {reference}.", "Check the reference, or look it up: handslag waiting.")
        return found

    def next_clock_at(self) -> datetime | None:
        """When the next running clock wants something done; in the past if it is overdue."""
        query = select(ClockRow.next_at).where(col(ClockRow.stopped_at).is_(None)).order_by(col(ClockRow.next_at))
        return self._session.exec(query.limit(1)).first()

    def exists(self, reference: str) -> bool:
        """Whether this reference names an episode or a handover."""
        is_handover = reference.startswith(ReferenceKind.HANDOVER)
        query = (
            select(HandoverRow.reference).where(HandoverRow.reference == reference)
            if is_handover
            else select(EpisodeRow.reference).where(EpisodeRow.reference == reference)
        )
        return self._session.exec(query).first() is not None

    def history(self, reference: str, *, after: int = 0) -> tuple[Recorded, ...]:
        """What happened to an episode after event number `after`, in order."""
        rows = self._session.exec(
            select(EventRow)
            .where(EventRow.episode == reference, EventRow.number > after)
            .order_by(col(EventRow.number))
        )
        return tuple(
            Recorded(
                number=row.number,
                at=row.at,
                actor=Actor.model_validate(row.actor),
                event=event_adapter.validate_python(row.data),
            )
            for row in rows
        )

    def due(self, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Episode and key of the clocks that something should be done about by `now`, the oldest first."""
        query = (
            select(ClockRow.episode, ClockRow.key)
            .where(col(ClockRow.stopped_at).is_(None), ClockRow.next_at <= now)
            .order_by(col(ClockRow.next_at))
            .limit(limit)
        )
        return self._session.exec(query).all()

    def unannounced(self, limit: int) -> Sequence[tuple[str, int]]:
        """Episodes with events that have not been announced, each with the number up to which they have been."""
        query = (
            select(EpisodeRow.reference, EpisodeRow.announced_number)
            .where(col(EpisodeRow.announced_number) < col(EpisodeRow.number))
            .limit(limit)
        )
        return self._session.exec(query).all()

    def announced_number(self, reference: str) -> int:
        """Up to which number the events of an episode have been announced."""
        return self._session.exec(select(EpisodeRow.announced_number).where(EpisodeRow.reference == reference)).one()

    def announced(self, reference: str, number: int) -> None:
        """Record that the events of an episode up to `number` have been announced."""
        self._session.exec(
            update(EpisodeRow).where(col(EpisodeRow.reference) == reference).values(announced_number=number)
        )

    def waiting(self, limit: int | None) -> Sequence[tuple[str, RunningClock, Handover | None]]:
        """The running clocks, each with its episode and its handover without marks.

        Sorted by when they are due, at most `limit` of them.
        """
        query = (
            select(ClockRow, HandoverRow)
            .join(HandoverRow, col(HandoverRow.reference) == ClockRow.subject, isouter=True)
            .where(col(ClockRow.stopped_at).is_(None))
            .order_by(col(ClockRow.due_at), col(ClockRow.key))
            .limit(limit)
        )
        return [
            (clock.episode, _clock(clock), _handover(handover, ()) if handover else None)
            for clock, handover in self._session.exec(query)
        ]

    def needs(self, network: str) -> Needs:
        """What running episodes and unanswered clocks need of a network."""
        mine = col(EpisodeRow.network) == network
        active = mine, col(EpisodeRow.status) == EpisodeStatus.ACTIVE
        stays = self._session.exec(select(EpisodeRow.team, EpisodeRow.unit).where(*active).distinct()).all()
        owners = self._session.exec(
            select(ClockRow.owner)
            .join(EpisodeRow, col(EpisodeRow.reference) == ClockRow.episode)
            .where(mine, col(ClockRow.stopped_at).is_(None))
            .distinct()
        )
        plans = self._session.exec(
            select(HandoverRow.plan)
            .join(EpisodeRow, col(EpisodeRow.reference) == HandoverRow.episode)
            .where(*active, col(HandoverRow.status).not_in(tuple(TERMINAL)))
        ).all()
        versions = self._session.exec(
            select(col(EpisodeRow.pathway), col(EpisodeRow.version)).where(*active).distinct()
        )
        teams = {team for team, _unit in stays} | set(owners)
        teams |= {plan[side] for plan in plans for side in ("from_team", "to_team")}
        units = {unit for _team, unit in stays} | {plan["to_unit"] for plan in plans}
        return Needs(frozenset(teams), frozenset(unit for unit in units if unit), frozenset(versions.all()))

    def write(self, before: Episode | None, decision: Decision, *, person_id: int | None = None) -> None:
        """Write a decision: state, events, clocks and notices together. Raises Stale if someone was faster."""
        after = decision.episode
        if before is None:
            row = EpisodeRow(reference=after.reference, person_id=person_id, **_episode_values(after))
            self._session.add(row)
            self._session.flush()
        else:
            self._change(before, after)
        self._write_stays(before, after)
        self._write_handovers(before, after)
        self._write_clocks(before, after, decision.events)
        self._write_history(after.reference, decision)

    def _change(self, before: Episode, after: Episode) -> None:
        changed: CursorResult[Any] = self._session.exec(
            update(EpisodeRow)
            .where(col(EpisodeRow.reference) == after.reference, col(EpisodeRow.number) == before.number)
            .values(**_episode_values(after))
        )
        if changed.rowcount != 1:
            raise Stale(f"Episode {after.reference} has just been changed by someone else.", "Look again, then decide.")

    def _write_stays(self, before: Episode | None, after: Episode) -> None:
        known = before.stays if before else ()
        for position, stay in enumerate(after.stays):
            if position < len(known) and known[position] == stay:
                continue
            self._session.merge(StayRow(episode=after.reference, position=position, **stay.model_dump()))
            self._session.flush()  # the earlier stay is closed before the next one opens

    def _write_handovers(self, before: Episode | None, after: Episode) -> None:
        known = before.handovers if before else {}
        for position, (reference, handover) in enumerate(after.handovers.items()):
            if known.get(reference) == handover:
                continue
            values = handover.model_dump(mode="python", exclude={"marks", "plan", "confirmed"})
            self._session.merge(
                HandoverRow(
                    episode=after.reference,
                    position=position,
                    plan=handover.plan.model_dump(mode="json"),
                    confirmed=list(handover.confirmed),
                    number=after.number,
                    is_unseen=True,
                    **values,
                )
            )
            self._session.flush()
            marked = {mark.kind for mark in known[reference].marks} if reference in known else set()
            for mark in handover.marks:
                if mark.kind not in marked:
                    actor = mark.actor.model_dump(mode="json")
                    self._session.add(MarkRow(handover=reference, kind=mark.kind, at=mark.at, actor=actor))

    def _write_clocks(self, before: Episode | None, after: Episode, events: Iterable[Recorded]) -> None:
        known = before.clocks if before else {}
        for key, clock in after.clocks.items():
            if known.get(key) != clock:
                values = {**clock.model_dump(), "repeat": str(clock.repeat)}
                self._session.merge(ClockRow(episode=after.reference, **values))
        self._session.flush()
        for recorded in events:
            if isinstance(recorded.event, ClockStopped):
                self._session.exec(
                    update(ClockRow)
                    .where(col(ClockRow.episode) == after.reference, col(ClockRow.key) == recorded.event.key)
                    .values(stopped_at=recorded.at, outcome=recorded.event.outcome)
                )

    def _write_history(self, reference: str, decision: Decision) -> None:
        for recorded in decision.events:
            self._session.add(
                EventRow(
                    episode=reference,
                    number=recorded.number,
                    type=recorded.event.type,
                    at=recorded.at,
                    actor=recorded.actor.model_dump(mode="json"),
                    data=recorded.event.model_dump(mode="json"),
                )
            )
            if isinstance(recorded.event, NoticesWithdrawn):
                self._outbox.withdraw(reference, recorded.event.handover)
        if decision.notices:
            self._outbox.add(reference, decision.notices, decision.events[0].at)
        self._session.flush()

    def _loaded(self, row: EpisodeRow) -> Episode:
        reference = row.reference
        stays = self._session.exec(select(StayRow).where(StayRow.episode == reference).order_by(col(StayRow.position)))
        handovers = self._session.exec(
            select(HandoverRow).where(HandoverRow.episode == reference).order_by(col(HandoverRow.position))
        ).all()
        marks = self._session.exec(
            select(MarkRow)
            .join(HandoverRow, col(HandoverRow.reference) == MarkRow.handover)
            .where(HandoverRow.episode == reference)
            .order_by(col(MarkRow.at))
        ).all()
        clocks = self._session.exec(
            select(ClockRow).where(ClockRow.episode == reference, col(ClockRow.stopped_at).is_(None))
        )
        return Episode(
            **row.model_dump(exclude={"person_id", "level", "team", "unit", "announced_number"}),
            stays=tuple(Stay(**stay.model_dump(exclude={"episode", "position"})) for stay in stays),
            handovers={found.reference: _handover(found, marks) for found in handovers},
            clocks={clock.key: _clock(clock) for clock in clocks},
        )


def _episode_values(episode: Episode) -> dict[str, Any]:
    return {
        "pathway": episode.pathway,
        "version": episode.version,
        "network": episode.network,
        "status": episode.status,
        "level": episode.level,
        "team": episode.stay.team,
        "unit": episode.stay.unit,
        "care_team": dict(episode.care_team),
        "began_at": episode.began_at,
        "ended_at": episode.ended_at,
        "end": episode.end,
        "number": episode.number,
    }


def _handover(row: HandoverRow, marks: Iterable[MarkRow]) -> Handover:
    return Handover(
        **row.model_dump(exclude=_NOT_OF_THE_HANDOVER),
        status=HandoverStatus(row.status),
        held_from=HandoverStatus(row.held_from) if row.held_from else None,
        confirmed=tuple(row.confirmed),
        plan=Plan.model_validate(row.plan),
        marks=tuple(
            Mark(kind=mark.kind, at=mark.at, actor=Actor.model_validate(mark.actor))
            for mark in marks
            if mark.handover == row.reference
        ),
    )


def _clock(row: ClockRow) -> RunningClock:
    return RunningClock.model_validate(row.model_dump(exclude={"episode", "stopped_at", "outcome"}))
