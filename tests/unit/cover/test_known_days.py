"""Known days: what an office that keeps weekdays from 07:00 until 16:30 does on each, and when it opens again."""

from datetime import date, datetime, timedelta

import pytest
from cover_worlds import ALWAYS, COPENHAGEN, WEEK, at, hours, local, network, office, rota, team

from pathways.cover.free_days import is_holiday
from pathways.cover.rotas import rota_of


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2026-03-02 06:59", "closed until 2026-03-02 07:00"),
        ("2026-03-02 07:00", "open until 2026-03-02 16:30"),
        ("2026-03-02 16:29", "open until 2026-03-02 16:30"),
        ("2026-03-02 16:30", "closed until 2026-03-03 07:00"),
        ("2026-03-06 16:30", "closed until 2026-03-09 07:00"),
        ("2026-01-05 12:00", "open until 2026-01-05 16:30"),  # the day before Epiphany is no holiday
        ("2026-01-06 12:00", "closed until 2026-01-07 07:00"),  # Epiphany
        ("2026-04-02 17:00", "closed until 2026-04-07 07:00"),  # Maundy Thursday, Good Friday to Easter Monday
        ("2026-05-01 12:00", "closed until 2026-05-04 07:00"),  # May Day, a Friday
        ("2026-05-14 12:00", "closed until 2026-05-15 07:00"),  # Ascension Day
        ("2026-05-25 12:00", "open until 2026-05-25 16:30"),  # Whit Monday, no Swedish holiday since 2005
        ("2025-06-06 12:00", "closed until 2025-06-09 07:00"),  # National Day
        ("2026-06-19 12:00", "closed until 2026-06-22 07:00"),  # Midsummer Eve, a Friday
        ("2026-12-23 17:00", "closed until 2026-12-28 07:00"),  # Christmas Eve to the weekend
        ("2026-12-31 12:00", "closed until 2027-01-04 07:00"),  # New Year's Eve, a Thursday
    ],
)
def test_an_office_in_sweden_keeps_its_holidays(asked: str, answer: str) -> None:
    assert _said(asked) == answer


def _said(asked: str) -> str:
    day = rota(office())
    if day.is_open("day", at(asked)):
        return f"open until {local(day.closes_at('day', at(asked)))}"
    return f"closed until {local(day.opens_at('day', at(asked)))}"


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 4, 2), True),  # Maundy Thursday
        (date(2026, 5, 1), True),
        (date(2026, 5, 25), True),  # Whit Monday
        (date(2026, 6, 5), True),  # Constitution Day
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2023, 5, 5), True),  # Great Prayer Day, for the last time
        (date(2024, 4, 26), False),
        (date(2026, 6, 19), False),
        (date(2026, 6, 6), False),
    ],
)
def test_denmark_has_holidays_of_its_own(day: date, is_one: bool) -> None:
    assert is_holiday("DK", day) is is_one
    danish = rota_of(network("DK", "Europe/Copenhagen", day=team({"hours": [hours("08:00", "15:00", WEEK)]})))
    assert danish.is_open("day", at(f"{day} 10:00", COPENHAGEN)) is not is_one


def test_an_ordinary_sunday_is_no_holiday() -> None:
    assert not is_holiday("SE", date(2026, 3, 8))


def test_a_country_that_the_library_does_not_know_has_no_holidays() -> None:
    assert not any(is_holiday("XX", date(2026, 1, 1) + timedelta(days=day)) for day in range(365))


def test_holidays_may_be_as_any_day_or_as_a_sunday() -> None:
    weekend = [hours("07:00", "16:30"), hours("10:00", "12:00", ["sun"])]
    as_any = rota({"hours": weekend, "holidays": "open"})
    as_sunday = rota({"hours": weekend, "holidays": "sun"})
    assert local(as_any.closes_at("day", at("2026-12-24 11:00"))) == "2026-12-24 16:30"
    assert local(as_sunday.closes_at("day", at("2026-12-24 11:00"))) == "2026-12-24 12:00"
    assert not as_sunday.is_open("day", at("2026-12-24 13:00"))


def test_an_exception_stands_above_holidays_and_hours() -> None:
    exceptions = [
        {"day": "2026-12-24", "from": "08:00", "until": "10:00"},
        {"day": "2026-12-24", "from": "14:00", "until": "15:00"},
        {"day": "2026-03-02", "closed": True},
    ]
    day = rota(office(exceptions=exceptions))
    assert local(day.opens_at("day", at("2026-12-24 00:00"))) == "2026-12-24 08:00"
    assert local(day.opens_at("day", at("2026-12-24 10:00"))) == "2026-12-24 14:00"
    assert local(day.opens_at("day", at("2026-03-02 12:00"))) == "2026-03-03 07:00"


def test_a_night_that_has_begun_runs_to_its_end_on_a_holiday() -> None:
    nights = rota({"hours": [hours("21:00", "07:00", WEEK)]})
    assert local(nights.closes_at("day", at("2026-12-23 22:00"))) == "2026-12-24 07:00"
    assert local(nights.opens_at("day", at("2026-12-24 07:00"))) == "2026-12-27 21:00"


@pytest.mark.parametrize(
    ("from_time", "until", "opens", "closes"),
    [
        ("22:00", "06:00", "2026-03-28 22:00", "2026-03-29 06:00"),  # seven hours long
        ("22:00", "02:30", "2026-03-28 22:00", "2026-03-29 03:00"),  # 02:30 is skipped: the moment of the change
        ("02:15", "06:00", "2026-03-29 03:00", "2026-03-29 06:00"),
        ("02:15", "02:45", "2026-03-30 02:15", "2026-03-30 02:45"),  # both are skipped: not at all that night
    ],
)
def test_the_night_in_march_in_which_an_hour_is_skipped(from_time: str, until: str, opens: str, closes: str) -> None:
    _keeps(from_time, until, at("2026-03-28 12:00"), opens, closes)


@pytest.mark.parametrize(
    ("from_time", "until", "opens", "closes"),
    [
        ("22:00", "06:00", "2026-10-24 22:00", "2026-10-25 06:00"),  # nine hours long
        ("22:00", "02:30", "2026-10-24 22:00", "2026-10-25 02:30"),  # its first showing
        ("02:30", "06:00", "2026-10-25 02:30", "2026-10-25 06:00"),
        ("02:15", "02:45", "2026-10-25 02:15", "2026-10-25 02:45"),  # once, not twice
        ("01:00", "03:00", "2026-10-25 01:00", "2026-10-25 03:00"),  # three hours long
    ],
)
def test_the_night_in_october_in_which_an_hour_is_repeated(from_time: str, until: str, opens: str, closes: str) -> None:
    _keeps(from_time, until, at("2026-10-24 12:00"), opens, closes)
    once = rota({"hours": [hours("02:15", "02:45", WEEK)]})
    assert not once.is_open("day", at("2026-10-25 02:30*"))


def _keeps(from_time: str, until: str, asked: datetime, opens: str, closes: str) -> None:
    day = rota({"hours": [hours(from_time, until, WEEK)], "holidays": "open"})
    found = day.opens_at("day", asked)
    assert found is not None
    assert (local(found), local(day.closes_at("day", found))) == (opens, closes)


def test_who_is_always_open_neither_opens_nor_closes() -> None:
    day = rota(ALWAYS)
    assert day.is_open("day", at("2026-12-24 03:00"))
    assert day.closes_at("day", at("2026-12-24 03:00")) is None
    assert day.opens_at("day", at("2026-12-24 03:00")) is None


def test_hours_round_the_clock_have_no_seam_at_midnight_or_at_a_months_end() -> None:
    whole = rota({"hours": [hours("00:00", "00:00", WEEK)], "holidays": "open"})
    assert whole.closes_at("day", at("2026-02-28 23:59")) is None
    week = rota({"hours": [hours("00:00", "00:00", WEEK[:6])], "holidays": "open"})
    assert local(week.closes_at("day", at("2026-02-27 12:00"))) == "2026-03-01 00:00"
    assert local(week.closes_at("day", at("2026-03-30 12:00"))) == "2026-04-05 00:00"


def test_who_does_not_open_within_a_year_is_said_never_to_open() -> None:
    asleep = rota({"calendar": "ROTA"})
    assert asleep.opens_at("day", at("2026-03-02 09:00")) is None
    assert asleep.closes_at("day", at("2026-03-02 09:00")) is None
