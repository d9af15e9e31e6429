"""What an evaluation tells of groups: spreads and changes, never of fewer than five, and never an effect."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_programmes import ABILITY, HOURS, PATHWAY, ZONE, citizen, content, evaluation, many

from pathways.care.programme.windows import Occasion
from pathways.reports.evaluation_contents import Group, GroupContent, Subject, evaluated, spread_of, told


def group_of(subjects: list[Subject], group: Group = Group.ENROLLED) -> GroupContent:
    (measure,) = (each for each in content(subjects).measures if each.name == ABILITY)
    return next(each for each in measure.groups if each.group is group)


def test_each_occasion_is_told_by_its_number_median_and_quartiles() -> None:
    subjects = [citizen(number, (value, None, None)) for number, value in enumerate((40, 50, 60, 70, 80))]
    before = group_of(subjects).occasions[Occasion.BEFORE]
    assert before.count == 5
    assert before.spread is not None
    assert (before.spread.lower, before.spread.median, before.spread.upper) == (50, 60, 70)
    assert group_of(subjects).occasions[Occasion.AFTER].count == 0


def test_the_change_is_of_those_who_were_measured_both_before_and_after() -> None:
    subjects = [*many(6, 10), citizen(7, (90, None, None)), citizen(8, (None, None, 5))]
    change = group_of(subjects).change
    assert change.count == 6
    assert change.spread is not None
    assert change.spread.median == 10


def test_of_fewer_than_five_nothing_is_told_but_that() -> None:
    group = group_of(many(4, 10))
    for each in (*group.occasions.values(), group.change):
        assert each.spread is None
    assert group.change.is_hidden
    assert group.courses == ()
    assert not content(many(4, 10)).measures[0].can_be_drawn
    assert content(many(5, 10)).measures[0].can_be_drawn


def test_few_are_said_to_be_few_by_the_limit_of_the_definition() -> None:
    assert group_of(many(9, 10)).change.is_few
    assert not group_of(many(10, 10)).change.is_few


def test_the_order_of_the_courses_tells_nothing_of_who_was_enrolled_when() -> None:
    subjects = many(7, 10)
    assert group_of(subjects).courses == group_of(subjects[::-1]).courses
    assert list(group_of(subjects).courses[0]) == [Occasion.BEFORE, Occasion.AFTER]


def test_those_who_wait_are_told_beside_with_windows_from_the_beginning_of_their_wait() -> None:
    subjects = [*many(6, 20), *many(5, 5, waits=True, first=20)]
    waiting = group_of(subjects, Group.WAITING)
    assert waiting.citizens.count == 5
    assert waiting.change.spread is not None
    assert waiting.change.spread.median == 5
    assert content(subjects).is_compared
    assert not content(many(6, 20)).is_compared


def test_what_was_measured_after_the_enrolment_counts_no_longer_for_the_wait() -> None:
    subjects = [citizen(number, (40, 50, 60), enrolled_after=40) for number in range(6)]
    waiting, enrolled = group_of(subjects, Group.WAITING), group_of(subjects)
    assert waiting.occasions[Occasion.BEFORE].count == waiting.occasions[Occasion.DURING].count == 6
    assert waiting.occasions[Occasion.AFTER].count == 0
    assert enrolled.occasions[Occasion.BEFORE].count == 6  # twelve days before the enrolment
    assert content(subjects).waiting == 0


def test_without_anybody_to_compare_with_there_is_one_group() -> None:
    alone = evaluation().model_copy(update={"compare_with": None})
    found = evaluated(PATHWAY, alone, [], many(6, 5))
    assert [group.group for each in found.measures for group in each.groups] == [Group.ENROLLED] * 2
    assert not found.is_compared


def test_ends_are_counted_and_an_episode_of_a_version_without_an_evaluation_has_no_measurements() -> None:
    subjects = [citizen(number, (40,), end="deceased") for number in range(6)]
    assert {end: each.count for end, each in content(subjects).ends.items()} == {"deceased": 6}
    earlier = PATHWAY.model_copy(update={"evaluation": None})
    old = [Subject(each.episode, earlier, ZONE) for each in subjects]
    assert group_of(old).occasions[Occasion.BEFORE].count == 0


def test_a_measurement_outside_every_window_counts_for_none() -> None:
    (subject,) = [citizen(1, (40,))]
    (measured,) = subject.episode.measurements
    late = measured.model_copy(update={"at": measured.at + timedelta(days=10)})
    moved = Subject(subject.episode.model_copy(update={"measurements": (late,)}), PATHWAY, ZONE)
    assert group_of([moved]).occasions[Occasion.BEFORE].count == 0


@given(st.lists(st.integers(0, 20).map(lambda step: step * 5.0), min_size=5, max_size=60))
def test_a_spread_lies_within_its_numbers_and_does_not_depend_on_their_order(numbers: list[float]) -> None:
    spread = spread_of(numbers)
    assert min(numbers) <= spread.lower <= spread.median <= spread.upper <= max(numbers)
    assert spread_of(numbers[::-1]) == spread
    assert spread.count == len(numbers)


@given(st.lists(st.floats(0, 100), max_size=4))
def test_no_number_of_a_small_group_is_told(numbers: list[float]) -> None:
    assert told(numbers, evaluation()).spread is None


@pytest.mark.parametrize("name", [ABILITY, HOURS])
def test_every_measure_of_the_definition_is_told(name: str) -> None:
    assert name in [each.name for each in content([]).measures]
