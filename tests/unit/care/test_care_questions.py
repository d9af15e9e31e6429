"""Questions of the receiver: one at a time, with a clock of the sender's; they stop the answer's only where told to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from care_stories import WORDS, H, person, told, with_handover
from made_up_facts import TERMINAL
from place_worlds import occupied, others
from strict_stories import ANSWER, QUESTION, R, S, accepted, begun, requested, write

from pathways.care.commands import AnswerQuestion, AskQuestion, PlanHandover
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.definition.conditions import Phase
from pathways.definition.models import Pathway
from pathways.errors import Refused


def test_a_question_and_its_answer_are_kept_and_told_at_once() -> None:
    story = requested()
    assert told(story.do(Action.ASK, R)) == {(NoticeKind.QUESTION_ASKED, S)}
    assert story.handover().open_question
    assert (WaitKind.REPLY, (S,)) in [(wait.kind, wait.teams) for wait in waits(story.episode)]
    story.wait(minutes=3)
    assert told(story.do(Action.REPLY, S)) == {(NoticeKind.QUESTION_ANSWERED, R)}
    (question,) = story.handover().questions
    assert (question.text, question.answer, question.answered_at) == (WORDS, WORDS, story.now)
    assert question.answered_by == person(S)
    assert not story.handover().open_question
    assert QUESTION not in story.episode.clocks


def test_a_question_that_waits_too_long_is_told_to_the_sender_again_and_again() -> None:
    story = accepted()
    story.do(Action.ASK, R)
    assert story.episode.clocks[QUESTION].owner == S
    for _ in range(2):
        story.wait(minutes=10)
        assert told(story.pass_clock(QUESTION)) == {(NoticeKind.QUESTION_WAITING, S)}


def test_there_is_one_question_at_a_time() -> None:
    story = requested()
    story.do(Action.ASK, R)
    with pytest.raises(Refused, match=r"a question waits already\. Ask home-north to answer that one first"):
        story.do(Action.ASK, R)
    story.do(Action.REPLY, S)
    story.do(Action.ASK, R)
    assert len(story.handover().questions) == 2


def test_nothing_is_answered_that_was_not_asked() -> None:
    with pytest.raises(Refused, match=r"no question waits\. Nothing needs to be done"):
        requested().do(Action.REPLY, S)


def test_a_question_and_its_answer_say_something() -> None:
    story = requested()
    with pytest.raises(Refused, match="nothing was said"):
        story.perform(AskQuestion(actor=person(R), handover=H, text=" "))
    story.do(Action.ASK, R)
    with pytest.raises(Refused, match="nothing was said"):
        story.perform(AnswerQuestion(actor=person(S), handover=H, answer=""))


def test_a_question_stops_no_clock_where_the_pathway_does_not_say_so() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    before = story.episode.clocks[ANSWER]
    story.do(Action.ASK, R)
    assert story.episode.clocks[ANSWER] == before
    assert story.handover().answer_left_seconds is None
    story.do(Action.REPLY, S)
    assert story.episode.clocks[ANSWER] == before


def test_where_the_answer_waits_for_a_question_its_clock_goes_on_with_what_was_left() -> None:
    story = requested()
    story.wait(minutes=5)
    story.do(Action.ASK, R)
    assert ANSWER not in story.episode.clocks
    assert story.handover().answer_left_seconds == timedelta(minutes=25).total_seconds()
    story.wait(minutes=9)
    decision = story.do(Action.REPLY, S)
    clock = story.episode.clocks[ANSWER]
    assert (clock.due_at, clock.next_at) == (story.now + timedelta(minutes=25), story.now + timedelta(minutes=15))
    assert [owed.due_at for owed in decision.notices] == [clock.due_at]
    assert story.handover().answer_left_seconds is None


def test_a_phase_that_shortens_the_answer_while_a_question_waits_shortens_what_is_left() -> None:
    story = requested("planned")
    story.context = replace(story.context, pathway=_stopping(story.context.pathway))
    story.do(Action.ASK, R)
    story.note(TERMINAL)
    story.wait(minutes=5)
    story.do(Action.REPLY, S)
    phase = story.context.pathway.rules_in(Phase.TERMINAL)
    assert phase.answer is not None
    assert story.episode.clocks[ANSWER].due_at == phase.answer.after(story.now, story.context.zone)


def _stopping(pathway: Pathway) -> Pathway:
    planned = pathway.urgencies["planned"].model_copy(update={"question_stops_answer": True})
    return pathway.model_copy(update={"urgencies": {**pathway.urgencies, "planned": planned}})


def test_a_reminder_that_was_sent_before_the_question_is_not_sent_again() -> None:
    story = requested()
    story.wait(minutes=20)
    story.pass_clock(ANSWER)
    story.wait(minutes=1)
    story.do(Action.ASK, R)
    story.do(Action.REPLY, S)
    clock = story.episode.clocks[ANSWER]
    assert clock.next_at == clock.due_at == story.now + timedelta(minutes=9)


def test_a_question_after_the_limit_puts_nothing_off() -> None:
    story = requested()
    story.wait(minutes=30)
    story.pass_clock(ANSWER)
    story.do(Action.ASK, R)
    assert ANSWER in story.episode.clocks
    assert story.handover().answer_left_seconds is None


@pytest.mark.parametrize("status", [HandoverStatus.ACCEPTED, HandoverStatus.REJECTED])
def test_a_request_that_was_answered_meanwhile_waits_for_no_answer_any_more(status: HandoverStatus) -> None:
    story = requested()
    story.do(Action.ASK, R)
    if status is HandoverStatus.REJECTED:
        story.change(Action.REJECT, R, "no-place")
        assert not {ANSWER, QUESTION} & set(story.episode.clocks)
        return
    story.change(Action.ACCEPT, R)
    story.do(Action.REPLY, S)
    assert ANSWER not in story.episode.clocks


def test_only_the_receiver_that_was_asked_asks() -> None:
    with pytest.raises(Refused, match="that is for ward-east to do"):
        requested().do(Action.ASK, S)


def test_the_answers_clock_goes_on_only_for_somebody_who_could_say_yes() -> None:
    """Two units are asked, one holds a place; it says no while a question waits, and the other has none yet."""
    story = begun()
    write(story)
    story.others_are(occupied(others("west-annex", 1)))
    command = PlanHandover(
        actor=person(S),
        reference=H,
        move="admit",
        urgency="acute",
        reason="worse",
        to_units=("east-bed", "west-annex"),
    )
    story.perform(command)
    story.do(Action.ASK, R)
    story.change(Action.REJECT, R, "no-place")
    story.do(Action.REPLY, S)
    assert ANSWER not in story.episode.clocks
