"""Cancelling after the departure: the sender asks, and only the receiver's yes cancels. Until then it goes on.

An arrival meanwhile settles it, and so does a failure: the clock of the question stops with the handover.
"""

from pathways.care.clocks import handover_key, started
from pathways.care.episodes import ClockKind, Handover
from pathways.care.events_of_handovers import CancelAsked, CancelRefused
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Recorder
from pathways.care.states import Action, HandoverStatus
from pathways.care.steps import go_to


def ask_to_cancel(recorder: Recorder, handover: Handover, reason: str) -> None:
    """Ask the receiver to agree to cancel. Asking again while that is unanswered changes nothing."""
    if handover.cancel_asked is not None:
        return
    limit = recorder.context.pathway.rules_for(handover.plan.urgency).question
    recorder.record(CancelAsked(handover=handover.reference, reason=reason))
    clock = started(
        recorder.context,
        key=handover_key(handover.reference, ClockKind.CANCEL),
        kind=ClockKind.CANCEL,
        subject=handover.reference,
        owner=handover.plan.to_team,
        limit=limit,
        repeat=limit,
    )
    recorder.start(clock)
    recorder.owe(
        NoticeKind.CANCEL_ASKED, clock.owner, handover=handover.reference, subject=clock.key, due_at=clock.due_at
    )


def answer_to_cancel(recorder: Recorder, handover: Handover, answer: Action) -> None:
    """Cancel, for the reason that the sender gave; or let the handover go on, and tell the sender."""
    if answer is Action.AGREE_TO_CANCEL:
        go_to(recorder, handover, HandoverStatus.CANCELLED, handover.cancel_asked)
        return
    key = handover_key(handover.reference, ClockKind.CANCEL)
    recorder.record(CancelRefused(handover=handover.reference))
    recorder.stop(key)
    recorder.withdraw_notices(subject=key)
    arrive = recorder.episode.clocks[handover_key(handover.reference, ClockKind.ARRIVE)]
    recorder.owe(NoticeKind.CANCEL_REFUSED, handover.plan.from_team, handover=handover.reference, due_at=arrive.due_at)
