"""How the state of an episode follows from its events. Dumb on purpose: it decides nothing and refuses nothing.

`replayed(events)` gives the same state as the rows that were written with them. This module holds what concerns the
episode itself; `evolution_of_handovers.py` what concerns its handovers.
"""

from collections.abc import Iterable

from pathways.care.communication import WrittenSummary
from pathways.care.continuity import evolution as _evolution_of_contacts  # noqa: F401 - it registers its events
from pathways.care.episodes import Asking, ClockKind, ClockOutcome, Episode, NightSheet, Pause, RunningClock, Stay
from pathways.care.events import (
    ClockChanged,
    ClockPassed,
    ClockReminded,
    ClockStarted,
    ClockStopped,
    EndTakenBack,
    EpisodeBegan,
    EpisodeEnded,
    EpisodePaused,
    EpisodeResumed,
    Event,
    FactRecorded,
    FollowUpCompleted,
    MilestoneRecorded,
    NightSheetMade,
    NoticesWithdrawn,
    PatientChanged,
    Recorded,
    RecordErased,
    ResponsibilityConfirmed,
    ServicesChanged,
    SummaryWritten,
    VitalStatusDenied,
    VitalStatusReported,
)
from pathways.care.events_of_handovers import HandoverSettled, ResponsibilityPassed
from pathways.care.evolution_of_handovers import after, with_handover
from pathways.care.grants import evolution as _evolution_of_grants  # noqa: F401 - its rules register themselves
from pathways.care.joint_visits import evolution as _evolution_of_joint_visits  # noqa: F401 - as above
from pathways.care.meetings import evolution as _evolution_of_meetings  # noqa: F401 - as above
from pathways.care.migrations import evolution as _evolution_of_migrations  # noqa: F401 - its rule registers itself
from pathways.care.orders import evolution as _evolution_of_orders  # noqa: F401 - as above
from pathways.care.patient import KnownFact
from pathways.care.programme import evolution as _programmes  # noqa: F401 - its events are registered with `after`
from pathways.care.states import EpisodeStatus


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
    changed = after(event, episode, recorded)
    return changed.model_copy(update={"number": recorded.number})


def _begun(event: EpisodeBegan, recorded: Recorded) -> Episode:
    return Episode(
        reference=event.reference,
        pathway=event.pathway,
        version=event.version,
        network=event.network,
        status=EpisodeStatus.ACTIVE,
        began_at=recorded.true_at,
        stays=(Stay(level=event.level, team=event.team, unit=event.unit, from_at=recorded.true_at),),
        care_team=event.care_team,
        district=event.district,
        number=recorded.number,
    )


@after.register
def _(event: EpisodeEnded, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(
        update={
            "status": EpisodeStatus.FINISHED,
            "end": event.end,
            "ended_at": recorded.true_at,
            "stays": episode.stays if episode.has_ended else _closed(episode.stays, recorded),
            "pause": None,
            "stopped": event.stopped,
        }
    )


@after.register
def _(event: EndTakenBack, episode: Episode, recorded: Recorded) -> Episode:
    stopped = episode.stopped
    if stopped is None:
        raise ValueError("only an end can be taken back")
    latest = episode.stay if stopped.end else episode.stay.model_copy(update={"until_at": None})
    reopened = episode.model_copy(
        update={
            "status": stopped.status,
            "end": stopped.end,
            "ended_at": stopped.ended_at,
            "stays": (*episode.stays[:-1], latest),
            "pause": stopped.pause,
            "stopped": stopped.earlier,
        }
    )
    return with_handover(reopened, stopped.handover) if stopped.handover else reopened


@after.register(FollowUpCompleted)
@after.register(HandoverSettled)
@after.register(NoticesWithdrawn)
@after.register(PatientChanged)
@after.register(VitalStatusReported)
@after.register(VitalStatusDenied)
@after.register(ResponsibilityConfirmed)
def _(event: Event, episode: Episode, recorded: Recorded) -> Episode:
    return episode


@after.register
def _(event: RecordErased, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(update={"erased_at": recorded.at})


@after.register
def _(event: EpisodePaused, episode: Episode, recorded: Recorded) -> Episode:
    pause = Pause(kind=event.kind, at=recorded.true_at, arrive=event.arrive)
    return episode.model_copy(update={"status": EpisodeStatus.ON_HOLD, "pause": pause})


@after.register
def _(event: EpisodeResumed, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(update={"status": EpisodeStatus.ACTIVE, "pause": None, "resumed_at": recorded.true_at})


@after.register
def _(event: ServicesChanged, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(update={"paused_services": event.paused})


@after.register
def _(event: SummaryWritten, episode: Episode, recorded: Recorded) -> Episode:
    written = WrittenSummary(summary=event.summary, at=recorded.true_at, actor=recorded.actor)
    return episode.model_copy(update={"summary": written})


@after.register
def _(event: FactRecorded, episode: Episode, recorded: Recorded) -> Episode:
    known = KnownFact(fact=event.fact, at=recorded.true_at, entered_at=recorded.entered_at, actor=recorded.actor)
    return episode.model_copy(update={"known": {**episode.known, event.fact.slot: known}})


@after.register
def _(event: MilestoneRecorded, episode: Episode, recorded: Recorded) -> Episode:
    standing = {name: at for name, at in episode.milestones.items() if name != event.takes_back}
    return episode.model_copy(update={"milestones": {**standing, event.milestone: event.at}})


@after.register
def _(event: NightSheetMade, episode: Episode, recorded: Recorded) -> Episode:
    return episode.model_copy(
        update={"night_sheet": NightSheet(mark=event.mark, number=event.number, at=recorded.true_at)}
    )


@after.register
def _(event: ResponsibilityPassed, episode: Episode, recorded: Recorded) -> Episode:
    stay = Stay(level=event.level, team=event.to_team, unit=event.unit, from_at=recorded.true_at)
    return episode.model_copy(
        update={
            "stays": (*_closed(episode.stays, recorded), stay),
            "care_team": {**episode.care_team, event.role: event.to_team},
        }
    )


@after.register(ClockStarted)
@after.register(ClockChanged)
def _(event: ClockStarted | ClockChanged, episode: Episode, recorded: Recorded) -> Episode:
    return _with_clock(episode, event.clock)


@after.register
def _(event: ClockReminded, episode: Episode, recorded: Recorded) -> Episode:
    return _with_clock(episode, episode.clocks[event.key].model_copy(update={"next_at": event.next_at}))


@after.register
def _(event: ClockPassed, episode: Episode, recorded: Recorded) -> Episode:
    update = {"passed": event.times, "next_at": event.next_at}
    return _with_clock(episode, episode.clocks[event.key].model_copy(update=update))


@after.register
def _(event: ClockStopped, episode: Episode, recorded: Recorded) -> Episode:
    clocks = {key: clock for key, clock in episode.clocks.items() if key != event.key}
    stopped = episode.model_copy(update={"clocks": clocks})
    gone = episode.clocks[event.key]
    is_up = event.outcome is ClockOutcome.WITHDRAWN and gone.due_at <= recorded.at
    if gone.kind is not ClockKind.ANSWER or not is_up:
        return stopped
    handover, asking = episode.handovers[gone.subject], Asking(started_at=gone.started_at, due_at=gone.due_at)
    update = {"earlier_askings": (*handover.earlier_askings, asking)}
    return with_handover(stopped, handover.model_copy(update=update))


def _closed(stays: tuple[Stay, ...], recorded: Recorded) -> tuple[Stay, ...]:
    return (*stays[:-1], stays[-1].model_copy(update={"until_at": recorded.true_at}))


def _with_clock(episode: Episode, clock: RunningClock) -> Episode:
    return episode.model_copy(update={"clocks": {**episode.clocks, clock.key: clock}})
