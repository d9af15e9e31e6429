"""Clocks: their keys, and how a deadline starts. `passing.py` says what happens when one is due."""

from datetime import datetime

from pathways.care.episodes import ClockKind, Plan, RunningClock
from pathways.care.plans import move_of
from pathways.care.recording import Context
from pathways.definition.durations import Duration
from pathways.definition.models import Urgency


def handover_key(handover: str, kind: ClockKind) -> str:
    """The key of a handover's clock."""
    return f"{handover}/{kind}"


def hold_key(handover: str, unit: str) -> str:
    """The key of the clock that bounds how long a unit holds a place for an unanswered request."""
    return f"{handover_key(handover, ClockKind.HOLD)}/{unit}"


def follow_up_key(name: str) -> str:
    """The key of a follow-up's clock."""
    return f"{ClockKind.FOLLOW_UP}/{name}"


def declared_key(name: str) -> str:
    """The key of a clock that the pathway declares."""
    return f"{ClockKind.DECLARED}/{name}"


def declared_name(key: str) -> str:
    """The name by which the pathway declares the clock with this key."""
    return key.partition("/")[2]


def limits_of(context: Context, plan: Plan) -> Urgency:
    """The limits that hold for a handover."""
    return move_of(context, plan).urgencies[plan.urgency]


def started(
    context: Context,
    *,
    key: str,
    kind: ClockKind,
    subject: str,
    owner: str,
    limit: Duration,
    repeat: Duration,
    remind: Duration | None = None,
) -> RunningClock:
    """A clock that starts now, or when what is entered late happened. It is due after `limit`.

    `remind` before that, its owner is reminded once.
    """
    due_at = limit.after(context.occurred_at, context.zone)
    return until(context, key=key, kind=kind, subject=subject, owner=owner, due_at=due_at, repeat=repeat, remind=remind)


def until(
    context: Context,
    *,
    key: str,
    kind: ClockKind,
    subject: str,
    owner: str,
    due_at: datetime,
    repeat: Duration,
    remind: Duration | None = None,
) -> RunningClock:
    """A clock that starts as `started` says, and is due at an instant (UTC) that is known."""
    return RunningClock(
        key=key,
        kind=kind,
        subject=subject,
        owner=owner,
        started_at=context.occurred_at,
        due_at=due_at,
        next_at=reminder_at(context, due_at, remind),
        repeat=repeat,
    )


def reminder_at(context: Context, due_at: datetime, remind: Duration | None) -> datetime:
    """When the owner of a clock is reminded (UTC): `remind` before it is due, never before it starts; else when due."""
    return max(remind.before(due_at, context.zone), context.occurred_at) if remind else due_at
