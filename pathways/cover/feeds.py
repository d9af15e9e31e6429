"""iCalendar feeds as duties. The only place that knows the libraries icalendar and recurring-ical-events.

A feed comes from outside: whatever is wrong with it, nobody is on duty by it, and cover falls to the next on the
ladder. It never raises. An event that is cancelled is no duty; one of whole days runs from midnight to midnight, and
a time without a zone is local in the network's.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event

from pathways.cover.spans import Span, clipped, month_of, month_span
from pathways.definition.durations import first_instant

LARGEST_FEED = 1_000_000
"""The longest feed in characters: far more than the rota of a team for many years."""

_MOST_TIMES = 100_000
_TIMES_A_YEAR = {
    "WEEKLY": 53,
    "MONTHLY": 12,
    "YEARLY": 1,
    "HOURLY": 366 * 24,
    "MINUTELY": 527_040,
    "SECONDLY": 31_622_400,
}
_ONE_DAY = timedelta(days=1)


class FeedFault(StrEnum):
    """Why a feed cannot be used."""

    NO_CALENDAR = "no-calendar"
    TOO_MUCH = "too-much"
    UNREADABLE_EVENT = "unreadable-event"


class _Feed(NamedTuple):
    calendar: Calendar
    query: recurring_ical_events.CalendarQuery


class Duty(NamedTuple):
    """A stretch of duty. `name` is the event's title as names are written; `nurse-on-duty` for `Nurse on duty`."""

    name: str
    span: Span


def fault_in(text: str, zone: ZoneInfo, at: datetime) -> FeedFault | None:
    """Why this feed cannot be used in the year from the instant (UTC) on; None if it can."""
    months = range(month_of(at), month_of(at) + 13)
    try:
        feed = _feed_of(text)
        if feed is None:
            return FeedFault.NO_CALENDAR
        if _is_too_much(feed.calendar, month_span(months[-1]).end):
            return FeedFault.TOO_MUCH
        for month in months:
            _read_duties(text, zone, month)
    except Exception:  # noqa: BLE001 - a feed comes from outside, and its libraries raise what they like
        return FeedFault.UNREADABLE_EVENT
    return None


@lru_cache(maxsize=1024)
def duties_in_month(text: str, zone: ZoneInfo, month: int) -> tuple[Duty, ...]:
    """The duties of a month (of UTC), clipped to it; none where the feed cannot be used."""
    try:
        return _read_duties(text, zone, month)
    except Exception:  # noqa: BLE001 - as above: cover falls to the next on the ladder
        return ()


def _read_duties(text: str, zone: ZoneInfo, month: int) -> tuple[Duty, ...]:
    whole = month_span(month)
    feed = _feed_of(text)
    if feed is None or _is_too_much(feed.calendar, whole.end):
        return ()
    found = []
    for event in feed.query.between(whole.start - _ONE_DAY, whole.end + _ONE_DAY):
        if isinstance(event, Event) and str(event.get("STATUS", "")).upper() != "CANCELLED":
            start, end = _instant(event.start, zone), _instant(event.end, zone)
            found += [Duty(_name_in(event), span) for span in clipped([Span(start, end)], whole)]
    return tuple(found)


@lru_cache(maxsize=32)
def _feed_of(text: str) -> _Feed | None:
    """The calendar in the text; None where there is none, or more text than anybody can wait for."""
    if len(text) > LARGEST_FEED or "\0" in text:  # PostgreSQL keeps no NUL
        return None
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError):
        return None
    return _Feed(calendar, recurring_ical_events.of(calendar)) if isinstance(calendar, Calendar) else None


def _is_too_much(calendar: Calendar, until: datetime) -> bool:
    """Whether working the series out, each from its beginning, would take longer than anybody can wait."""
    series = [(event, rule) for event in calendar.events for rule in _rules_of(event)]
    work = sum(_times_a_year(rule) * max(1, until.year - event.start.year + 1) for event, rule in series)
    return work > _MOST_TIMES


def _rules_of(event: Event) -> list[Any]:
    found = event.get("RRULE", [])
    return found if isinstance(found, list) else [found]


def _times_a_year(rule: Any) -> int:
    """How often, at most, a rule has to be looked at in a year."""
    times = _TIMES_A_YEAR.get(str(rule.get("FREQ", ["DAILY"])[0]).upper(), 366)
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= max(1, len(rule.get(part, [])))
    return times


def _name_in(event: Event) -> str:
    return "-".join(str(event.get("SUMMARY", "")).casefold().split())


def _instant(at: date, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return first_instant(at.replace(tzinfo=zone), zone) if at.tzinfo is None else at.astimezone(UTC)
