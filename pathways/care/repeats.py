"""When a clock that has passed is told of again: at first each `repeat`, then less and less often."""

from datetime import datetime

from pathways.care.episodes import RunningClock
from pathways.care.events import ClockPassed
from pathways.care.notice_kinds import NoticeKind, Reach
from pathways.care.recording import Recorder
from pathways.definition.durations import Duration

_DOUBLINGS = 3
_A_DAY_IN_SECONDS = 86_400


def record_passing(
    recorder: Recorder, clock: RunningClock, kind: NoticeKind, *, latest: datetime | None = None
) -> None:
    """Record that a clock has passed, and when it is told of again with a notice of this kind: `latest` (UTC) by then.

    What can wait is not told again before its team is open.
    """
    context = recorder.context
    handover = clock.subject if clock.subject in recorder.episode.handovers else None
    can_wait = recorder.reach_of(kind, handover=handover, subject=clock.key) is Reach.CAN_WAIT
    rungs = context.rota.ladder(clock.owner, context.now)
    contacts = sum(rung.is_open and (rung.team == clock.owner or not can_wait) for rung in rungs)
    times = clock.passed + 1
    next_at = lengthened(clock.repeat, times - contacts).after(context.now, context.zone)
    if can_wait:
        opens_at = context.rota.opens_at(clock.owner, context.now) if times > 1 else None  # nobody is told before
        next_at = opens_at or context.rota.opens_at(clock.owner, next_at) or next_at
    recorder.record(ClockPassed(key=clock.key, times=times, next_at=min(next_at, latest) if latest else next_at))


def lengthened(repeat: Duration, again: int) -> Duration:
    """How long until something is told again that its last contact has been told `again` times more than once.

    It doubles each time, up to eight times the repeat; what repeats within a day is told once a day at least.
    """
    within_a_day = max(1, _A_DAY_IN_SECONDS // repeat.approximate_seconds)
    factor = min(2 ** min(max(again, 0), _DOUBLINGS), within_a_day)
    return repeat.model_copy(update={"amount": repeat.amount * factor})
