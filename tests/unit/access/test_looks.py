"""What is new to somebody on a page: what came since the visit before, until this visit is over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pathways.access.looks import VISIT, Look, look_at

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + VISIT
SECOND = timedelta(seconds=1)


def test_at_the_first_visit_nothing_is_told_as_new_but_what_comes_while_it_lasts_is() -> None:
    first = look_at(None, 7, NOW)
    assert (first.new_after, first.new_since) == (7, None)
    assert look_at(first, 9, LATER - SECOND).new_after == 7


def test_at_the_next_visit_is_new_what_came_after_the_last_page_of_the_one_before() -> None:
    again = look_at(look_at(None, 7, NOW), 12, LATER)
    assert (again.new_after, again.new_since, again.seen) == (7, NOW, 12)


def test_loading_the_page_again_takes_no_mark_away_and_the_next_visit_does() -> None:
    visit = look_at(look_at(None, 7, NOW), 12, LATER)
    again = look_at(visit, 12, LATER + SECOND)
    assert again.new_after == 7
    assert look_at(again, 12, LATER + VISIT).new_after == 7, "it lasts from the last page on"
    assert look_at(again, 12, LATER + VISIT + SECOND).new_after == 12


def test_after_a_press_of_ones_own_the_visit_goes_on_however_long_the_page_was_open() -> None:
    visit = look_at(look_at(None, 7, NOW), 12, LATER)
    pressed = look_at(visit, 14, LATER + timedelta(hours=3), goes_on=True)
    assert (pressed.new_after, pressed.new_since, pressed.seen) == (7, NOW, 14)


def test_what_a_page_does_not_show_is_new_where_it_is_shown() -> None:
    visit = look_at(Look(seen=7, at=NOW, new_after=7), 12, LATER, hidden=(3, 10, 11))
    assert visit.seen == 9, "of the hidden events those that were seen before do not count"
    assert look_at(visit, 12, LATER + VISIT).new_after == 9


def test_an_older_page_makes_nothing_unseen() -> None:
    seen = look_at(Look(seen=12, at=LATER, new_after=7), 9, NOW, hidden=(13,))
    assert (seen.seen, seen.at, seen.new_after) == (12, LATER, 7)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.booleans()), max_size=12))
def test_every_event_is_new_in_the_visit_in_which_it_is_first_shown(shown: list[tuple[int, int, bool]]) -> None:
    look, now, number = look_at(None, 1, NOW), NOW, 1
    for minutes, events, goes_on in shown:
        now, before, number = now + timedelta(minutes=minutes), look, number + events
        look = look_at(before, number, now, goes_on=goes_on)
        assert look.new_after <= before.seen, "all that was not shown yet is new"
        assert look.seen == number
        assert look.new_after >= before.new_after
