"""The visits that follow from an order. The only place of `care` that knows the library dateutil's recurrence.

Times are local in the network's time zone. Of a time that a clock change repeats the first counts; one that it skips
is the moment of the change. A visit is known by its local time as it was ordered, such as `2026-11-23T08:00`.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, rrule, rruleset

from pathways.care.orders.values import Order, Schedule, Visit
from pathways.definition.covers import Weekday
from pathways.definition.durations import first_instant

MOST_VISITS = 1_000
"""More than this is a slip of the pen: eight visits a day for four months."""

_WEEK = tuple(Weekday)


@lru_cache(maxsize=512)
def times_of(schedule: Schedule, zone: ZoneInfo) -> tuple[tuple[str, datetime], ...]:
    """Key and instant (UTC) of every visit of a schedule, in order; no more than one beyond `MOST_VISITS`."""
    days = [_WEEK.index(day) for day in schedule.weekdays] or None
    rules = rruleset()
    for at in schedule.times:
        first, last = (datetime.combine(day, at) for day in (schedule.from_day, schedule.until_day))
        rules.rrule(rrule(DAILY, interval=schedule.every, dtstart=first, until=last, byweekday=days))
    found: list[tuple[str, datetime]] = []
    for local in rules:
        found.append((f"{local:%Y-%m-%dT%H:%M}", first_instant(local.replace(tzinfo=zone), zone)))
        if len(found) > MOST_VISITS:
            break
    return tuple(found)


def visits_of(order: Order, zone: ZoneInfo) -> tuple[Visit, ...]:
    """Every visit of an order, past and to come, each once, by time."""
    found: dict[str, Visit] = {}
    for run in order.runs:
        for key, at in times_of(run.schedule, zone):
            if run.since <= at and (run.until is None or at < run.until) and key not in found:
                found[key] = Visit(order=order.number, key=key, at=at, team=run.team, unit=run.unit)
    return tuple(sorted(found.values(), key=lambda visit: (visit.at, visit.key)))


def recordable(order: Order, zone: ZoneInfo, now: datetime) -> tuple[Visit, ...]:
    """The visits of which somebody can say what became of them: all whose time has come, and the next one."""
    visits = visits_of(order, zone)
    begun = [visit for visit in visits if visit.at <= now]
    return tuple(visits[: len(begun) + 1])


def unrecorded(order: Order, zone: ZoneInfo, now: datetime) -> tuple[Visit, ...]:
    """The visits whose time has come, and the first after them, of which nobody has said what became of them."""
    visits = [visit for visit in visits_of(order, zone) if visit.key not in order.visits]
    begun = [visit for visit in visits if visit.at <= now]
    return tuple(visits[: len(begun) + 1])
