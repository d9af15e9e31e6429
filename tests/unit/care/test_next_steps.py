"""After a no: the sender is asked what follows, until it asks somebody else or settles it."""

from datetime import timedelta

import pytest
from care_stories import E, H, Story, person, told, with_handover

from pathways.care.commands import EndEpisode, PlanHandover, SettleHandover
from pathways.care.events_of_handovers import HandoverSettled
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.errors import Refused

NEXT_STEP = f"{H}/handover.next-step"
ANOTHER = "H333-3333"
S, R = "home-north", "ward-east"


def turned_down() -> Story:
    story = with_handover(HandoverStatus.REQUESTED)
    story.change(Action.REJECT, R, "no-place")
    return story


def settled(story: Story, team: str = S, words: str = "the patient is better") -> None:
    story.perform(SettleHandover(actor=person(team), handover=H, words=words))


def test_after_a_no_the_sender_is_waited_for_and_told_again_and_again() -> None:
    story = turned_down()
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.subject, wait.teams) == (WaitKind.NEXT_STEP, H, (S,))
    assert wait.due_at == story.now + timedelta(hours=2)
    for _ in range(2):
        story.wait(hours=2)
        assert told(story.pass_clock(NEXT_STEP)) == {(NoticeKind.NEXT_STEP_WANTED, S)}


@pytest.mark.parametrize("is_draft", [False, True])
def test_another_handover_is_what_follows_and_what_was_told_is_withdrawn(is_draft: bool) -> None:
    story = turned_down()
    story.wait(hours=2)
    story.pass_clock(NEXT_STEP)
    wanted = {"move": "admit", "urgency": "acute", "reason": "worse", "replaces": H, "to_units": ("east-bed",)}
    story.perform(PlanHandover(actor=person(S), reference=ANOTHER, is_draft=is_draft, **wanted))
    assert NEXT_STEP not in story.episode.clocks
    assert NoticeKind.NEXT_STEP_WANTED not in {owed.kind for owed in story.outbox}


def test_the_sender_settles_it_in_words_that_stay() -> None:
    story = turned_down()
    story.wait(hours=2)
    story.pass_clock(NEXT_STEP)
    settled(story)
    assert not story.episode.clocks
    assert NoticeKind.NEXT_STEP_WANTED not in {owed.kind for owed in story.outbox}
    said = [recorded.event for recorded in story.history if isinstance(recorded.event, HandoverSettled)]
    assert [event.words for event in said] == ["the patient is better"]
    assert story.handover().status is HandoverStatus.REJECTED


@pytest.mark.parametrize(
    ("team", "words", "sentence"),
    [
        (R, "the patient is better", r"that is for home-north to say\. Ask them"),
        (S, " ", r"nothing was said\. Say in a few words"),
    ],
)
def test_nobody_else_settles_it_and_nobody_without_a_word(team: str, words: str, sentence: str) -> None:
    story = turned_down()
    with pytest.raises(Refused, match=sentence):
        settled(story, team, words)
    assert NEXT_STEP in story.episode.clocks


def test_what_awaits_nothing_is_not_settled() -> None:
    story = turned_down()
    settled(story)
    with pytest.raises(Refused, match="nothing is awaited after it"):
        settled(story)


@pytest.mark.parametrize("action", [Action.CANCEL, Action.ENTER_IN_ERROR])
def test_a_sender_who_closes_it_knows_what_follows(action: Action) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.change(action, S, "the patient is better")
    assert not story.episode.clocks


@pytest.mark.parametrize(("team", "is_asked"), [(S, False), (R, True)])
def test_a_journey_that_failed_asks_the_sender_who_did_not_say_so(team: str, is_asked: bool) -> None:
    story = with_handover(HandoverStatus.IN_PROGRESS)
    story.change(Action.FAIL, team, "the road is closed")
    assert (NEXT_STEP in story.episode.clocks) == is_asked


def test_an_end_asks_for_nothing_any_more() -> None:
    story = turned_down()
    story.perform(EndEpisode(actor=person(S), end="moved"))
    assert NEXT_STEP not in story.episode.clocks
    assert story.episode.reference == E
