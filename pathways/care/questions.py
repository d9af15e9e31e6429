"""Questions of a receiver to the sender: one at a time. They stop no clock, unless the pathway says that one waits."""

from datetime import timedelta

from pathways.care.answering import counts_cover_time, in_cover_time, stop_answering
from pathways.care.clocks import handover_key, limits_of, started, until
from pathways.care.commands import AnswerQuestion, AskQuestion
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import QuestionAnswered, QuestionAsked
from pathways.care.ladder import watch_desks
from pathways.care.notice_kinds import NoticeKind
from pathways.care.parties import tell
from pathways.care.patient_clocks import shorten_answer
from pathways.care.permissions import permitted, refusal, require_words
from pathways.care.reaching import stop_what_is_met
from pathways.care.recording import Recorder
from pathways.care.states import UNANSWERED, Action
from pathways.care.steps import handover_of
from pathways.definition.durations import Duration, Unit
from pathways.definition.models import Side
from pathways.phrases import Phrase


def ask(recorder: Recorder, command: AskQuestion) -> None:
    """Ask the sender something, as a receiver. Raises Refused.

    Where the pathway lets the answer's clock wait for that, what is left of it is kept. A question that comes after
    the limit stops nothing: nobody puts off an answer that is overdue by asking.
    """
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.ASK, command.actor)
    require_words(handover, Action.ASK, command.text)
    if handover.open_question:
        mend = Phrase("Ask {team} to answer that one first.", team=handover.plan.from_team)
        raise refusal(handover, Action.ASK, Phrase(", and a question waits already"), mend)
    rules = recorder.context.pathway.rules_for(handover.plan.urgency)
    left = _seconds_left(recorder, handover) if rules.question_stops_answer else None
    recorder.record(QuestionAsked(handover=handover.reference, text=command.text, answer_left_seconds=left))
    if left is not None:
        stop_answering(recorder, handover.reference, withdrawn=True)
    stop_what_is_met(recorder, handover.reference)  # whoever asks has opened it
    clock = started(
        recorder.context,
        key=handover_key(handover.reference, ClockKind.QUESTION),
        kind=ClockKind.QUESTION,
        subject=handover.reference,
        owner=handover.plan.from_team,
        limit=rules.question,
        repeat=rules.question,
    )
    recorder.start(clock)
    tell(recorder, NoticeKind.QUESTION_ASKED, handover, Side.SENDER, due_at=clock.due_at)


def reply(recorder: Recorder, command: AnswerQuestion) -> None:
    """Answer the question that waits, as the sender; a clock that waited for it goes on. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.REPLY, command.actor)
    require_words(handover, Action.REPLY, command.answer)
    if not handover.open_question:
        raise refusal(handover, Action.REPLY, Phrase(", and no question waits"), Phrase("Nothing needs to be done."))
    recorder.record(QuestionAnswered(handover=handover.reference, answer=command.answer))
    recorder.stop(handover_key(handover.reference, ClockKind.QUESTION))
    _go_on(recorder, handover)
    answer = recorder.episode.clocks.get(handover_key(handover.reference, ClockKind.ANSWER))
    due_at = answer.due_at if answer else None
    tell(recorder, NoticeKind.QUESTION_ANSWERED, handover, Side.RECEIVER, due_at=due_at)


def _seconds_left(recorder: Recorder, handover: Handover) -> float | None:
    """What is left to answer, in the time that the limit counts; None where nothing is."""
    clock = recorder.episode.clocks.get(handover_key(handover.reference, ClockKind.ANSWER))
    if clock is None or clock.due_at <= recorder.context.now:
        return None
    context = recorder.context
    if counts_cover_time(recorder, handover):
        return context.rota.open_time(clock.owner, context.now, clock.due_at).total_seconds()
    return (clock.due_at - context.now).total_seconds()


def _go_on(recorder: Recorder, before: Handover) -> None:
    """Let the answer's clock run for what was left of it, and remind if the time for that has not gone by."""
    left, able = before.answer_left_seconds, before.able_to_accept
    if left is None or not able or before.status not in UNANSWERED:
        return
    context = recorder.context
    limits = limits_of(context, before.plan)
    clock = until(
        context,
        key=handover_key(before.reference, ClockKind.ANSWER),
        kind=ClockKind.ANSWER,
        subject=before.reference,
        owner=able[0].team,
        due_at=context.now + timedelta(seconds=left),
        repeat=limits.repeat,
        remind=limits.remind,
    )
    if counts_cover_time(recorder, before):
        rest = Duration(amount=max(round(left), 1), unit=Unit.SECOND)
        clock = in_cover_time(context, clock, [asked.team for asked in able], rest, limits.remind)
    has_been_reminded = clock.next_at <= context.now
    recorder.start(clock.model_copy(update={"next_at": clock.due_at}) if has_been_reminded else clock)
    shorten_answer(recorder)
    watch_desks(recorder, before.reference, context.now)
