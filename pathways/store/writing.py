"""One decision as rows: what has changed since the state before, and nothing else. Called within a unit of work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from pathways.care.episodes import Episode, Handover, RunningClock
from pathways.care.events import ClockStopped, NoticesWithdrawn, Recorded
from pathways.care.notice_parts import CLOSING
from pathways.care.recording import Decision
from pathways.care.texts_of_care import IN_EPISODE, IN_EVENTS
from pathways.care.waits import first_due_at
from pathways.errors import Stale
from pathways.logs import request_here
from pathways.store.concerns import write_concerns
from pathways.store.loading import EPISODE_DETAILS, HANDOVER_FIELDS, IN_HANDOVER_ROW
from pathways.store.outbox import Outbox
from pathways.store.places import write_places
from pathways.store.programmes import write_programme_place
from pathways.store.tables import CLOCK, EPISODE, EVENT, HANDOVER, HANDOVER_RUN, MARK, STAY
from pathways.store.texts import Texts

_CHANGE_EPISODE = update(EPISODE).where(
    EPISODE.c.reference == bindparam("of_reference"), EPISODE.c.number == bindparam("at_number")
)
_CLOSE_STAY = update(STAY).where(STAY.c.episode == bindparam("of_episode"), STAY.c.position == bindparam("at_position"))
_CHANGE_HANDOVER = update(HANDOVER).where(
    HANDOVER.c.reference == bindparam("of_reference"), HANDOVER.c.episode == bindparam("of_episode")
)
_CHANGE_CLOCK = update(CLOCK).where(CLOCK.c.episode == bindparam("of_episode"), CLOCK.c.key == bindparam("of_key"))
_CHANGE_RUN = update(HANDOVER_RUN).where(HANDOVER_RUN.c.handover == bindparam("of_handover"))

_Rows = list[dict[str, Any]]


def write(
    connection: Connection, outbox: Outbox, before: Episode | None, decision: Decision, person_id: int | None
) -> None:
    """Write a decision: state, events, clocks and notices together. Raises Stale if someone was faster."""
    after, texts = decision.episode, Texts(connection)
    if before is None:
        values = _values_of(decision, texts)
        connection.execute(insert(EPISODE), {**values, "person_id": person_id, "announced_number": 0})
    else:
        _change(connection, before, decision, texts)
    _write_stays(connection, before, after)
    _write_handovers(connection, before, after, texts)
    write_programme_place(connection, before, after)
    write_places(connection, before, after)
    write_concerns(connection, before, decision)
    _write_clocks(connection, before, decision)
    _write_history(connection, decision, texts)
    _write_notices(outbox, decision)


def _change(connection: Connection, before: Episode, decision: Decision, texts: Texts) -> None:
    after = decision.episode
    values = {name: value for name, value in _values_of(decision, texts).items() if name != "reference"}
    guard = {"of_reference": after.reference, "at_number": before.number}
    if connection.execute(_CHANGE_EPISODE, {**values, **guard}).rowcount != 1:
        raise Stale(
            "Episode {episode} has just been changed by someone else.",
            "Look again, then decide.",
            episode=after.reference,
        )


def _write_stays(connection: Connection, before: Episode | None, after: Episode) -> None:
    known = before.stays if before else ()
    for position, stay in enumerate(after.stays):
        if position >= len(known):
            connection.execute(insert(STAY), {"episode": after.reference, "position": position, **stay.model_dump()})
        elif stay != known[position]:  # closed, before the next one opens
            where = {"of_episode": after.reference, "at_position": position}
            connection.execute(_CLOSE_STAY, {**stay.model_dump(), **where})


def _write_handovers(connection: Connection, before: Episode | None, after: Episode, texts: Texts) -> None:
    known: Mapping[str, Handover] = before.handovers if before else {}
    marks: _Rows = []
    for position, (reference, handover) in enumerate(after.handovers.items()):
        earlier = known.get(reference)
        if earlier == handover:
            continue
        values = {**_handover_values(handover, after.reference, texts), "number": after.number, "is_unseen": True}
        if earlier is None:
            connection.execute(insert(HANDOVER), {**values, "episode": after.reference, "position": position})
        else:
            del values["reference"]
            where = {"of_reference": reference, "of_episode": after.reference}
            connection.execute(_CHANGE_HANDOVER, {**values, **where})
            if earlier.is_open is not handover.is_open:
                connection.execute(_CHANGE_RUN, {"of_handover": reference, "is_open": handover.is_open})
        noted = len(earlier.marks) if earlier else 0
        marks += [
            {"handover": reference, "position": place, **mark.model_dump(mode="python", exclude={"actor"})}
            | {"actor": mark.actor.model_dump(mode="json")}
            for place, mark in enumerate(handover.marks[noted:], noted)
        ]
    if marks:
        connection.execute(insert(MARK), marks)


def _write_clocks(connection: Connection, before: Episode | None, decision: Decision) -> None:
    after = decision.episode
    known = before.clocks if before else {}
    changed = {key: _clock_values(clock) for key, clock in after.clocks.items() if known.get(key) != clock}
    fresh = [values for key, values in changed.items() if key not in known]
    if fresh:
        if before:  # a clock that starts anew takes the place of the one that stopped
            again = delete(CLOCK).where(CLOCK.c.episode == after.reference, CLOCK.c.key.in_([c["key"] for c in fresh]))
            connection.execute(again)
        running = {"episode": after.reference, "stopped_at": None, "outcome": None}
        connection.execute(insert(CLOCK), [{**values, **running} for values in fresh])
    moved = [
        {**{name: value for name, value in values.items() if name != "key"}, "of_key": key}
        for key, values in changed.items()
        if key in known
    ]
    stopped = [
        {
            "of_key": recorded.event.key,
            "stopped_at": _stopped_at(recorded, known.get(recorded.event.key)),
            "outcome": recorded.event.outcome,
        }
        for recorded in decision.events
        if isinstance(recorded.event, ClockStopped) and recorded.event.key not in after.clocks
    ]
    for rows in (moved, stopped):
        if rows:
            connection.execute(_CHANGE_CLOCK, [{**values, "of_episode": after.reference} for values in rows])


def _stopped_at(recorded: Recorded, clock: RunningClock | None) -> datetime:
    """When a clock stopped: as of what happened, but never before it started."""
    return max(recorded.true_at, clock.started_at) if clock else recorded.true_at


def _write_history(connection: Connection, decision: Decision, texts: Texts) -> None:
    reference = decision.episode.reference
    rows = [
        {
            "episode": reference,
            "number": recorded.number,
            "type": recorded.event.type,
            "at": recorded.at,
            "occurred_at": recorded.occurred_at,
            "actor": recorded.actor.model_dump(mode="json"),
            "data": texts.seal_in(IN_EVENTS[recorded.event.type], recorded.event.model_dump(mode="json"), reference),
            "request": request_here(),
        }
        for recorded in decision.events
    ]
    connection.execute(insert(EVENT), rows)


def _write_notices(outbox: Outbox, decision: Decision) -> None:
    reference = decision.episode.reference
    for recorded in decision.events:
        if isinstance(recorded.event, NoticesWithdrawn):
            withdrawn = recorded.event
            informed = _informed(decision, withdrawn.handover) | {str(recorded.actor.team)}
            outbox.withdraw(reference, withdrawn.handover, withdrawn.subject, withdrawn.kinds, withdrawn.team, informed)
    if decision.notices:
        outbox.add(reference, decision.notices, decision.events[0].at)


def _informed(decision: Decision, handover: str | None) -> set[str]:
    """The teams for which this decision closes all of the episode, or this handover."""
    return {owed.team for owed in decision.notices if owed.kind in CLOSING and owed.handover in (None, handover)}


def _values_of(decision: Decision, texts: Texts) -> dict[str, Any]:
    episode = decision.episode
    details = episode.model_dump(mode="json", include=EPISODE_DETAILS)
    return {
        "reference": episode.reference,
        "pathway": episode.pathway,
        "version": episode.version,
        "network": episode.network,
        "status": episode.status,
        "level": episode.level,
        "team": episode.stay.team,
        "unit": episode.stay.unit,
        "district": episode.district,
        "care_team": dict(episode.care_team),
        "began_at": episode.began_at,
        "ended_at": episode.ended_at,
        "end": episode.end,
        "details": texts.seal_in(IN_EPISODE, details, episode.reference),
        "number": episode.number,
        "due_at": first_due_at(episode),
        "on_list_at": decision.on_list_at,
    }


def _handover_values(handover: Handover, episode: str, texts: Texts) -> dict[str, Any]:
    values = handover.model_dump(mode="python", include=HANDOVER_FIELDS)
    details = handover.model_dump(mode="json", exclude={*HANDOVER_FIELDS, "plan", "marks"})
    whole = {**values, "plan": handover.plan.model_dump(mode="json"), "details": details}
    sealed: dict[str, Any] = texts.seal_in(IN_HANDOVER_ROW, whole, episode)
    return sealed


def _clock_values(clock: RunningClock) -> dict[str, Any]:
    return {**clock.model_dump(mode="python", exclude={"repeat"}), "repeat": str(clock.repeat)}
