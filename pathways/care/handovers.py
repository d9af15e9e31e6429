"""How a handover is planned, requested, answered, made ready, carried out and closed."""

from collections.abc import Sequence

from pathways.care.beginnings import carrier
from pathways.care.clocks import handover_key, started
from pathways.care.commands import ChangeHandover, ConfirmReadiness, PlanHandover
from pathways.care.endings import teams_for_role
from pathways.care.episodes import ClockKind, Episode, Handover, Plan
from pathways.care.events import (
    HandoverChanged,
    HandoverDrafted,
    HandoverMarked,
    ReadinessConfirmed,
    ResponsibilityPassed,
)
from pathways.care.notice_kinds import NoticeKind
from pathways.care.permissions import permitted, require_own_items, require_reason, require_way_of_moving, sides
from pathways.care.recording import Context, Recorder
from pathways.care.states import Action, EpisodeStatus, HandoverStatus, MarkKind
from pathways.definition.models import Move
from pathways.errors import NotFound, Refused

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


def plan(recorder: Recorder, command: PlanHandover) -> None:
    """Plan a handover from the present level and, unless it stays a draft, request it. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    move = _move_to_make(context, episode, command)
    _require_references(episode, command)
    to_team, to_unit = carrier(context, move.to, command.to_team, command.to_unit, episode.care_team)
    readiness = context.pathway.readiness
    recorder.record(
        HandoverDrafted(
            handover=command.reference,
            plan=Plan(
                move=command.move,
                urgency=command.urgency,
                reason=command.reason,
                from_level=episode.level,
                from_team=episode.stay.team,
                from_unit=episode.stay.unit,
                to_level=move.to,
                to_team=to_team,
                to_unit=to_unit,
                travels=move.travels,
                items={item: readiness[item].side for item in move.items_for(command.urgency)},
                replaces=command.replaces,
            ),
        )
    )
    if command.is_draft:
        _start_draft_clock(recorder, command.reference)
    else:
        _request(recorder, recorder.episode.handovers[command.reference])


def _move_to_make(context: Context, episode: Episode, command: PlanHandover) -> Move:
    _require_active(episode)
    if command.actor.team != episode.stay.team:
        raise Refused(
            f"Cannot request a handover of episode {episode.reference}: your team is not responsible for it.",
            f"Ask {episode.stay.team}, which is.",
        )
    if waiting := episode.open_handover:
        raise Refused(
            f"Episode {episode.reference} already has an open handover, {waiting.reference} ({waiting.status}).",
            "Complete or cancel that one first.",
        )
    moves = {name: move for name, move in context.pathway.moves.items() if episode.level in move.from_levels}
    _require_choice(episode, f"a move from {episode.level}", command.move, tuple(moves))
    move = moves[command.move]
    _require_choice(episode, "an urgency of this move", command.urgency, tuple(move.urgencies))
    _require_choice(episode, "a reason for this move", command.reason, move.reasons)
    return move


def _require_active(episode: Episode) -> None:
    if episode.status is not EpisodeStatus.ACTIVE:
        raise Refused(
            f"Cannot request a handover of episode {episode.reference}: it has ended.",
            "Begin a new episode if the patient is to be cared for again.",
        )


def _require_references(episode: Episode, command: PlanHandover) -> None:
    if command.reference in episode.handovers:
        raise Refused(
            f"Episode {episode.reference} already has a handover {command.reference}.",
            "Give the new one a reference of its own.",
        )
    if command.replaces is not None and command.replaces not in episode.handovers:
        raise NotFound(
            f"Episode {episode.reference} has no such handover to replace.",
            "Leave out what it replaces, or name one of this episode.",
        )


def _require_choice(episode: Episode, what: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise Refused(
            f"Cannot request a handover of episode {episode.reference}: that is not {what}.",
            f"Choose one of: {', '.join(choices)}.",
        )


def _start_draft_clock(recorder: Recorder, reference: str) -> None:
    limit = recorder.context.pathway.draft_limit
    recorder.start(
        started(
            recorder.context,
            key=handover_key(reference, ClockKind.DRAFT),
            kind=ClockKind.DRAFT,
            subject=reference,
            owner=recorder.episode.stay.team,
            limit=limit,
            repeat=limit,
        )
    )


def _request(recorder: Recorder, handover: Handover) -> None:
    reference, made = handover.reference, handover.plan
    urgency = recorder.context.pathway.moves[made.move].urgencies[made.urgency]
    recorder.record(HandoverChanged(handover=reference, before=handover.status, after=HandoverStatus.REQUESTED))
    recorder.stop(handover_key(reference, ClockKind.DRAFT))
    for kind, owner, limit, remind in (
        (ClockKind.ANSWER, made.to_team, urgency.answer, urgency.remind),
        (ClockKind.ARRIVE, made.to_team, urgency.arrive, None),
    ):
        recorder.start(
            started(
                recorder.context,
                key=handover_key(reference, kind),
                kind=kind,
                subject=reference,
                owner=owner,
                limit=limit,
                repeat=urgency.repeat,
                remind=remind,
            )
        )
    due_at = recorder.episode.clocks[handover_key(reference, ClockKind.ANSWER)].due_at
    recorder.owe(NoticeKind.REQUESTED, made.to_team, handover=reference, due_at=due_at)


def change(recorder: Recorder, command: ChangeHandover) -> None:
    """Do what the state × action table allows. Raises Refused, naming what may be done instead."""
    handover = _handover(recorder.episode, command.handover)
    if _is_noted_already(handover, command.action):
        return
    step = permitted(handover, command.action, command.actor)
    require_reason(handover, command, tuple(recorder.context.pathway.rejections))
    require_way_of_moving(handover, command.action)
    if step.mark and not handover.mark(step.mark):
        recorder.record(HandoverMarked(handover=handover.reference, mark=step.mark))
    match command.action:
        case Action.REQUEST:
            recorder.withdraw_notices(handover.reference)
            _request(recorder, handover)
        case Action.RESUME:
            _go_to(recorder, handover, handover.held_from or HandoverStatus.ACCEPTED)
        case Action.DELIVER | Action.READ_BACK:
            pass
        case _:
            _go_to(recorder, handover, step.to[0], command.reason)


def _is_noted_already(handover: Handover, action: Action) -> bool:
    kind = {Action.DELIVER: MarkKind.DELIVERED, Action.SEE: MarkKind.SEEN}.get(action)
    return kind is not None and (not handover.is_open or handover.mark(kind) is not None)


def confirm(recorder: Recorder, command: ConfirmReadiness) -> None:
    """Confirm readiness items of one's own side; the last one makes the handover ready. Raises Refused."""
    handover = _handover(recorder.episode, command.handover)
    permitted(handover, Action.CONFIRM, command.actor)
    own = [item for item, side in handover.plan.items.items() if side in sides(handover, command.actor)]
    require_own_items(handover, command.items, own)
    fresh = tuple(item for item in handover.missing if item in (command.items or own))
    if not fresh:
        return
    recorder.record(ReadinessConfirmed(handover=handover.reference, items=fresh))
    _ready_if_complete(recorder, handover.reference)


def _handover(episode: Episode, reference: str) -> Handover:
    handover = episode.handovers.get(reference)
    if handover is None:
        raise NotFound(
            f"Episode {episode.reference} has no such handover.", "Look the reference up with: handslag waiting."
        )
    return handover


def _go_to(recorder: Recorder, handover: Handover, status: HandoverStatus, reason: str | None = None) -> None:
    reference = handover.reference
    recorder.record(HandoverChanged(handover=reference, before=handover.status, after=status, reason=reason))
    if status in (HandoverStatus.ACCEPTED, HandoverStatus.REJECTED):
        recorder.stop(handover_key(reference, ClockKind.ANSWER))
    if status is HandoverStatus.COMPLETED:
        recorder.stop(handover_key(reference, ClockKind.ARRIVE))
    changed = recorder.episode.handovers[reference]
    if not changed.is_open:
        recorder.stop_all(reference)
    was_answered = status is HandoverStatus.ACCEPTED and not handover.held_from
    if was_answered or not changed.is_open:
        recorder.withdraw_notices(reference)
    if status is HandoverStatus.COMPLETED:
        _pass_responsibility(recorder, changed)
    _tell(recorder, handover, status)
    if status is HandoverStatus.ACCEPTED:
        _ready_if_complete(recorder, reference)


def _ready_if_complete(recorder: Recorder, reference: str) -> None:
    handover = recorder.episode.handovers[reference]
    if not handover.missing:
        _go_to(recorder, handover, HandoverStatus.READY)


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


def _tell(recorder: Recorder, before: Handover, status: HandoverStatus) -> None:
    if before.status is HandoverStatus.DRAFT or status not in _TOLD_TO_THE_OTHER:
        return
    made = before.plan
    teams = [made.from_team, made.to_team]
    if status is HandoverStatus.COMPLETED:
        for role in recorder.context.pathway.moves[made.move].informs:
            teams += teams_for_role(recorder.context, recorder.episode, role)
    is_resumed = before.held_from is not None and status in (HandoverStatus.ACCEPTED, HandoverStatus.READY)
    kind = NoticeKind.RESUMED if is_resumed else _TOLD_TO_THE_OTHER[status]
    arrive = recorder.episode.clocks.get(handover_key(before.reference, ClockKind.ARRIVE))
    due_at = arrive.due_at if arrive else None
    for team in dict.fromkeys(teams):
        if team != recorder.actor.team:
            recorder.owe(kind, team, handover=before.reference, due_at=due_at)
