"""Going ahead without something: by name, with a reason and words, where the pathway lets one, and marked for good."""

from typing import Any

import pytest
from care_stories import WORDS, H, Story, person, told
from care_worlds import PATHWAY, PERSON_NAME
from strict_stories import EXPIRY, READ_BACK, R, S, accepted, read_back, ready, requested, waive

from pathways.care.commands import Waive
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus
from pathways.errors import Refused


def refused(story: Story, team: str, *items: str, **other: Any) -> str:
    with pytest.raises(Refused) as refusal:
        waive(story, team, *items, **other)
    assert PERSON_NAME not in str(refusal.value)
    return str(refusal.value)


def test_a_waived_item_is_missing_no_longer_and_stays_marked_with_who_and_why() -> None:
    story = accepted()
    story.confirm(R, evidence="nurse")
    decision = waive(story, S, "listed")
    assert told(decision) == {(NoticeKind.WAIVED, R), (NoticeKind.READY, R)}
    handover = story.handover()
    waiver = handover.waivers["listed"]
    assert (waiver.actor.name, waiver.reason, waiver.words) == (PERSON_NAME, "in-a-hurry", WORDS)
    assert (handover.status, handover.waived_count) == (HandoverStatus.READY, 1)


def test_a_waiver_stays_when_the_item_comes_into_place_afterwards() -> None:
    story = accepted()
    waive(story, S, "listed")
    story.confirm(S, "listed", evidence="list")
    assert story.handover().waived_count == 1
    assert "listed" in story.handover().ticks


@pytest.mark.parametrize("name", [None, "", "  "])
def test_only_a_named_person_goes_ahead(name: str | None) -> None:
    story = accepted()
    actor = person(S).model_copy(update={"name": name})
    command = Waive(actor=actor, handover=H, items=("listed",), reason="in-a-hurry", words=WORDS)
    with pytest.raises(Refused, match=r"only a named person goes ahead without something\. Say who you are: --by"):
        story.decide(command)


def test_the_reason_is_one_of_the_pathways() -> None:
    assert "Choose one of: in-a-hurry, out-of-reach." in refused(accepted(), S, "listed", reason=PERSON_NAME)


def test_a_pathway_without_reasons_waives_nothing() -> None:
    story = accepted()
    bare = story.context.pathway.model_copy(update={"waivers": {}})
    story.context = type(story.context)(bare, story.context.network, story.now)
    assert "See to it that everything is in place." in refused(story, S, "listed")


def test_words_are_needed() -> None:
    assert "nothing was said" in refused(accepted(), S, "listed", words=" ")


def test_an_item_that_may_not_be_waived_is_waived_by_nobody() -> None:
    assert "and nobody goes ahead without named" in refused(accepted(), R, "named")


def test_a_side_waives_only_what_the_pathway_lets_it() -> None:
    said = refused(accepted(), R, "listed")
    assert "to go ahead without listed is for the sender to say. Ask home-north." in said


def test_an_item_is_waived_only_at_the_urgencies_that_are_named() -> None:
    assert "one goes ahead without listed only where it is acute" in refused(accepted("planned"), S, "listed")


@pytest.mark.parametrize("team", [S, R])
def test_the_other_sides_item_is_waived_where_both_may(team: str) -> None:
    story = accepted("planned")
    waive(story, team, "booked")
    assert story.handover().waivers["booked"].actor.team == team


@pytest.mark.parametrize(("items", "choices"), [((), "listed"), (("nonsense",), "listed")])
def test_something_of_this_handover_is_named(items: tuple[str, ...], choices: str) -> None:
    assert f"no readiness item of it was named. Choose one of: {choices}." in refused(accepted(), S, *items)


def test_where_nothing_can_be_waived_no_choice_is_offered() -> None:
    story = accepted()
    readiness = {name: item.model_copy(update={"waive": None}) for name, item in PATHWAY.readiness.items()}
    bare = story.context.pathway.model_copy(update={"readiness": readiness})
    story.context = type(story.context)(bare, story.context.network, story.now)
    assert "See to it that everything is in place." in refused(story, S)


@pytest.mark.parametrize("again", [("listed",), ("listed", "listed")])
def test_what_is_waived_already_or_in_place_is_nothing(again: tuple[str, ...]) -> None:
    story = accepted()
    waive(story, S, "listed")
    assert not waive(story, S, *again).events
    in_place = ready()
    assert not waive(in_place, S, "listed").events


def test_the_read_back_is_waived_by_name_and_then_nobody_waits_for_it() -> None:
    story = ready()
    story.change(Action.DEPART, S)
    story.do(Action.READ_BACK, R)
    assert READ_BACK in story.episode.clocks
    assert told(waive(story, R, read_back=True)) == {(NoticeKind.WAIVED, S)}
    assert READ_BACK not in story.episode.clocks
    story.do(Action.CORRECT, S)
    assert READ_BACK not in story.episode.clocks, "nobody has to speak any more"
    assert not waive(story, R, read_back=True).events
    assert story.handover().waived_count == 1
    story.change(Action.ARRIVE, R)
    assert story.handover().status is HandoverStatus.COMPLETED


def test_a_read_back_that_was_confirmed_needs_no_waiver() -> None:
    story = ready()
    read_back(story)
    assert not waive(story, R, read_back=True).events


def test_each_thing_that_is_waived_together_must_be_ones_own_to_waive() -> None:
    assert "without the read-back is for the receiver to say" in refused(accepted(), S, "listed", read_back=True)
    assert "without listed is for the sender to say" in refused(accepted(), R, "listed", read_back=True)


def test_where_nobody_may_waive_the_read_back_it_is_needed() -> None:
    assert "nobody goes ahead without the read-back" in refused(accepted("planned"), R, read_back=True)


def test_a_request_is_not_the_time_to_go_ahead() -> None:
    assert "Cannot waive anything on handover" in refused(requested(), S, "listed")


def test_on_the_way_nothing_expires_when_the_read_back_is_waived() -> None:
    story = ready()
    story.change(Action.DEPART, S)
    before = story.handover().ticks
    story.wait(hours=3)
    decision = waive(story, R, read_back=True)
    assert story.handover().ticks == before
    assert told(decision) == {(NoticeKind.WAIVED, S)}
    assert EXPIRY not in story.episode.clocks
