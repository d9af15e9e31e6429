"""The need that nobody took. After a no, the sender says what follows: another request, or that there is none for now.
So they do when an episode goes on whose pause cancelled a request.

Until then a clock of the sender's runs: a patient whose handover was refused is not forgotten because it is closed.
"""

from pathways.care.clocks import handover_key, started
from pathways.care.episodes import ClockKind, Episode, Handover, RunningClock
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Recorder
from pathways.care.states import HandoverStatus

STALE = "stale"
"""The reason with which a request closes itself that nobody answered."""

PAUSED = "episode-paused"
"""The reason with which a pause cancels a request, or holds what was promised."""


def await_next_step(recorder: Recorder, reference: str) -> None:
    """Let the sender's clock run if the handover was closed without success, and not by the sender.

    While an episode that was begun for another team waits for it, also where the sender has closed the handover.
    """
    handover = recorder.episode.handovers[reference]
    is_by_others = recorder.actor.team != handover.plan.from_team
    if not (_is_a_no(handover) and is_by_others) and not _leaves_nobody_asked(recorder.episode, handover):
        return
    _start(recorder, handover)


def ask_again_after_the_pause(recorder: Recorder, reference: str) -> None:
    """Let the sender's clock run for a request that a pause cancelled, and tell who is on duty there."""
    handover = recorder.episode.handovers[reference]
    clock = _start(recorder, handover)
    recorder.owe(NoticeKind.NEXT_STEP_WANTED, clock.owner, handover=reference, subject=clock.key, due_at=clock.due_at)


def _start(recorder: Recorder, handover: Handover) -> RunningClock:
    limit = recorder.context.pathway.rules_for(handover.plan.urgency).question
    clock = started(
        recorder.context,
        key=handover_key(handover.reference, ClockKind.NEXT_STEP),
        kind=ClockKind.NEXT_STEP,
        subject=handover.reference,
        owner=handover.plan.from_team,
        limit=limit,
        repeat=limit,
    )
    recorder.start(clock)
    return clock


def take_next_step(recorder: Recorder) -> None:
    """Another handover is planned: nothing more is awaited for those that nobody took."""
    for key, clock in tuple(recorder.episode.clocks.items()):
        if clock.kind is ClockKind.NEXT_STEP:
            recorder.stop(key)
            recorder.withdraw_notices(subject=key)


def _leaves_nobody_asked(episode: Episode, handover: Handover) -> bool:
    """Whether nobody is asked any more to take over what was begun for another. After a pause it is asked again."""
    return episode.awaits_its_first_team and not handover.is_open and handover.closing_reason != PAUSED


def _is_a_no(handover: Handover) -> bool:
    is_stale = handover.status is HandoverStatus.CANCELLED and handover.closing_reason == STALE
    return is_stale or handover.status in (HandoverStatus.REJECTED, HandoverStatus.FAILED)
