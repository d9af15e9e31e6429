"""Limits that run only while a team is open: a table of what each unit means, and that each is up at some time."""

import pytest
from cover_worlds import ALWAYS, WEEK, at, calendar, hours, local, office, rota

from pathways.definition.durations import Duration

OFFICE = rota(office())
NIGHTS = rota({"hours": [hours("21:00", "07:00", ["fri", "sat"])], "holidays": "open"})
FRIDAY_MORNINGS = rota({"hours": [hours("08:00", "12:00", ["fri"]), hours("08:00", "16:00", WEEK[:4])]})
TWICE_A_DAY = rota({"hours": [hours("08:00", "10:00", WEEK), hours("14:00", "16:00", WEEK)]})


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-02 10:00", "30 min", "2026-03-02 10:30"),
        ("2026-03-02 16:00", "30 min", "2026-03-02 16:30"),  # at the closing, not after it
        ("2026-03-02 16:15", "30 min", "2026-03-03 07:15"),
        ("2026-03-02 05:00", "30 min", "2026-03-02 07:30"),
        ("2026-03-06 16:00", "4 h", "2026-03-09 10:30"),  # over a weekend
        ("2026-12-23 16:00", "1 h", "2026-12-28 07:30"),  # over Christmas
        ("2026-12-30 16:00", "10 h", "2027-01-04 16:30"),  # over the year's end
        ("2026-03-27 16:30", "90 s", "2026-03-30 07:01"),  # the clock goes forward in between
        ("2026-10-23 16:29", "90 s", "2026-10-26 07:00"),  # and back
        ("2026-03-02 10:00", "1 day", "2026-03-03 10:00"),
        ("2026-03-06 10:00", "1 day", "2026-03-09 10:00"),
        ("2026-03-06 20:00", "1 day", "2026-03-10 07:00"),  # begins on Monday, when the team opens
        ("2026-03-07 10:00", "1 day", "2026-03-10 07:00"),
        ("2026-12-23 10:00", "3 days", "2026-12-30 10:00"),  # 28, 29 and 30 December
        ("2026-03-02 10:00", "1 week", "2026-03-09 10:00"),
        ("2026-03-30 10:00", "1 week", "2026-04-07 07:00"),  # Easter Monday: the next opening
        ("2026-03-02 10:00", "2 months", "2026-05-04 07:00"),  # 2 May is a Saturday
        ("2026-03-05 10:00", "2 months", "2026-05-05 10:00"),
    ],
)
def test_a_limit_of_an_office_runs_in_its_hours(start: str, limit: str, end: str) -> None:
    found = OFFICE.add_open_time("day", at(start), Duration.of(limit))
    assert local(found) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-05 10:00", "2026-03-06 10:00"),
        ("2026-03-05 15:00", "2026-03-06 12:00"),  # the team is closed on Friday at 15:00: its closing before
        ("2026-03-06 09:00", "2026-03-09 09:00"),
    ],
)
def test_a_day_ends_at_the_closing_before_where_it_is_closed_by_then(start: str, end: str) -> None:
    assert local(FRIDAY_MORNINGS.add_open_time("day", at(start), Duration.of("1 day"))) == end


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-06 22:00", "1 day", "2026-03-07 22:00"),
        ("2026-03-07 06:00", "1 day", "2026-03-08 06:00"),
        ("2026-03-08 06:00", "1 day", "2026-03-13 21:00"),  # on Friday at 06:00 it has not opened yet
        ("2026-03-07 22:00", "1 day", "2026-03-08 07:00"),
        ("2026-03-06 22:00", "4 days", "2026-03-14 22:00"),  # Saturday, Sunday, Friday, Saturday
        ("2026-03-06 22:00", "9 h", "2026-03-07 07:00"),
        ("2026-03-28 22:00", "9 h", "2026-04-03 22:00"),  # one hour short: the clock goes forward
        ("2026-10-24 22:00", "9 h", "2026-10-25 06:00"),  # ten hours long: it goes back
    ],
)
def test_a_limit_of_who_works_nights_runs_at_night(start: str, limit: str, end: str) -> None:
    assert local(NIGHTS.add_open_time("day", at(start), Duration.of(limit))) == end


def test_between_two_openings_a_day_ends_at_the_last_closing() -> None:
    assert local(TWICE_A_DAY.add_open_time("day", at("2026-03-02 15:00"), Duration.of("1 day"))) == "2026-03-03 15:00"
    exceptions = [{"day": "2026-03-03", "from": "08:00", "until": "10:00"}]
    short = rota({"hours": [hours("08:00", "16:00", WEEK)], "exceptions": exceptions})
    assert local(short.add_open_time("day", at("2026-03-02 15:00"), Duration.of("1 day"))) == "2026-03-03 10:00"


@pytest.mark.parametrize("limit", ["30 min", "2 days", "1 week", "2 months"])
def test_a_limit_of_who_never_opens_runs_by_the_clock_on_the_wall(limit: str) -> None:
    never = rota({"calendar": "ROTA"})
    start, duration = at("2026-03-02 10:00"), Duration.of(limit)
    assert never.add_open_time("day", start, duration) == rota(ALWAYS).add_open_time("day", start, duration)


def test_a_limit_of_who_opens_too_seldom_runs_by_the_clock_on_the_wall() -> None:
    once = rota({"hours": [hours("08:00", "09:00", ["mon"])], "exceptions": []})
    assert local(once.add_open_time("day", at("2026-03-02 08:30"), Duration.of("1 h"))) == "2026-03-09 08:30"
    assert local(once.add_open_time("day", at("2026-03-02 08:30"), Duration.of("100 h"))) == "2026-03-06 12:30"
    assert local(once.add_open_time("day", at("2026-03-02 08:30"), Duration.of("90 days"))) == "2026-05-31 08:30"
    feed = "DTSTART:20260302T080000Z DTEND:20260302T090000Z"
    from_feed = rota({"calendar": "ROTA"}, feed=calendar(feed))
    assert local(from_feed.add_open_time("day", at("2026-03-02 09:30"), Duration.of("1 month"))) == "2026-04-02 09:30"
