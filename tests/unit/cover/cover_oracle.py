"""A slow, independent telling of cover: looks at every quarter of an hour by itself, with holidays of its own.

The wall clock never goes back: in the hour that a clock change repeats it stands at its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from cover_worlds import WEEK

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


@cache
def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus (Nature, 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    j, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * j - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


@cache
def free_days(country: str, year: int) -> frozenset[date]:
    """The holidays of lag (1989:253) with the three eves of semesterlagen § 7; or those of Denmark since 2024."""
    sunday = easter(year)
    fixed = {
        "SE": [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)],
        "DK": [(1, 1), (5, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)],
    }[country]
    movable = {"SE": [-2, 0, 1, 39, 49], "DK": [-3, -2, 0, 1, 39, 49, 50]}[country]
    found = {date(year, month, day) for month, day in fixed} | {sunday + timedelta(days=each) for each in movable}
    if country == "SE":
        midsummer = next(day for day in _from(date(year, 6, 20)) if day.weekday() == 5)
        saints = next(day for day in _from(date(year, 10, 31)) if day.weekday() == 5)
        found |= {midsummer, midsummer - DAY, saints}
    return frozenset(found)


@cache
def time_of(text: str) -> time:
    return time.fromisoformat(text)


def _from(day: date) -> list[date]:
    return [day + timedelta(days=each) for each in range(7)]


@dataclass(frozen=True)
class Shift:
    """A weekly shift of a calendar: its days from a first date on, without some, from a time for some quarters."""

    first: date
    days: tuple[str, ...]
    without: tuple[date, ...]
    begins: str
    quarters: int
    contact: str

    def event(self, zone: ZoneInfo) -> str:
        """The shift as the lines of an event."""
        first = next(day for day in _from(self.first) if WEEK[day.weekday()] in self.days)
        start = datetime.combine(first, time_of(self.begins))
        end = start + self.quarters * QUARTER
        days = ",".join(each[:2].upper() for each in self.days)
        lines = [f"DTSTART;TZID={zone.key}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone.key}:{end:%Y%m%dT%H%M%S}"]
        lines += [f"RRULE:FREQ=WEEKLY;BYDAY={days}", f"SUMMARY:{self.contact}"]
        lines += [f"EXDATE;TZID={zone.key}:{each:%Y%m%d}T{start:%H%M%S}" for each in self.without]
        return " ".join(lines)

    def is_on(self, wall: datetime) -> bool:
        """Whether it is the time of this shift by the clock on the wall."""
        return any(self._begins_on(day, wall) for day in (wall.date(), wall.date() - DAY))

    def _begins_on(self, day: date, wall: datetime) -> bool:
        if day < self.first or day in self.without or WEEK[day.weekday()] not in self.days:
            return False
        start = datetime.combine(day, time_of(self.begins))
        return start <= wall < start + self.quarters * QUARTER


class SlowRota:
    """Which contacts of one team are on duty, quarter by quarter."""

    def __init__(self, country: str, zone: ZoneInfo, covers: Mapping[str, Any], shifts: list[Shift]) -> None:
        self._country = country
        self._zone = zone
        self._covers = covers
        self._shifts = shifts

    def on_duty(self, at: datetime) -> list[str]:
        """The contacts on duty in the quarter that begins at this instant."""
        wall = self._wall(at)
        return [contact for contact, cover in self._covers.items() if self._is_on(contact, cover, wall)]

    def _wall(self, at: datetime) -> datetime:
        """What the clock on the wall shows; the end of the hour where a change repeats it."""
        local = at.astimezone(self._zone)
        return local.replace(tzinfo=None, minute=59) if local.fold else local.replace(tzinfo=None)

    def _is_on(self, contact: str, cover: dict[str, Any], wall: datetime) -> bool:
        if "always" in cover:
            return True
        if "calendar" in cover:
            return any(each.is_on(wall) for each in self._shifts if each.contact in (contact, "everyone"))
        return any(
            self._begin(day, each["from"]) <= wall < self._end(day, each)
            for day in (wall.date(), wall.date() - DAY)
            for each in self._hours_of(cover, day)
        )

    def _hours_of(self, cover: dict[str, Any], day: date) -> list[dict[str, Any]]:
        exceptions = [each for each in cover["exceptions"] if each["day"] == f"{day}"]
        if exceptions:
            return [each for each in exceptions if "from" in each]
        weekday = WEEK[day.weekday()]
        if cover["holidays"] != "open" and day in free_days(self._country, day.year):
            weekday = cover["holidays"]
        return [each for each in cover["hours"] if weekday in each["days"]]

    def _begin(self, day: date, begins: str) -> datetime:
        return datetime.combine(day, time_of(begins))

    def _end(self, day: date, hours: dict[str, Any]) -> datetime:
        return self._begin(day if hours["from"] < hours["until"] else day + DAY, hours["until"])
