"""Ten years of generated covers in Sweden and Denmark, with both clock changes: told quickly and slowly, the same."""

from datetime import date, datetime, timedelta

import pytest
from cover_oracle import QUARTER, free_days
from cover_worlds import STOCKHOLM, network
from generated_covers import COUNTRIES, FIRST_YEAR, LAST_YEAR, Case, cases, starts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pathways.cover.free_days import is_holiday
from pathways.cover.rotas import rota_of
from pathways.definition.durations import Duration, Unit

pytestmark = pytest.mark.exhaustive

A_WEEK = 7 * 96
thorough = settings(deadline=None, max_examples=25)


@pytest.mark.parametrize("country", list(COUNTRIES))
def test_the_holidays_of_ten_years_are_those_of_the_law(country: str) -> None:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    every_day = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    ours = {day for day in every_day if is_holiday(country, day)}
    assert ours == {day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in free_days(country, year)}


@thorough
@given(cases())
def test_who_is_on_duty_is_the_same_in_every_quarter_of_a_week(case: Case) -> None:
    for at in case.quarters(A_WEEK):
        expected = case.slow.on_duty(at)
        assert [each.contact for each in case.rota.on_duty("day", at)] == expected, (at, case.told)
        assert case.rota.is_open("day", at) == bool(expected)


@thorough
@given(cases())
def test_it_opens_and_closes_when_the_slow_one_does(case: Case) -> None:
    quarters = case.quarters(A_WEEK)
    is_open = [bool(case.slow.on_duty(at)) for at in quarters]
    change = next((at for at, each in zip(quarters, is_open, strict=True) if each != is_open[0]), None)
    closes, opens = case.rota.closes_at("day", case.start), case.rota.opens_at("day", case.start)
    found = closes if is_open[0] else opens
    assert (opens if is_open[0] else closes) is None
    assert found == change if change else found is None or found > quarters[-1]
    assert found is None or found > case.start


@thorough
@given(cases())
def test_each_contacts_duty_ends_when_the_slow_one_says(case: Case) -> None:
    for duty in case.rota.on_duty("day", case.start):
        ends = next((at for at in case.quarters(A_WEEK) if duty.contact not in case.slow.on_duty(at)), None)
        assert duty.until_at == ends if ends else duty.until_at is None or duty.until_at > case.quarters(A_WEEK)[-1]


@thorough
@given(cases(), st.integers(0, 200))
def test_the_ladder_of_a_sound_network_never_ends_closed(case: Case, later: int) -> None:
    at = case.start + later * QUARTER
    ladder = case.rota.ladder("day", at)
    assert ladder[-1].is_open
    assert len({(rung.team, rung.contact) for rung in ladder}) == len(ladder)
    assert all(rung.until_at is None or rung.until_at > at for rung in ladder)
    answers = case.rota.who_answers("day", at)
    assert (answers.team, answers.contact) == next((rung.team, rung.contact) for rung in ladder if rung.is_open)


@thorough
@given(cases())
def test_who_answers_does_so_until_another_does(case: Case) -> None:
    answers = case.rota.who_answers("day", case.start)
    until = answers.until_at or case.quarters(A_WEEK)[-1]
    same = [at for at in case.quarters(A_WEEK) if at < until]
    assert {case.rota.who_answers("day", at).contact for at in same} == {answers.contact}
    if answers.until_at:
        next_one = case.rota.who_answers("day", answers.until_at)
        assert next_one.contact != answers.contact


@thorough
@given(cases(), st.integers(1, 160))
def test_a_limit_in_hours_counts_the_quarters_in_which_it_is_open(case: Case, quarters: int) -> None:
    limit = Duration(amount=quarters * 15, unit=Unit.MINUTE)
    opened = [at for at in case.quarters(3 * A_WEEK) if case.slow.on_duty(at)]
    found = case.rota.add_open_time("day", case.start, limit)
    if len(opened) >= quarters:
        assert found == opened[quarters - 1] + QUARTER
    elif found != limit.after(case.start, case.zone):  # open too seldom to be up in three weeks
        assert found > case.quarters(3 * A_WEEK)[-1]


@thorough
@given(cases(), st.integers(1, 6))
def test_a_limit_in_days_ends_on_the_opening_day_that_the_slow_one_counts(case: Case, amount: int) -> None:
    opened = [at.astimezone(case.zone).date() for at in case.quarters(4 * A_WEEK) if case.slow.on_duty(at)]
    opening_days = list(dict.fromkeys(opened))
    found = case.rota.add_open_time("day", case.start, Duration(amount=amount, unit=Unit.DAY))
    if len(opening_days) > amount + 1:  # the last one may be cut off
        up = found if case.rota.is_open("day", found) else found - QUARTER  # at a closing, which may be at midnight
        assert up.astimezone(case.zone).date() == opening_days[amount]
        assert case.slow.on_duty(up.replace(minute=up.minute // 15 * 15))


@thorough
@given(
    cases(),
    st.integers(0, 400),
    st.integers(1, 40),
    st.integers(0, 3),
    st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.DAY, Unit.WEEK]),
)
def test_who_begins_later_or_has_longer_is_not_up_earlier(
    case: Case, later: int, amount: int, more: int, unit: Unit
) -> None:
    starts_at = (case.start, case.start + later * QUARTER)
    assume(not any((case.rota.opens_at("day", at) or at).astimezone(case.zone).fold for at in starts_at))
    limits = [Duration(amount=each, unit=unit) for each in (amount, amount + more)]
    first, second = [case.rota.add_open_time("day", *each) for each in zip(starts_at, limits, strict=True)]
    open_too_seldom = second == limits[1].after(starts_at[1], case.zone)
    assert first <= second or open_too_seldom


@settings(deadline=None, max_examples=100)
@given(
    starts(),
    st.sampled_from(list(Unit)).flatmap(
        lambda unit: st.builds(Duration, amount=st.integers(1, 60), unit=st.just(unit))
    ),
)
def test_for_who_is_always_open_cover_time_is_wall_time(start: datetime, limit: Duration) -> None:
    assert rota_of(network()).add_open_time("night", start, limit) == limit.after(start, STOCKHOLM)
