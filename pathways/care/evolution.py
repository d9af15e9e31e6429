"""How the state of an episode follows from its events. Dumb on purpose: it decides nothing and refuses nothing.

`replayed(events)` gives the same state as the rows that were written with them.
"""

from collections.abc import Iterable, Mapping
from functools import singledispatch

from pathways.care.episodes import Episode, Handover, Mark, RunningClock, Stay
from pathways.care.events import (
    ClockPassed,
    ClockReminded,
    ClockStarted,
    ClockStopped,
    EpisodeBegan,
    EpisodeEnded,
    Event,
    FollowUpCompleted,
    HandoverChanged,
    HandoverDrafted,
    HandoverEscalated,
    HandoverMarked,
    NoticesWithdrawn,
    ReadinessConfirmed,
    Recorded,
    ResponsibilityPassed,
)
from pathways.care.states import EpisodeStatus, HandoverStatus


def replayed(history: Iterable[Recorded]) -> Episode | None:
    """The state after a whole history, in its order; None for an empty one."""
    episode: Episode | None = None
    for recorded in history:
        episode = evolved(episode, recorded)
    return episode


def evolved(episode: Episode | None, recorded: Recorded) -> Episode:
    """The state after one more event. The first event of an episode is `EpisodeBegan`; it alone takes None."""
    event = recorded.event
    if isinstance(event, EpisodeBegan):
        return _begun(event, recorded)
    if episode is None:
        raise ValueError("the history of an episode opens with its beginning")
    changed = _after(event, episode, recorded)
    return changed.model_copy(update={"number": recorded.number})


def _begun(event: EpisodeBegan, recorded: Recorded) -> Episode:
    return Episode(
        reference=event.reference,
        pathway=event.pathway,
        version=event.version,
        network=event.network,
        status=EpisodeStatus.ACTIVE,
        began_at=recorded.at,
        stays=(Stay(level=event.level, team=event.team, unit=event.unit, from_at=recorded.at),),
        care_team=event.care_team,
        number=recorded.number,
    )


@singledispatch
def _after(event: Event, episode: Episode, recorded: Recorded) -> Episode:
    raise TypeError(f"no rule for the event {type(event).__name__}")


@_after.register
def _(event: EpisodeEnded, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(
        update={
            "status": EpisodeStatus.FINISHED,
            "end": event.end,
            "ended_at": recorded.at,
            "stays": _closed(episode.stays, recorded),
        }
    )


@_after.register(FollowUpCompleted)
@_after.register(NoticesWithdrawn)
def _(event: FollowUpCompleted | NoticesWithdrawn, episode: Episode, recorded: Recorded) -> Episode:
    return episode


@_after.register
def _(event: HandoverDrafted, episode: Episode, recorded: Recorded) -> Episode:
    drafted = Handover(
        reference=event.handover,
        plan=event.plan,
        status=HandoverStatus.DRAFT,
        drafted_at=recorded.at,
        changed_at=recorded.at,
    )
    return _with_handover(episode, drafted)


@_after.register
def _(event: HandoverChanged, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    update: dict[str, object] = {
        "status": event.after,
        "changed_at": recorded.at,
        "held_from": event.before if event.after is HandoverStatus.ON_HOLD else None,
    }
    if event.after is HandoverStatus.REQUESTED:
        update["requested_at"] = recorded.at
    changed = handover.model_copy(update=update)
    if not changed.is_open:
        changed = changed.model_copy(update={"closing_reason": event.reason})
    return _with_handover(episode, changed)


@_after.register
def _(event: HandoverMarked, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    mark = Mark(kind=event.mark, at=recorded.at, actor=recorded.actor)
    return _with_handover(episode, handover.model_copy(update={"marks": (*handover.marks, mark)}))


@_after.register
def _(event: ReadinessConfirmed, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    return _with_handover(episode, handover.model_copy(update={"confirmed": (*handover.confirmed, *event.items)}))


@_after.register
def _(event: HandoverEscalated, episode: Episode, recorded: Recorded) -> Episode:
    handover = episode.handovers[event.handover]
    return _with_handover(episode, handover.model_copy(update={"escalations": event.step}))


@_after.register
def _(event: ResponsibilityPassed, episode: Episode, recorded: Recorded) -> Episode:
    stay = Stay(level=event.level, team=event.to_team, unit=event.unit, from_at=recorded.at)
    return episode.model_copy(
        update={
            "stays": (*_closed(episode.stays, recorded), stay),
            "care_team": {**episode.care_team, event.role: event.to_team},
        }
    )


@_after.register
def _(event: ClockStarted, episode: Episode, recorded: Recorded) -> Episode:
    return _with_clock(episode, event.clock)


@_after.register
def _(event: ClockReminded, episode: Episode, recorded: Recorded) -> Episode:
    return _with_clock(episode, episode.clocks[event.key].model_copy(update={"next_at": event.next_at}))


@_after.register
def _(event: ClockPassed, episode: Episode, recorded: Recorded) -> Episode:
    update = {"passed": event.times, "next_at": event.next_at}
    return _with_clock(episode, episode.clocks[event.key].model_copy(update=update))


@_after.register
def _(event: ClockStopped, episode: Episode, recorded: Recorded) -> Episode:
    clocks: Mapping[str, RunningClock] = {key: clock for key, clock in episode.clocks.items() if key != event.key}
    return episode.model_copy(update={"clocks": clocks})


def _closed(stays: tuple[Stay, ...], recorded: Recorded) -> tuple[Stay, ...]:
    return (*stays[:-1], stays[-1].model_copy(update={"until_at": recorded.at}))


def _with_handover(episode: Episode, handover: Handover) -> Episode:
    return episode.model_copy(update={"handovers": {**episode.handovers, handover.reference: handover}})


def _with_clock(episode: Episode, clock: RunningClock) -> Episode:
    return episode.model_copy(update={"clocks": {**episode.clocks, clock.key: clock}})
