"""What happens when a limit of a request that waits for an answer is up: it is told further, or closes itself.

Acted on late, after a stop of the whole program, the limits of a request are acted on together: it is told to one
further contact, it never closes, and who asked hears of it at once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from pathways.care.answering import answer_anew
from pathways.care.clocks import handover_key
from pathways.care.episodes import ClockKind, Handover, RunningClock
from pathways.care.events import ClockChanged, ClockPassed, ClockReminded
from pathways.care.ladder import climb, receivers, remind
from pathways.care.next_steps import STALE
from pathways.care.notice_kinds import NoticeKind
from pathways.care.reaching import lacking
from pathways.care.recording import Recorder
from pathways.care.repeats import record_passing
from pathways.care.states import HandoverStatus
from pathways.care.steps import go_to

_IN_TIME = timedelta(minutes=2)
"""Limits are looked at each minute: what is acted on later than this was late."""


def pass_answer_limit(recorder: Recorder, clock: RunningClock) -> None:
    """Act on a limit of an unanswered request that is up; where one of them is late, on all that are up, as one step.

    A request goes one step and no further for however long nothing was done, and whoever has it then gets time.
    """
    reference, now = clock.subject, recorder.context.now
    late = now - min(each.next_at for each in _running(recorder, reference))
    if late <= _IN_TIME:
        _RULES[clock.kind](recorder, clock)
        return
    stale = recorder.episode.clocks.get(handover_key(reference, ClockKind.STALE))
    if stale and stale.next_at <= now:
        _ask_anew(recorder, recorder.episode.handovers[reference])
        return
    for kind in _RULES:
        due = recorder.episode.clocks.get(handover_key(reference, kind))
        if due and due.next_at <= now:
            _RULES[kind](recorder, due)
    _give_time(recorder, reference, late)


def _running(recorder: Recorder, reference: str) -> tuple[RunningClock, ...]:
    """The limits of a request that run now."""
    keys = [handover_key(reference, kind) for kind in ANSWER_LIMITS]
    return tuple(recorder.episode.clocks[key] for key in keys if key in recorder.episode.clocks)


def _ask_anew(recorder: Recorder, handover: Handover) -> None:
    """A request that should have closed itself while nothing was done: let all its limits run anew, and say so."""
    reference, sender = handover.reference, handover.plan.from_team
    answer_anew(recorder, reference)
    answer = recorder.episode.clocks.get(handover_key(reference, ClockKind.ANSWER))
    recorder.owe(NoticeKind.STOOD_STILL, sender, handover=reference, due_at=answer.due_at if answer else None)


def _give_time(recorder: Recorder, reference: str, late: timedelta) -> None:
    """Move what comes next: the time in which nothing was done does not count towards the closing, and whoever has just
    been told of the request has a whole repeat until it is told further.
    """
    now = recorder.context.now
    is_told = any(asked.told_at == now for asked in recorder.episode.handovers[reference].asked)
    for clock in _running(recorder, reference):
        soonest = clock.repeat.after(now, recorder.context.zone)
        if clock.kind is ClockKind.STALE:
            _move(recorder, clock, clock.due_at + late, clock.next_at + late)
        elif is_told and not clock.passed and clock.due_at < soonest:
            _move(recorder, clock, soonest, soonest if clock.next_at == clock.due_at else clock.next_at)


def _move(recorder: Recorder, clock: RunningClock, due_at: datetime, next_at: datetime) -> None:
    recorder.record(ClockChanged(clock=clock.model_copy(update={"due_at": due_at, "next_at": next_at})))


def _pass_answer(recorder: Recorder, clock: RunningClock) -> None:
    handover = recorder.episode.handovers[clock.subject]
    if clock.passed == 0 and recorder.context.now < clock.due_at:
        recorder.record(ClockReminded(key=clock.key, next_at=clock.due_at))
        remind(recorder, handover, clock.next_at)
        return
    record_passing(recorder, clock, NoticeKind.OVERDUE)
    _climb(recorder, clock, handover, NoticeKind.OVERDUE, receivers(handover))


def _pass_mark(recorder: Recorder, clock: RunningClock) -> None:
    """What is missing first is acted upon first: the delivery, then the opening. Past its limit, the answer is all."""
    handover = recorder.episode.handovers[clock.subject]
    record_passing(recorder, clock, NoticeKind.NOT_DELIVERED)
    answer, delivery = (
        recorder.episode.clocks.get(handover_key(handover.reference, kind))
        for kind in (ClockKind.ANSWER, ClockKind.DELIVERED)
    )
    if answer and answer.due_at <= recorder.context.now:
        recorder.stop(clock.key, withdrawn=True)
        return
    if clock.kind is ClockKind.DELIVERED:
        _climb(recorder, clock, handover, NoticeKind.NOT_DELIVERED, lacking(handover, clock.kind))
    elif delivery is None or not delivery.passed:
        _climb(recorder, clock, handover, NoticeKind.NOT_SEEN, lacking(handover, clock.kind))


def _pass_stale(recorder: Recorder, clock: RunningClock) -> None:
    next_at = clock.repeat.after(recorder.context.now, recorder.context.zone)
    recorder.record(ClockPassed(key=clock.key, times=clock.passed + 1, next_at=next_at))
    go_to(recorder, recorder.episode.handovers[clock.subject], HandoverStatus.CANCELLED, STALE)


def _climb(
    recorder: Recorder, clock: RunningClock, handover: Handover, told_to_sender: NoticeKind, teams: Sequence[str]
) -> None:
    """Tell the request to the next on duty for these receivers, and the sender what is missing."""
    climb(recorder, handover, teams, clock.next_at)
    sender = handover.plan.from_team
    if sender not in receivers(handover):
        times = clock.passed + 1
        recorder.owe(told_to_sender, sender, handover=handover.reference, due_at=clock.due_at, times=times)


_RULES: Mapping[ClockKind, Callable[[Recorder, RunningClock], None]] = {
    ClockKind.DELIVERED: _pass_mark,
    ClockKind.SEEN: _pass_mark,
    ClockKind.ANSWER: _pass_answer,
    ClockKind.STALE: _pass_stale,
}

ANSWER_LIMITS = tuple(_RULES)
"""The clocks of an unanswered request that tell it further or close it, in the order in which they are acted on."""
