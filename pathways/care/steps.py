"""What follows when a handover goes from one state to another: clocks, notices, and responsibility."""

from pathways.care.answering import stop_answering
from pathways.care.clocks import handover_key
from pathways.care.concerned import teams_for_role
from pathways.care.episodes import ClockKind, Episode, Handover, Plan
from pathways.care.events_of_handovers import HandoverChanged, ResponsibilityPassed
from pathways.care.expiry import expire
from pathways.care.next_steps import await_next_step
from pathways.care.notice_kinds import ABOUT_THE_ANSWER, NoticeKind
from pathways.care.parties import owe_party, tell_stand_ins
from pathways.care.patient_clocks import follow_responsibility
from pathways.care.places import release_all
from pathways.care.plans import move_of
from pathways.care.recording import Recorder
from pathways.care.services import adjust_services
from pathways.care.states import TERMINAL, HandoverStatus
from pathways.errors import NotFound

_TOLD_TO_THE_OTHER = {
    HandoverStatus.ACCEPTED: NoticeKind.ACCEPTED,
    HandoverStatus.REJECTED: NoticeKind.REJECTED,
    HandoverStatus.READY: NoticeKind.READY,
    HandoverStatus.ON_HOLD: NoticeKind.HELD,
    HandoverStatus.IN_PROGRESS: NoticeKind.DEPARTED,
    HandoverStatus.CANCELLED: NoticeKind.CANCELLED,
    HandoverStatus.ENTERED_IN_ERROR: NoticeKind.CANCELLED,
    HandoverStatus.FAILED: NoticeKind.FAILED,
    HandoverStatus.COMPLETED: NoticeKind.COMPLETED,
}


def handover_of(episode: Episode, reference: str) -> Handover:
    """The handover of this episode with this reference. Raises NotFound."""
    handover = episode.handovers.get(reference)
    if handover is None:
        raise NotFound(
            "Episode {episode} has no such handover.",
            "Look the reference up.",
            command="handslag waiting",
            episode=episode.reference,
        )
    return handover


def go_to(recorder: Recorder, handover: Handover, status: HandoverStatus, reason: str | None = None) -> None:
    """Take a handover to another state, with all that follows: clocks, notices, responsibility."""
    reference = handover.reference
    if status in TERMINAL and status is not HandoverStatus.COMPLETED:
        release_all(recorder)
    recorder.record(HandoverChanged(handover=reference, before=handover.status, after=status, reason=reason))
    if status in (HandoverStatus.ACCEPTED, HandoverStatus.REJECTED):
        stop_answering(recorder, reference)
        recorder.stop(handover_key(reference, ClockKind.STALE), withdrawn=True)
    if status is HandoverStatus.IN_PROGRESS:
        recorder.stop(handover_key(reference, ClockKind.EXPIRY), withdrawn=True)
    if status is HandoverStatus.COMPLETED:
        recorder.stop(handover_key(reference, ClockKind.ARRIVE))
    changed = recorder.episode.handovers[reference]
    if not changed.is_open:
        recorder.stop_all(reference)
    was_answered = status is HandoverStatus.ACCEPTED and not handover.held_from
    if was_answered or not changed.is_open:
        recorder.withdraw_notices(reference, kinds=ABOUT_THE_ANSWER if changed.is_open else ())
    if status is HandoverStatus.COMPLETED:
        _pass_responsibility(recorder, changed)
    _tell(recorder, handover, status)
    await_next_step(recorder, reference)
    if status is HandoverStatus.ACCEPTED:
        ready_if_complete(recorder, reference)


def resume(recorder: Recorder, handover: Handover) -> None:
    """Take a handover on hold up again where it was; what expired meanwhile is missing now."""
    expire(recorder, handover.reference)
    held = recorder.episode.handovers[handover.reference]
    was_ready = held.held_from is HandoverStatus.READY and not held.missing
    go_to(recorder, held, HandoverStatus.READY if was_ready else HandoverStatus.ACCEPTED)


def ready_if_complete(recorder: Recorder, reference: str) -> None:
    """An accepted handover is ready as soon as nothing is missing, and no longer when something has expired."""
    expire(recorder, reference)
    handover = recorder.episode.handovers[reference]
    if handover.status is HandoverStatus.ACCEPTED and not handover.missing:
        go_to(recorder, handover, HandoverStatus.READY)


def _pass_responsibility(recorder: Recorder, handover: Handover) -> None:
    made = handover.plan
    recorder.record(
        ResponsibilityPassed(
            handover=handover.reference,
            role=recorder.context.pathway.levels[made.to_level].responsible,
            level=made.to_level,
            unit=made.to_unit,
            from_team=made.from_team,
            to_team=made.to_team,
        )
    )
    follow_responsibility(recorder)
    adjust_services(recorder)


def _tell(recorder: Recorder, before: Handover, status: HandoverStatus) -> None:
    if before.status is HandoverStatus.DRAFT or status not in _TOLD_TO_THE_OTHER:
        return
    made = before.plan
    parties = [made.from_team, *(asked.team for asked in before.asked)]
    is_resumed = before.held_from is not None and status in (HandoverStatus.ACCEPTED, HandoverStatus.READY)
    kind = NoticeKind.RESUMED if is_resumed else _TOLD_TO_THE_OTHER[status]
    arrive = recorder.episode.clocks.get(handover_key(before.reference, ClockKind.ARRIVE))
    due_at = arrive.due_at if arrive else None
    for team in dict.fromkeys(parties):
        if team != recorder.actor.team:
            owe_party(recorder, kind, before, team, due_at=due_at)
    if status in TERMINAL or kind is NoticeKind.ACCEPTED:
        tell_stand_ins(recorder, kind, before)
    if status is HandoverStatus.COMPLETED:
        for team in _informed(recorder, made) - {*parties, recorder.actor.team}:
            recorder.owe(kind, team, handover=before.reference, due_at=due_at)


def _informed(recorder: Recorder, made: Plan) -> set[str]:
    """The teams that the move informs."""
    context, roles = recorder.context, move_of(recorder.context, made).informs
    return {team for role in roles for team in teams_for_role(context, recorder.episode, role)}
