"""The clocks of orders: each visit is recorded in time, a missed one is acted upon, one that nobody covers is seen.

They follow from the state: `follow_clocks` starts those that are wanted and do not run, and stops all others.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from pathways.care.episodes import ClockKind, Episode, RunningClock
from pathways.care.events import ClockChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.covering import uncovered
from pathways.care.orders.schedules import unrecorded
from pathways.care.orders.values import Order, OrderStatus, Visit, VisitOutcome
from pathways.care.recording import Context, Recorder
from pathways.definition.durations import Duration, Unit, first_instant
from pathways.definition.treatments import Treatment

OF_ORDERS = frozenset({ClockKind.VISIT, ClockKind.MISSED, ClockKind.UNCOVERED, ClockKind.ORDER_END})
"""The clocks of this package."""

_EACH_DAY = Duration(amount=1, unit=Unit.DAY)


def visit_subject(order: int, visit: str) -> str:
    """How a visit is named where an episode is known: `2/2026-11-23T08:00`."""
    return f"{order}/{visit}"


def missed_key(order: int, visit: str) -> str:
    """The key of the clock by which a missed visit is acted upon."""
    return f"{ClockKind.MISSED}/{visit_subject(order, visit)}"


def follow_clocks(recorder: Recorder) -> None:
    """See that the right clocks run for the orders of an episode, each with its right owner."""
    wanted = {clock.key: clock for clock in _wanted(recorder.context, recorder.episode)}
    running = {key: clock for key, clock in recorder.episode.clocks.items() if clock.kind in OF_ORDERS}
    for key, clock in running.items():
        if key not in wanted:
            _stop(recorder, clock)
    for key, clock in wanted.items():
        before = running.get(key)
        if before is None:
            recorder.start(clock)
            if clock.kind is ClockKind.UNCOVERED and clock.owner != recorder.actor.team:
                recorder.owe(NoticeKind.ORDER_UNCOVERED, clock.owner, subject=key, due_at=clock.due_at)
        elif (before.owner, before.due_at) != (clock.owner, clock.due_at):
            again = {"owner": clock.owner, "due_at": clock.due_at, "next_at": max(clock.due_at, recorder.context.now)}
            _withdraw(recorder, before)
            recorder.record(ClockChanged(clock=before.model_copy(update=again)))


def end_of(order: Order, context: Context) -> datetime:
    """When an order is over by itself (UTC): with its last day."""
    midnight = datetime.combine(order.schedule.until_day + timedelta(days=1), time(), context.zone)
    return first_instant(midnight, context.zone)


def _wanted(context: Context, episode: Episode) -> Iterator[RunningClock]:
    for order in episode.orders.values():
        treatment = context.pathway.treatments.get(order.treatment)
        if treatment is None:
            continue
        for visit in unrecorded(order, context.zone, context.now):
            yield _of_visit(context, treatment, visit)
        yield from _of_missed(context, episode, order, treatment)
        if order.is_open:
            ends_at = end_of(order, context)
            yield _clock(context, episode, ClockKind.ORDER_END, str(order.number), ends_at, _EACH_DAY)
        if found := uncovered(context, episode, order):
            at, repeat = found[0].visit.at, treatment.repeat
            yield _clock(context, episode, ClockKind.UNCOVERED, str(order.number), at, repeat)


def _of_visit(context: Context, treatment: Treatment, visit: Visit) -> RunningClock:
    due_at = treatment.record_within.after(visit.at, context.zone)
    key = visit_subject(visit.order, visit.key)
    return _made(context, ClockKind.VISIT, key, visit.team, due_at, treatment.repeat)


def _of_missed(context: Context, episode: Episode, order: Order, treatment: Treatment) -> Iterator[RunningClock]:
    """A missed visit waits until somebody has acted, or the order has been stopped."""
    for key, said in order.visits.items():
        if said.outcome is VisitOutcome.MISSED and said.acted_at is None and order.stopped_because is None:
            due_at = treatment.act_within.after(said.at, context.zone)
            yield _clock(context, episode, ClockKind.MISSED, visit_subject(order.number, key), due_at, treatment.repeat)


def _clock(
    context: Context, episode: Episode, kind: ClockKind, subject: str, due_at: datetime, repeat: Duration
) -> RunningClock:
    """A clock of the team that is responsible now."""
    return _made(context, kind, subject, episode.stay.team, due_at, repeat)


def _made(
    context: Context, kind: ClockKind, subject: str, owner: str, due_at: datetime, repeat: Duration
) -> RunningClock:
    return RunningClock(
        key=f"{kind}/{subject}",
        kind=kind,
        subject=subject,
        owner=owner,
        started_at=context.now,
        due_at=due_at,
        next_at=max(due_at, context.now),
        repeat=repeat,
    )


def _stop(recorder: Recorder, clock: RunningClock) -> None:
    _withdraw(recorder, clock)
    recorder.stop(clock.key, withdrawn=not _is_met(recorder.episode, clock))


def _withdraw(recorder: Recorder, clock: RunningClock) -> None:
    told_at_once = clock.kind in (ClockKind.UNCOVERED, ClockKind.MISSED)
    if clock.passed or told_at_once:
        recorder.withdraw_notices(subject=clock.key)


def _is_met(episode: Episode, clock: RunningClock) -> bool:
    """Whether what the clock waited for has been done, and is not only no longer wanted."""
    number, _slash, visit = clock.subject.partition("/")
    order = episode.orders[int(number)]
    if clock.kind is ClockKind.ORDER_END:
        return order.status is OrderStatus.COMPLETED
    return clock.kind in (ClockKind.VISIT, ClockKind.MISSED) and visit in order.visits
