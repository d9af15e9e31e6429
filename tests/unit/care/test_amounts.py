"""Numbers, days and times that nobody can mean are refused in a sentence, in whichever command and wherever in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from care_stories import person
from hypothesis import given
from hypothesis import strategies as st
from strict_stories import R, S, requested

from pathways.care.amounts import LARGEST_NUMBER, require_amounts, require_day, require_number
from pathways.care.commands import Command, RecordFact, RecordMilestone
from pathways.care.grants.commands import GrantPackage, UndoSwap
from pathways.care.orders.commands import PlaceOrder, StopOrder
from pathways.care.orders.values import Schedule
from pathways.care.patient import Carer, Kit, PlaceOf, Preference, SaidBy, Score
from pathways.care.programme.commands import RecordMeasurement
from pathways.definition.conditions import Instrument
from pathways.errors import Refused

TOO_LARGE = [LARGEST_NUMBER + 1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400]
TOO_FAR = [date.min, date(1899, 12, 31), date(2200, 1, 1), date.max]
NO_AMOUNTS = [float("inf"), float("-inf"), float("nan"), 1e308]


@pytest.mark.parametrize("number", [*TOO_LARGE, *NO_AMOUNTS], ids=lambda number: f"{number!r:.12}")
def test_a_number_that_cannot_be_kept_is_refused(number: float) -> None:
    with pytest.raises(Refused, match="A number is too large"):
        require_number(number)


@given(st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | st.floats(-1e9, 1e9))
def test_a_number_that_can_be_kept_is_taken(number: float) -> None:
    require_number(number)


@pytest.mark.parametrize("day", [*TOO_FAR, *(datetime(day.year, 6, 1, tzinfo=UTC) for day in TOO_FAR)])
def test_a_day_that_cannot_be_reckoned_with_is_refused(day: date) -> None:
    with pytest.raises(Refused, match="lies too far away"):
        require_day(day)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_that_can_be_reckoned_with_is_taken(day: date) -> None:
    require_day(day)


def impossible_commands() -> Iterator[Command]:
    """A command of each kind that holds a number, a day or a time, with one that nobody can mean."""
    for number in TOO_LARGE:
        yield RecordFact(actor=person(S), fact=Score(instrument=Instrument.AKPS, score=number))
        yield GrantPackage(actor=person(S), package="home-care", minutes={"cleaning": number})
        yield UndoSwap(actor=person(S), grant="grant-1", swap=number)
        yield StopOrder(actor=person(S), order=number, words="over")
    for value in NO_AMOUNTS:
        yield RecordMeasurement(actor=person(S), measure="weight", value=value)
    for day in TOO_FAR:
        yield RecordFact(actor=person(S), fact=Kit(where="hall", checked_on=day, checked_by="nurse"))
        yield RecordFact(
            actor=person(S), fact=Preference(place_of=PlaceOf.CARE, first="home", said_by=SaidBy.PATIENT, said_on=day)
        )
        at = datetime(day.year, 6, 1, tzinfo=UTC)
        yield RecordMilestone(actor=person(S), milestone="called", at=at)
    yield PlaceOrder(
        actor=person(S),
        treatment="iv",
        drug="x",
        schedule=Schedule(from_day=date(2026, 3, 1), until_day=date(2026, 3, 4), every=2**63, times=("08:00",)),
    )


def test_what_a_command_holds_is_judged_wherever_it_stands() -> None:
    for command in impossible_commands():
        with pytest.raises(Refused, match=r"A number is too large|lies too far away") as refusal:
            require_amounts(command)
        assert str(refusal.value).endswith(".")


def test_deciding_refuses_it_and_nothing_has_changed() -> None:
    story = requested()
    before = story.episode
    for day in TOO_FAR:
        with pytest.raises(Refused, match="lies too far away"):
            story.perform(RecordFact(actor=person(R), fact=Kit(where="hall", checked_on=day, checked_by="nurse")))
    assert story.episode == before


def test_words_and_answers_are_no_numbers() -> None:
    require_amounts(
        RecordFact(actor=person(S), fact=Carer(is_available=True, is_aware=True, may_be_called_at_night=False))
    )
