"""The read-back: the receiver says in their own words what they have understood, the sender confirms or corrects.

It goes back and forth until the sender confirms. Whoever is to speak next owns a clock meanwhile.
"""

from pathways.care.clocks import handover_key, started
from pathways.care.commands import ChangeHandover, CorrectReadBack, GiveReadBack
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import HandoverMarked, ReadBackConfirmed, ReadBackCorrected, ReadBackGiven
from pathways.care.notice_kinds import NoticeKind
from pathways.care.parties import tell
from pathways.care.permissions import permitted, refusal, require_words
from pathways.care.recording import Context, Recorder
from pathways.care.states import Action, MarkKind
from pathways.care.steps import handover_of
from pathways.definition.models import Side
from pathways.phrases import Phrase


def give(recorder: Recorder, command: GiveReadBack) -> None:
    """Read back, as the receiver. While one awaits the sender's review there is no other. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.READ_BACK, command.actor)
    require_words(handover, Action.READ_BACK, command.next_action, command.contingency)
    if handover.awaits_review:
        mend = Phrase("Ask {team} to confirm or correct it.", team=handover.plan.from_team)
        raise refusal(handover, Action.READ_BACK, Phrase(", and what was read back awaits the sender's review"), mend)
    recorder.record(
        ReadBackGiven(
            handover=handover.reference,
            severity=command.severity,
            next_action=command.next_action,
            contingency=command.contingency,
        )
    )
    _wait_for(recorder, handover, Side.SENDER, NoticeKind.READ_BACK_GIVEN)


def correct(recorder: Recorder, command: CorrectReadBack) -> None:
    """Say, as the sender, what in the latest read-back is not right. The receiver reads back again. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.CORRECT, command.actor)
    require_words(handover, Action.CORRECT, command.correction)
    _require_one_to_review(handover, Action.CORRECT)
    recorder.record(ReadBackCorrected(handover=handover.reference, correction=command.correction))
    _wait_for(recorder, handover, Side.RECEIVER, NoticeKind.READ_BACK_CORRECTED)


def confirm(recorder: Recorder, command: ChangeHandover) -> None:
    """Say, as the sender, that the latest read-back is right. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.CONFIRM_READ_BACK, command.actor)
    _require_one_to_review(handover, Action.CONFIRM_READ_BACK)
    if not handover.mark(MarkKind.READ_BACK):
        recorder.record(HandoverMarked(handover=handover.reference, mark=MarkKind.READ_BACK))
    recorder.record(ReadBackConfirmed(handover=handover.reference))
    recorder.stop(handover_key(handover.reference, ClockKind.READ_BACK))
    tell(recorder, NoticeKind.READ_BACK_CONFIRMED, handover, Side.RECEIVER)


def require_read_back(context: Context, handover: Handover) -> None:
    """Where the urgency asks for it, responsibility passes only after a confirmed read-back or a waiver by name.

    Raises Refused.
    """
    is_asked_for = context.pathway.rules_for(handover.plan.urgency).read_back
    if not is_asked_for or handover.is_read_back or handover.read_back_waiver:
        return
    why = Phrase(", and its read-back has not been confirmed")
    if handover.awaits_review:
        raise refusal(
            handover,
            Action.ARRIVE,
            why,
            Phrase("Ask {team} to confirm or correct it.", team=handover.plan.from_team),
        )
    mend = Phrase("Read back first.", command=f"handslag read-back {handover.reference}")
    raise refusal(handover, Action.ARRIVE, why, mend)


def _require_one_to_review(handover: Handover, action: Action) -> None:
    if not handover.awaits_review:
        mend = Phrase("Ask {team} to read back.", team=handover.plan.to_team)
        raise refusal(handover, action, Phrase(", and no read-back awaits your review"), mend)


def _wait_for(recorder: Recorder, handover: Handover, side: Side, kind: NoticeKind) -> None:
    """Let the clock run for the side that is to speak next, unless nobody has to any more, and tell it."""
    if handover.read_back_waiver:
        tell(recorder, kind, handover, side)
        return
    limit = recorder.context.pathway.rules_for(handover.plan.urgency).question
    clock = started(
        recorder.context,
        key=handover_key(handover.reference, ClockKind.READ_BACK),
        kind=ClockKind.READ_BACK,
        subject=handover.reference,
        owner=handover.plan.from_team if side is Side.SENDER else handover.plan.to_team,
        limit=limit,
        repeat=limit,
    )
    recorder.stop(clock.key)
    recorder.start(clock)
    tell(recorder, kind, handover, side, due_at=clock.due_at)
