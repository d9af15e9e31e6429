"""Several units are asked at once: the first yes takes it, a no leaves it to the others, the last no ends it."""

import pytest
from care_stories import E, H, Story, told
from place_worlds import holding, in_line, occupied, others

from pathways.care.actors import SYSTEM
from pathways.care.clocks import handover_key, hold_key
from pathways.care.commands import OfferPlace
from pathways.care.decisions import decide
from pathways.care.episodes import ClockKind
from pathways.care.notice_kinds import NoticeKind
from pathways.care.occupancy import Claim, claims_of
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import waits
from pathways.errors import Refused

ANSWER = handover_key(H, ClockKind.ANSWER)
ARRIVE = handover_key(H, ClockKind.ARRIVE)
BEDS = ("east-bed", "west-bed", "west-annex")


def asked(*units: str, full: tuple[str, ...] = ()) -> Story:
    """A request to several units, some of them full."""
    story = Story(context=holding())
    story.others_are(occupied(tuple(claim for unit in full for claim in others(unit, 2))))
    story.plan(unit=units)
    return story


def test_a_place_is_held_at_every_unit_that_is_asked_and_each_team_is_told_once() -> None:
    story = asked(*BEDS)

    assert story.handover().held_units == BEDS
    assert [(owed.kind, owed.team) for owed in story.outbox] == [
        (NoticeKind.REQUESTED, "ward-east"),
        (NoticeKind.REQUESTED, "ward-west"),
    ]
    assert waits(story.episode)[0].teams == ("ward-east", "ward-west")


def test_the_first_yes_takes_it_and_what_was_held_elsewhere_is_given_up() -> None:
    story = asked("east-bed", "west-bed")

    decision = story.change(Action.ACCEPT, "ward-west")

    handover = story.handover()
    assert handover.status is HandoverStatus.ACCEPTED
    assert (handover.plan.to_team, handover.plan.to_unit) == ("ward-west", "west-bed")
    assert [each.unit for each in handover.asked] == ["west-bed"]
    assert claims_of(story.episode) == {Claim(unit="west-bed", episode=E, handover=H)}
    assert told(decision) == {(NoticeKind.ACCEPTED, "home-north"), (NoticeKind.WITHDRAWN, "ward-east")}
    assert {(clock.key, clock.owner) for clock in story.episode.clocks.values()} == {(ARRIVE, "ward-west")}


def test_the_patient_comes_to_the_unit_that_said_yes() -> None:
    story = asked("east-bed", "west-bed")
    story.change(Action.ACCEPT, "ward-west")
    story.confirm("ward-west")
    story.confirm("home-north")
    story.change(Action.DEPART, "home-north")
    story.change(Action.ARRIVE, "ward-west")

    assert (story.episode.stay.team, story.episode.stay.unit) == ("ward-west", "west-bed")


def test_who_is_no_longer_asked_can_no_longer_answer() -> None:
    story = asked("east-bed", "west-bed")
    story.change(Action.ACCEPT, "ward-west")

    with pytest.raises(Refused, match="Cannot accept"):
        story.change(Action.ACCEPT, "ward-east")
    with pytest.raises(Refused, match="that is for home-north or ward-west"):
        story.confirm("ward-east")


def test_one_no_of_several_leaves_it_to_the_others_and_is_told_to_the_sender() -> None:
    story = asked("east-bed", "west-bed")

    decision = story.change(Action.REJECT, "ward-east", "no-place")

    handover = story.handover()
    assert handover.status is HandoverStatus.REQUESTED
    assert (handover.plan.to_team, handover.plan.to_unit) == ("ward-west", "west-bed")
    assert claims_of(story.episode) == {Claim(unit="west-bed", episode=E, handover=H)}
    assert told(decision) == {(NoticeKind.DECLINED, "home-north")}
    assert story.episode.clocks[ANSWER].owner == story.episode.clocks[ARRIVE].owner == "ward-west"
    assert hold_key(H, "east-bed") not in story.episode.clocks


def test_the_last_no_rejects_it() -> None:
    story = asked("east-bed", "west-bed")
    story.change(Action.REJECT, "ward-east", "no-place")

    decision = story.change(Action.REJECT, "ward-west", "wrong-level")

    assert story.handover().status is HandoverStatus.REJECTED
    assert story.handover().closing_reason == "wrong-level"
    assert not claims_of(story.episode)
    assert told(decision) == {(NoticeKind.REJECTED, "home-north")}


def test_a_team_that_is_asked_for_several_units_says_which_one_it_takes() -> None:
    story = asked("west-bed", "west-annex", "east-bed")

    with pytest.raises(Refused, match=r"asked for several units\. Name one of: west-bed, west-annex\."):
        story.change(Action.ACCEPT, "ward-west")
    with pytest.raises(Refused, match=r"no unit for which your team is asked\. Name one of: west-bed, west-annex\."):
        story.change(Action.ACCEPT, "ward-west", unit="east-bed")
    decision = story.change(Action.ACCEPT, "ward-west", unit="west-annex")

    assert story.handover().held_units == ("west-annex",)
    assert (NoticeKind.WITHDRAWN, "ward-west") not in told(decision)


def test_a_team_without_units_is_told_to_leave_the_unit_out() -> None:
    story = Story(context=holding())
    story.plan("strengthen", "planned")

    with pytest.raises(Refused, match=r"Leave the unit out\."):
        story.change(Action.ACCEPT, "experts", unit="east-bed")


def test_a_team_says_no_for_one_unit_or_for_all_of_its_own() -> None:
    one = asked("west-bed", "west-annex", "east-bed")
    one.change(Action.REJECT, "ward-west", "no-place", unit="west-bed")
    assert one.handover().held_units == ("west-annex", "east-bed")

    both = asked("west-bed", "west-annex", "east-bed")
    both.change(Action.REJECT, "ward-west", "no-place")
    assert both.handover().held_units == ("east-bed",)


def test_a_team_that_asks_itself_and_others_is_not_told_of_its_own_no() -> None:
    story = Story("bed", unit="east-bed", team=None, context=holding())
    network = story.context.network
    rest = network.units["east-rest"].model_copy(update={"team": "ward-west"})
    story.units_are({**network.units, "west-rest": rest})
    story.plan("relieve", "acute", unit=("east-rest", "west-rest"))

    decision = story.change(Action.REJECT, "ward-east", "no-place")

    assert not decision.notices
    assert story.handover().held_units == ("west-rest",)


def test_where_one_unit_is_full_the_other_answers_and_the_full_one_is_told_that_it_is_waited_for() -> None:
    story = asked("east-bed", "west-bed", full=("east-bed",))

    assert (story.handover().awaited_units, story.handover().held_units) == (("east-bed",), ("west-bed",))
    assert [(owed.kind, owed.team) for owed in story.outbox] == [
        (NoticeKind.REQUESTED, "ward-west"),
        (NoticeKind.PLACE_AWAITED, "ward-east"),
    ]
    assert story.episode.clocks[ANSWER].owner == "ward-west"
    assert waits(story.episode)[0].teams == ("ward-west",)


def test_when_only_full_units_are_left_the_wait_for_a_place_is_timed_instead_of_the_answer() -> None:
    story = asked("east-bed", "west-bed", full=("east-bed",))

    story.change(Action.REJECT, "ward-west", "wrong-level")

    assert {clock.kind for clock in story.episode.clocks.values()} == {ClockKind.PLACE, ClockKind.ARRIVE}


def test_one_no_of_several_full_units_leaves_the_wait_for_the_others_as_it_was() -> None:
    story = asked("east-bed", "west-bed", full=("east-bed", "west-bed"))
    waits_for = story.episode.clocks[handover_key(H, ClockKind.PLACE)]
    story.wait(minutes=5)

    story.change(Action.REJECT, "ward-east", "no-place")

    assert story.handover().awaited_units == ("west-bed",)
    assert story.episode.clocks[handover_key(H, ClockKind.PLACE)] == waits_for


def test_a_second_place_is_told_to_its_team_and_does_not_give_the_first_one_more_time() -> None:
    story = asked("east-bed", "west-bed", full=("east-bed",))
    due_at = story.episode.clocks[ANSWER].due_at
    story.wait(minutes=5)
    story.others_are(None)

    decision = story.offer("east-bed")

    assert told(decision) == {(NoticeKind.REQUESTED, "ward-east")}
    assert story.episode.clocks[ANSWER].due_at == due_at


def test_a_place_that_is_held_while_a_question_waits_leaves_the_clock_of_the_answer_alone() -> None:
    story = asked("east-bed", full=("east-bed",))
    handover = story.handover().model_copy(update={"answer_left_seconds": 60.0})
    story.episode = story.episode.model_copy(update={"handovers": {H: handover}})
    story.others_are(None)

    decision = decide(story.context, story.episode, OfferPlace(actor=SYSTEM, handover=H, unit="east-bed"))

    assert ANSWER not in decision.episode.clocks
    assert [owed.due_at for owed in decision.notices] == [None]


def test_a_hold_that_passes_on_leaves_the_answer_to_those_who_still_hold_a_place() -> None:
    story = asked("east-bed", "west-bed")
    story.wait(hours=2)
    story.others_are(occupied(others("east-bed", 1), (in_line("east-bed", is_urgent=True),)))

    story.pass_clock(hold_key(H, "east-bed"))

    assert (story.handover().awaited_units, story.handover().held_units) == (("east-bed",), ("west-bed",))
    assert story.episode.clocks[ANSWER].owner == "ward-west"


def test_a_cancelled_request_is_told_to_everybody_who_was_asked() -> None:
    story = asked("east-bed", "west-bed")

    decision = story.change(Action.CANCEL, "home-north", "no longer wanted")

    assert told(decision) == {(NoticeKind.CANCELLED, "ward-east"), (NoticeKind.CANCELLED, "ward-west")}


def test_an_end_is_told_to_everybody_who_was_asked() -> None:
    story = asked("east-bed", "west-bed")

    assert {team for _, team in told(story.end())} >= {"ward-east", "ward-west"}
