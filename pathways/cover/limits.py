"""Limits that run in cover time: only while a team is open. All instants are UTC.

Seconds, minutes and hours count the time in which the team is open. They may be up at a closing, never later.

Longer limits begin when the team is next open. Days count the local dates on which the team is open at all. They end
at the same time of day as they began; where the team is closed then, at its last closing before on that date, or else
at its first opening on that date. Weeks and months follow the calendar; where the team is closed on the whole date to
which they lead, they end at its next opening (as lag (1930:173), § 2, has it for limits in law), and otherwise as days.

For a team that is always open all this is `Duration.after`. Who begins later is not up earlier, but for the day's
difference that months of unequal length make, and the hour that a clock change repeats.

It is looked for a year further than the limit would last by the clock on the wall. Where the team is not open enough
until then, the limit runs by the clock on the wall, so that it is up at some time.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pathways.cover.spans import Span, clipped
from pathways.cover.timelines import A_YEAR, Timeline
from pathways.definition.durations import Duration, Unit, first_instant

_ELAPSED = (Unit.SECOND, Unit.MINUTE, Unit.HOUR)
_ONE_DAY = timedelta(days=1)


def after_open_time(timeline: Timeline, zone: ZoneInfo, start: datetime, limit: Duration) -> datetime:
    """The instant at which a limit that runs in cover time from `start` is up; how, says the module."""
    by_the_wall = limit.after(start, zone)
    until = by_the_wall + A_YEAR
    if limit.unit in _ELAPSED:
        return _counted(timeline, start, until, timedelta(seconds=limit.approximate_seconds)) or by_the_wall
    opening = next(timeline.spans(start, until), None)
    if opening is None:
        return by_the_wall
    begin = max(opening.start, start)
    if limit.unit is Unit.DAY:
        return _on_opening_day(timeline, zone, begin, limit.amount, until) or by_the_wall
    wanted = limit.after(begin, zone)
    return _in_open_time(timeline, wanted, _day_span(wanted.astimezone(zone).date(), zone), until) or by_the_wall


def _counted(timeline: Timeline, start: datetime, until: datetime, left: timedelta) -> datetime | None:
    for span in timeline.spans(start, until):
        begin = max(span.start, start)
        if left <= span.end - begin:
            return begin + left
        left -= span.end - begin
    return None


def _on_opening_day(timeline: Timeline, zone: ZoneInfo, begin: datetime, days: int, until: datetime) -> datetime | None:
    """The same time of day, this many opening days later."""
    local = begin.astimezone(zone)
    day = local.date()
    while days and begin < until:
        day += _ONE_DAY
        whole = _day_span(day, zone)
        begin = whole.start
        days -= any(timeline.spans(whole.start, whole.end))
    wanted = first_instant(datetime.combine(day, local.time(), zone), zone)
    return None if days else _in_open_time(timeline, wanted, whole, until)


def _in_open_time(timeline: Timeline, wanted: datetime, day: Span, until: datetime) -> datetime | None:
    """`wanted` if it is open then; or the closing before or else the first opening on that day; or the next opening."""
    spans = clipped(timeline.spans(day.start, day.end), day)
    begun = [span for span in spans if span.start <= wanted]
    if begun:
        return min(wanted, begun[-1].end)
    opening = next(timeline.spans(day.start, max(until, day.end)), None)
    return opening and opening.start


def _day_span(day: date, zone: ZoneInfo) -> Span:
    """A local date from its first instant to the first of the next."""
    begin, end = (first_instant(datetime.combine(each, time(), zone), zone) for each in (day, day + _ONE_DAY))
    return Span(begin, end)
