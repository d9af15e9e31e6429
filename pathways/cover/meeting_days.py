"""On which days a weekly meeting is held: its weekday, but for the holidays of the country. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pathways.cover.free_days import is_holiday
from pathways.definition.covers import Weekday
from pathways.definition.durations import first_instant
from pathways.definition.meetings import Meeting, OnHoliday

_FIRST_OF_THE_WEEKEND = 5
_WEEKDAYS = tuple(Weekday)


def meeting_from(meeting: Meeting, country: str, zone: ZoneInfo, day: date) -> datetime:
    """When the first meeting is that is held on `day` or later (UTC)."""
    held = next(each for each in _days(meeting, country, day) if each >= day)
    return first_instant(datetime.combine(held, meeting.at, zone), zone)


def list_at(meeting: Meeting, begins_at: datetime, zone: ZoneInfo) -> datetime:
    """When the list of a meeting that begins then is made (UTC)."""
    return meeting.list_before.before(begins_at, zone)


def _days(meeting: Meeting, country: str, day: date) -> Iterator[date]:
    """The days on which it is held, in order, from the week before `day` on: one in each week, or none."""
    monday = day - timedelta(days=day.weekday() + 7)
    usual = monday + timedelta(days=_WEEKDAYS.index(meeting.day))
    while True:
        if not is_holiday(country, usual):
            yield usual
        elif meeting.holidays is not OnHoliday.SKIP:
            yield _nearest_working_day(usual, country, -1 if meeting.holidays is OnHoliday.BEFORE else 1)
        usual += timedelta(days=7)


def _nearest_working_day(day: date, country: str, step: int) -> date:
    while is_holiday(country, day) or day.weekday() >= _FIRST_OF_THE_WEEKEND:
        day += timedelta(days=step)
    return day
