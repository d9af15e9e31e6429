"""Who answers through a week: every hour of each day, also where the clocks change."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.weeks import DAYS, DayOfCover, week_of
from handslag.playground import JONKOPING
from pathways.cover.rotas import rota_of
from pathways.definition.reading import read_definitions

ZONE = ZoneInfo("Europe/Stockholm")
_PATHWAYS, (NETWORK,) = read_definitions(JONKOPING)


def week(team: str, first: date) -> tuple[DayOfCover, ...]:
    return week_of(rota_of(NETWORK, feeds={}), team, ZONE, first)


@pytest.mark.parametrize("team", NETWORK.teams)
@pytest.mark.parametrize("first", [date(2026, 10, 22), date(2026, 12, 21), date(2027, 3, 25)])
def test_somebody_answers_in_every_hour_of_each_day_without_a_gap(team: str, first: date) -> None:
    for number, day in enumerate(week(team, first)):
        assert day.day == first + timedelta(days=number)
        assert sum(each.width for each in day.stretches) == pytest.approx(100)
        assert [each.ends_at for each in day.stretches[:-1]] == [each.begins_at for each in day.stretches[1:]]
        assert day.stretches[-1].ends_at is None


def test_a_week_has_seven_days_and_whoever_is_always_there_answers_through_all_of_each() -> None:
    found = week("ssih-jonkoping", date(2026, 11, 23))
    assert len(found) == DAYS
    assert {(each.team, each.contact, each.width) for day in found for each in day.stretches} == {
        ("ssih-jonkoping", "coordinator", 100)
    }


def test_the_hours_of_a_team_and_who_answers_outside_them_are_told_apart() -> None:
    monday = week("short-term-north", date(2026, 11, 23))[0]
    assert [(each.team, each.begins_at.astimezone(ZONE).hour) for each in monday.stretches] == [
        ("ssih-jonkoping", 0),
        ("short-term-north", 7),
        ("ssih-jonkoping", 21),
    ]
