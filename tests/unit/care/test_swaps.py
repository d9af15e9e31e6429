"""Swaps of granted services: for equal time or at a rate, with history, undone the same way, never making time."""

from datetime import UTC, datetime

import pytest
from care_stories import Story, person, told
from care_worlds import PERSON_NAME
from grant_worlds import ASSESSOR, GRANTING, HOME, PLAIN, begun, grant, held, swap, undo, withdraw
from hypothesis import given
from hypothesis import strategies as st

from pathways.care.commands import PauseEpisode
from pathways.care.grants.rules import weekly_minutes
from pathways.care.notice_kinds import NoticeKind
from pathways.definition.models import Pathway
from pathways.errors import Refused


def granted(district: str = "rural") -> Story:
    story = begun(district)
    grant(story)
    return story


def test_equal_time_is_swapped_and_those_who_do_either_are_told() -> None:
    story = granted()
    decision = swap(story, "cleaning", "cooking", 25)
    assert weekly_minutes(story.episode) == {"cleaning": 35, "bath": 45, "cooking": 25}
    assert told(decision) == {(NoticeKind.GRANT_CHANGED, ASSESSOR)}  # who cooks; home care did it itself


def test_another_rate_is_that_of_the_pathway() -> None:
    story = granted()
    swap(story, "bath", "walk", 30)
    assert weekly_minutes(story.episode) == {"cleaning": 60, "bath": 15, "walk": 20}
    with pytest.raises(Refused, match=r"15 minutes become 10, in whole minutes\. Choose a multiple of 15 minutes"):
        swap(story, "bath", "walk", 1)
    with pytest.raises(Refused, match="Choose a whole number of minutes"):
        swap(story, "cleaning", "walk", 0)


def test_all_of_a_service_may_be_swapped_and_then_it_is_gone() -> None:
    story = granted()
    swap(story, "cleaning", "walk", 60)
    assert weekly_minutes(story.episode) == {"bath": 45, "walk": 60}


def test_no_more_is_swapped_than_there_is_now() -> None:
    story = granted()
    swap(story, "cleaning", "walk", 50)
    with pytest.raises(Refused, match="household-1 holds 10 minutes a week of it now"):
        swap(story, "cleaning", "walk", 11)
    with pytest.raises(Refused, match="holds 0 minutes"):
        swap(story, "cooking", "walk", 1)


@pytest.mark.parametrize(("give", "get"), [("walk", "bath"), ("cleaning", "nursing"), ("cleaning", "cleaning")])
def test_only_what_the_pathway_names_is_swapped(give: str, get: str) -> None:
    with pytest.raises(Refused, match="the pathway has no rule for that"):
        swap(granted(), give, get, 15)


def test_what_was_typed_stands_in_no_refusal() -> None:
    for give, get in ((PERSON_NAME, "walk"), ("cleaning", PERSON_NAME)):
        with pytest.raises(Refused) as refusal:
            swap(granted(), give, get, 15)
        assert PERSON_NAME not in str(refusal.value)


def test_a_service_that_pauses_now_is_not_got() -> None:
    story = granted()
    story.episode = story.episode.model_copy(update={"paused_services": ("walk",)})
    with pytest.raises(Refused, match="Cannot swap for walk: it pauses now"):
        swap(story, "cleaning", "walk", 10)


def test_only_the_patients_own_home_care_records_a_swap_and_only_while_the_episode_goes_on() -> None:
    story = granted()
    for team in (ASSESSOR, "home-south"):
        with pytest.raises(Refused, match=f"Ask {HOME}"):
            swap(story, "cleaning", "walk", 10, team=team)
    swap(story, "cleaning", "walk", 10)
    story.perform(PauseEpisode(actor=person(HOME), kind="elsewhere"))
    with pytest.raises(Refused, match="pauses"):
        swap(story, "cleaning", "walk", 10)
    with pytest.raises(Refused, match="pauses"):
        undo(story)


def test_outside_the_roll_out_nothing_is_swapped_and_what_was_swapped_inside_can_be_undone() -> None:
    with pytest.raises(Refused, match="swaps are tried out elsewhere, or no longer"):
        swap(granted("town"), "cleaning", "walk", 10)
    story = begun(now=datetime(2026, 12, 31, 12, tzinfo=UTC))
    grant(story)
    swap(story, "cleaning", "walk", 10)
    story.wait(days=1)
    with pytest.raises(Refused, match="or no longer"):
        swap(story, "cleaning", "walk", 10)
    undo(story)
    assert held(story).minutes == held(story).granted


def test_a_pathway_without_swaps_knows_none() -> None:
    story = granted()
    story.context = begun(district=None, pathway=Pathway.model_validate(PLAIN)).context
    with pytest.raises(Refused, match="its pathway knows no swaps"):
        swap(story, "cleaning", "walk", 10)
    with pytest.raises(Refused, match="its pathway knows no swaps"):
        undo(story)


def test_without_a_roll_out_swaps_hold_everywhere() -> None:
    plain = GRANTING.model_dump(mode="json", by_alias=True)
    plain["swaps"]["only_in"] = None
    story = begun("town", pathway=Pathway.model_validate(plain))
    grant(story)
    swap(story, "cleaning", "walk", 10)


def test_a_roll_out_that_the_pathway_no_longer_has_holds_nowhere() -> None:
    story = granted()
    pathway = GRANTING.model_copy(update={"roll_outs": {}})
    story.context = begun(pathway=pathway).context
    with pytest.raises(Refused, match="no longer"):
        swap(story, "cleaning", "walk", 10)


def test_an_undone_swap_stays_in_the_history() -> None:
    story = granted()
    swap(story, "cleaning", "walk", 10)
    swap(story, "bath", "walk", 15)
    story.wait(days=1)
    undo(story, 1)
    first, second = held(story).swaps
    assert (first.give, first.get, first.gave, first.got, first.undone_at) == ("cleaning", "walk", 10, 10, story.now)
    assert second.undone_at is None
    assert held(story).minutes == {"cleaning": 60, "bath": 30, "walk": 10}
    with pytest.raises(Refused, match=r"none of that number holds\. Choose one of: 2"):
        undo(story, 1)
    undo(story)
    with pytest.raises(Refused, match="Nothing needs to be done"):
        undo(story)


def test_what_has_been_swapped_on_is_undone_from_the_last() -> None:
    story = granted()
    swap(story, "cleaning", "walk", 10)
    swap(story, "walk", "cooking", 5)
    with pytest.raises(Refused, match="Undo the later swap first"):
        undo(story, 1)
    undo(story)
    undo(story)
    assert held(story).minutes == {"cleaning": 60, "bath": 45}


def test_a_swap_ends_with_its_grant() -> None:
    story = granted()
    swap(story, "cleaning", "walk", 10)
    withdraw(story)
    assert not weekly_minutes(story.episode)
    grant(story)
    assert weekly_minutes(story.episode) == {"cleaning": 60, "bath": 45}


SERVICES = ("bath", "cleaning", "walk", "cooking", "nursing")
SWAPS = st.tuples(st.sampled_from(SERVICES), st.sampled_from(SERVICES), st.integers(-5, 130))
ATTEMPTS = st.lists(st.one_of(SWAPS, st.integers(0, 8)), max_size=12)


@given(ATTEMPTS)
def test_no_swap_makes_time_and_undoing_all_of_them_restores_exactly_what_was_granted(
    attempts: list[tuple[str, str, int] | int],
) -> None:
    story = granted()
    for attempt in attempts:
        before = held(story)
        try:
            if isinstance(attempt, int):
                undo(story, attempt)
            else:
                swap(story, *attempt)
        except Refused:
            assert held(story) == before
        now = held(story)
        lost = sum(each.gave - each.got for each in now.standing_swaps)
        assert sum(now.minutes.values()) == sum(now.granted.values()) - lost
        assert all(each.got <= each.gave for each in now.standing_swaps)
        assert all(minutes > 0 for minutes in now.minutes.values())
    while held(story).standing_swaps:
        undo(story)
    assert held(story).minutes == held(story).granted


@given(st.lists(st.tuples(st.sampled_from(("cleaning", "walk", "cooking")), st.integers(1, 60)), max_size=10))
def test_swaps_of_equal_time_conserve_what_was_granted(wishes: list[tuple[str, int]]) -> None:
    story = granted()
    for get, minutes in wishes:
        try:
            swap(story, max(held(story).minutes, key=lambda each: held(story).minutes[each]), get, minutes)
        except Refused:
            continue
    equal = [each for each in held(story).standing_swaps if each.give != "bath"]
    assert all(each.gave == each.got for each in equal)
    if len(equal) == len(held(story).standing_swaps):
        assert sum(held(story).minutes.values()) == 105
