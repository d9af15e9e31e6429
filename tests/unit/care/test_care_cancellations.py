"""Cancelling after the departure: asked by the sender, settled by the receiver, by the arrival, or by a failure."""

import pytest
from care_stories import E, H, Story, told, with_handover

from pathways.care.episodes import ClockKind, ClockOutcome
from pathways.care.events import ClockStopped
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import Wait, WaitKind, waits
from pathways.errors import Refused

S, R = "home-north", "ward-east"
CANCEL = f"{H}/handover.cancel"


def asked() -> Story:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.change(Action.CANCEL, S, "better at home")
    return story


def test_the_question_waits_for_the_receiver_under_a_clock_of_its_own_beside_the_arrival() -> None:
    story = asked()
    assert story.handover().cancel_asked == "better at home"
    clock = story.episode.clocks[CANCEL]
    assert (clock.kind, clock.owner) == (ClockKind.CANCEL, R)
    expected = Wait(episode=E, subject=H, kind=WaitKind.ANSWER_TO_CANCEL, teams=(R,), due_at=clock.due_at, passed=0)
    assert expected in waits(story.episode)
    assert {wait.kind for wait in waits(story.episode)} == {WaitKind.ARRIVAL, WaitKind.ANSWER_TO_CANCEL}


def test_left_unanswered_it_is_asked_again_one_contact_after_another() -> None:
    story = asked()
    reached = []
    for _ in range(3):
        story.wait(hours=3)
        (again,) = story.pass_clock(CANCEL).notices
        assert (again.kind, again.team, again.handover) == (NoticeKind.CANCEL_ASKED, R, H)
        reached.append(again.contact)
    assert reached == ["first", "second", "third"]


def test_with_the_receivers_yes_it_is_cancelled_for_the_senders_reason() -> None:
    story = asked()
    story.change(Action.AGREE_TO_CANCEL, R)
    assert (story.handover().status, story.handover().closing_reason) == (HandoverStatus.CANCELLED, "better at home")
    assert story.handover().cancel_asked is None
    assert story.episode.responsible_team == S
    assert not story.episode.clocks
    assert {owed.kind for owed in story.outbox} == {NoticeKind.CANCELLED}


def test_with_the_receivers_no_it_goes_on_and_the_sender_may_ask_again() -> None:
    story = asked()
    decision = story.change(Action.REFUSE_TO_CANCEL, R)
    stopped = [each.event for each in decision.events if isinstance(each.event, ClockStopped)]
    assert [(event.key, event.outcome) for event in stopped] == [(CANCEL, ClockOutcome.MET)]
    assert story.handover().status is HandoverStatus.IN_PROGRESS
    assert story.handover().cancel_asked is None
    assert NoticeKind.CANCEL_ASKED not in {owed.kind for owed in story.outbox}
    assert told(story.change(Action.CANCEL, S, "still better")) == {(NoticeKind.CANCEL_ASKED, R)}


@pytest.mark.parametrize(("action", "reason"), [(Action.ARRIVE, None), (Action.FAIL, "the road is closed")])
def test_an_arrival_or_a_failure_meanwhile_settles_it(action: Action, reason: str | None) -> None:
    story = asked()
    story.change(action, R, reason)
    assert story.handover().cancel_asked is None
    assert set(story.episode.clocks) == ({f"{H}/handover.next-step"} if action is Action.FAIL else set())
    assert NoticeKind.CANCEL_ASKED not in {owed.kind for owed in story.outbox}
    with pytest.raises(Refused, match=f"Cannot agree to cancel handover {H}: it is {story.handover().status}"):
        story.change(Action.AGREE_TO_CANCEL, R)


def test_asking_again_while_it_is_unanswered_keeps_the_first_reason_and_its_limit() -> None:
    story = asked()
    due_at = story.episode.clocks[CANCEL].due_at
    story.wait(minutes=5)
    assert not story.change(Action.CANCEL, S, "another reason").events
    assert (story.handover().cancel_asked, story.episode.clocks[CANCEL].due_at) == ("better at home", due_at)


def test_asking_needs_a_reason() -> None:
    with pytest.raises(Refused, match=r"it is in-progress, and no reason was given\. Say why"):
        with_handover(HandoverStatus.IN_PROGRESS).change(Action.CANCEL, S, " ")


@pytest.mark.parametrize("action", [Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL])
def test_nobody_answers_what_was_not_asked(action: Action) -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    with pytest.raises(Refused, match=r"nobody has asked to cancel it\. Possible now: .*waive, cancel, arrive, fail\."):
        story.change(action, R)


def test_what_is_possible_then_names_the_answers() -> None:
    with pytest.raises(Refused, match=r"agree-to-cancel, refuse-to-cancel"):
        asked().change(Action.ACCEPT, R)
