"""The read-back: given, corrected, given again, confirmed; whose turn it is; and nothing completed without it."""

from datetime import timedelta

import pytest
from care_commands import FULL
from care_stories import WORDS, H, person, told
from strict_stories import READ_BACK, R, S, accepted, read_back, ready, write

from pathways.care.commands import CorrectReadBack, GiveReadBack
from pathways.care.communication import IllnessSeverity
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.care.waits import WaitKind, waits
from pathways.errors import Refused

LIMIT = timedelta(minutes=10)


def test_a_read_back_goes_back_and_forth_until_the_sender_confirms_and_all_of_it_is_kept() -> None:
    story = accepted()
    assert told(story.do(Action.READ_BACK, R)) == {(NoticeKind.READ_BACK_GIVEN, S)}
    assert told(story.do(Action.CORRECT, S)) == {(NoticeKind.READ_BACK_CORRECTED, R)}
    story.do(Action.READ_BACK, R)
    decision = story.change(Action.CONFIRM_READ_BACK, S)
    assert told(decision) == {(NoticeKind.READ_BACK_CONFIRMED, R)}
    first, second = story.handover().read_backs
    assert (first.correction, first.is_confirmed, first.awaits_review) == (WORDS, False, False)
    assert (second.correction, second.is_confirmed, second.severity) == (None, True, IllnessSeverity.WATCHER)
    assert story.handover().is_read_back
    mark = story.handover().mark(MarkKind.READ_BACK)
    assert mark
    assert mark.actor.team == S
    assert READ_BACK not in story.episode.clocks


def test_whoever_is_to_speak_next_owns_the_clock_and_is_waited_for() -> None:
    story = accepted()
    story.do(Action.READ_BACK, R)
    assert (story.episode.clocks[READ_BACK].owner, story.episode.clocks[READ_BACK].due_at) == (S, story.now + LIMIT)
    assert (WaitKind.READ_BACK_REVIEW, (S,)) in [(wait.kind, wait.teams) for wait in waits(story.episode)]
    story.wait(minutes=5)
    story.do(Action.CORRECT, S)
    assert (story.episode.clocks[READ_BACK].owner, story.episode.clocks[READ_BACK].due_at) == (R, story.now + LIMIT)
    assert (WaitKind.READ_BACK, (R,)) in [(wait.kind, wait.teams) for wait in waits(story.episode)]


@pytest.mark.parametrize("is_corrected", [False, True])
def test_a_read_back_that_waits_too_long_is_told_to_whom_it_waits_for_and_told_again(is_corrected: bool) -> None:
    story = accepted()
    story.do(Action.READ_BACK, R)
    if is_corrected:
        story.do(Action.CORRECT, S)
    for _ in range(2):
        story.wait(minutes=10)
        assert told(story.pass_clock(READ_BACK)) == {(NoticeKind.READ_BACK_WAITING, R if is_corrected else S)}


def test_there_is_one_read_back_to_review_at_a_time() -> None:
    story = accepted()
    story.do(Action.READ_BACK, R)
    with pytest.raises(Refused, match=r"what was read back awaits the sender's review\. Ask home-north to confirm"):
        story.do(Action.READ_BACK, R)


@pytest.mark.parametrize("action", [Action.CORRECT, Action.CONFIRM_READ_BACK])
@pytest.mark.parametrize("is_reviewed", [False, True])
def test_nothing_is_reviewed_that_was_not_read_back(action: Action, is_reviewed: bool) -> None:
    story = accepted()
    if is_reviewed:
        read_back(story)
    with pytest.raises(Refused, match=r"no read-back awaits your review\. Ask ward-east to read back"):
        story.do(action, S)


def test_a_read_back_and_a_correction_say_something() -> None:
    story = accepted()
    given = {"actor": person(R), "handover": H, "severity": IllnessSeverity.STABLE}
    for words in ({"next_action": " ", "contingency": "x"}, {"next_action": "x", "contingency": ""}):
        with pytest.raises(Refused, match="nothing was said"):
            story.perform(GiveReadBack.model_validate({**given, **words}))
    story.do(Action.READ_BACK, R)
    with pytest.raises(Refused, match="nothing was said"):
        story.perform(CorrectReadBack(actor=person(S), handover=H, correction=" "))


def test_responsibility_passes_only_after_a_confirmed_read_back() -> None:
    story = ready()
    story.change(Action.DEPART, S)
    with pytest.raises(Refused, match=f"not been confirmed. Read back first: handslag read-back {H}"):
        story.change(Action.ARRIVE, R)
    story.do(Action.READ_BACK, R)
    with pytest.raises(Refused, match=r"not been confirmed\. Ask home-north to confirm or correct it"):
        story.change(Action.ARRIVE, R)
    story.change(Action.CONFIRM_READ_BACK, S)
    story.change(Action.ARRIVE, R)
    assert story.handover().status is HandoverStatus.COMPLETED


def test_what_is_read_back_anew_counts_and_no_longer_what_was_confirmed_before() -> None:
    story = ready()
    read_back(story)
    write(story, FULL.model_copy(update={"situation": "worse"}))
    story.do(Action.READ_BACK, R)
    story.change(Action.DEPART, S)
    with pytest.raises(Refused, match="read-back has not been confirmed"):
        story.change(Action.ARRIVE, R)
