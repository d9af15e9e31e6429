"""Weekly hours, holidays and exceptions as spans of time, across both clock changes.

What holds on a date: its exceptions; else, on a holiday, what the cover says of holidays; else the weekday's hours.
Hours belong to the date on which they begin, and run to their end, whatever the next date is.

The wall clock never goes back: where a clock change repeats an hour, hours begin and end at its first showing; where
it skips an hour, what would begin or end in it does so at the moment of the change.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pathways.cover.free_days import is_holiday
from pathways.cover.spans import Span, clipped, merged, month_span
from pathways.definition.covers import Cover, HolidayRule, Weekday
from pathways.definition.durations import first_instant

_WEEK = tuple(Weekday)
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def open_in_month(cover: Cover, country: str, zone: ZoneInfo, month: int) -> tuple[Span, ...]:
    """When a cover of weekly hours is open in a month (of UTC), merged and clipped to the month."""
    whole = month_span(month)
    day = whole.start.astimezone(zone).date() - _ONE_DAY
    last = whole.end.astimezone(zone).date()
    found: list[Span] = []
    while day <= last:
        found += _spans_begun_on(day, cover, country, zone)
        day += _ONE_DAY
    return clipped(merged(found), whole)


def _spans_begun_on(day: date, cover: Cover, country: str, zone: ZoneInfo) -> Iterator[Span]:
    for from_time, until_time in hours_begun_on(day, cover, country):
        until_day = day if from_time < until_time else day + _ONE_DAY
        start = first_instant(datetime.combine(day, from_time, zone), zone)
        end = first_instant(datetime.combine(until_day, until_time, zone), zone)
        if start < end:
            yield Span(start, end)


def hours_begun_on(day: date, cover: Cover, country: str) -> tuple[tuple[time, time], ...]:
    """The hours (local) that begin on this date: from, and until; `until` at or before `from` is on the next date."""
    exceptions = [each for each in cover.exceptions if each.day == day]
    if exceptions:
        return tuple((each.from_time, each.until_time) for each in exceptions if each.from_time and each.until_time)
    weekday = _weekday_meant(day, cover.holidays, country)
    return tuple((each.from_time, each.until_time) for each in cover.hours or () if weekday in each.days)


def _weekday_meant(day: date, rule: HolidayRule, country: str) -> Weekday | None:
    """The weekday whose hours hold on this date; None where it is closed."""
    if rule is HolidayRule.OPEN or not is_holiday(country, day):
        return _WEEK[day.weekday()]
    return None if rule is HolidayRule.CLOSED else Weekday(rule.value)
