"""How a handover is planned, requested, answered, made ready, carried out and closed."""

from collections.abc import Sequence

from pathways.care import read_backs
from pathways.care.beginnings import carrier
from pathways.care.cancellations import answer_to_cancel, ask_to_cancel
from pathways.care.commands import ChangeHandover, PlanHandover
from pathways.care.episodes import Asked, Episode, Handover
from pathways.care.events_of_handovers import HandoverDrafted, HandoverMarked
from pathways.care.expiry import ready_again_as_of_then
from pathways.care.pauses import require_free_to_hand_over, require_going_on
from pathways.care.permissions import (
    permitted,
    require_all_in_place,
    require_cancel_asked,
    require_person,
    require_reason,
    require_way_of_moving,
)
from pathways.care.places import require_place_to_arrive
from pathways.care.plans import move_of, moves_from_here, plan_from_here
from pathways.care.reaching import MARKS, is_noted_already, mark
from pathways.care.receivers import accept, reject, require_place_to_depart
from pathways.care.recording import Context, Recorder
from pathways.care.requests import request, start_draft
from pathways.care.returns import ask_for_cause
from pathways.care.states import Action, HandoverStatus
from pathways.care.steps import go_to, handover_of, resume
from pathways.care.wishes import heeded
from pathways.definition.models import Move
from pathways.errors import NotFound, Refused
from pathways.phrases import Phrase


def plan(recorder: Recorder, command: PlanHandover) -> None:
    """Plan a handover from the present level and, unless it stays a draft, request it. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    move = _move_to_make(context, episode, command)
    _require_references(episode, command)
    asked = _receivers(context, episode, command, move)
    wishes = heeded(
        context,
        episode,
        move,
        command.urgency,
        asked,
        departs_because=command.departs_because,
        goes_ahead_because=command.goes_ahead_because,
    )
    made = plan_from_here(
        context,
        episode,
        asked,
        move=command.move,
        urgency=command.urgency,
        reason=command.reason,
        wishes=wishes,
        replaces=command.replaces,
    )
    recorder.record(HandoverDrafted(handover=command.reference, plan=made, asked=asked))
    if command.is_draft:
        start_draft(recorder, command.reference)
    else:
        request(recorder, recorder.episode.handovers[command.reference])


def _receivers(context: Context, episode: Episode, command: PlanHandover, move: Move) -> tuple[Asked, ...]:
    units = command.to_units or (None,)
    found = [carrier(context, move.to, command.to_team, unit, episode.care_team) for unit in units]
    return tuple(Asked(team=team, unit=unit) for team, unit in dict.fromkeys(found))


def _move_to_make(context: Context, episode: Episode, command: PlanHandover) -> Move:
    require_free_to_hand_over(episode, command.actor, Phrase("request a handover"))
    moves = moves_from_here(context.pathway, episode)
    _require_choice(episode, Phrase("a move from {level}", level=episode.level), command.move, tuple(moves))
    move = moves[command.move]
    _require_choice(episode, Phrase("an urgency of this move"), command.urgency, tuple(move.urgencies))
    _require_choice(episode, Phrase("a reason for this move"), command.reason, move.reasons)
    return move


def _require_references(episode: Episode, command: PlanHandover) -> None:
    if command.reference in episode.handovers:
        raise Refused(
            "Episode {episode} already has a handover {handover}.",
            "Give the new one a reference of its own.",
            episode=episode.reference,
            handover=command.reference,
        )
    if command.replaces is not None and command.replaces not in episode.handovers:
        raise NotFound(
            "Episode {episode} has no such handover to replace.",
            "Leave out what it replaces, or name one of this episode.",
            episode=episode.reference,
        )


def _require_choice(episode: Episode, what: Phrase, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise Refused(
            "Cannot request a handover of episode {episode}: that is not {what}.",
            "Choose one of: {choices}.",
            episode=episode.reference,
            what=what,
            choices=tuple(choices),
        )


def change(recorder: Recorder, command: ChangeHandover) -> None:
    """Do what the state × action table allows. Raises Refused, naming what may be done instead."""
    if command.action is Action.CONFIRM_READ_BACK:
        read_backs.confirm(recorder, command)
        return
    handover = handover_of(recorder.episode, command.handover)
    if is_noted_already(handover, command):
        return
    require_all_in_place(handover, command.action, recorder.context.occurred_at)
    handover = ready_again_as_of_then(recorder, handover, command.action)
    step = permitted(handover, command.action, command.actor)
    require_person(handover, command)
    _require_that_it_fits(recorder, handover, command)
    if command.action in MARKS:
        mark(recorder, handover, command)
    elif step.mark and not handover.mark(step.mark):
        recorder.record(HandoverMarked(handover=handover.reference, mark=step.mark))
    _carry_out(recorder, handover, command, step.to[0])


def _carry_out(recorder: Recorder, handover: Handover, command: ChangeHandover, to: HandoverStatus) -> None:
    match command.action:
        case Action.REQUEST:
            _require_wishes_heeded_still(recorder, handover)
            recorder.withdraw_notices(handover.reference)
            request(recorder, handover)
        case Action.RESUME:
            require_going_on(recorder.episode, Phrase("resume a handover"))
            resume(recorder, handover)
        case Action.DELIVER:
            pass
        case Action.SEE if handover.status is to:  # another receiver has opened it before
            pass
        case Action.ACCEPT:
            accept(recorder, handover, command)
        case Action.REJECT:
            reject(recorder, handover, command)
        case Action.CANCEL if handover.status is HandoverStatus.IN_PROGRESS:
            ask_to_cancel(recorder, handover, str(command.reason))
        case Action.AGREE_TO_CANCEL | Action.REFUSE_TO_CANCEL:
            answer_to_cancel(recorder, handover, command.action)
        case Action.ARRIVE:
            go_to(recorder, handover, to)
            ask_for_cause(recorder, handover.reference)
        case _:
            go_to(recorder, handover, to, command.reason)


def _require_that_it_fits(recorder: Recorder, handover: Handover, command: ChangeHandover) -> None:
    """What the table does not say: reasons, the way of moving, a question, a place, the read-back. Raises Refused."""
    require_reason(handover, command, tuple(recorder.context.pathway.rejections))
    require_way_of_moving(handover, command.action)
    require_cancel_asked(handover, command.action)
    if command.action is Action.DEPART:
        require_place_to_depart(recorder, handover)
    if command.action is Action.ARRIVE:
        require_place_to_arrive(recorder, handover)
        read_backs.require_read_back(recorder.context, handover)


def _require_wishes_heeded_still(recorder: Recorder, handover: Handover) -> None:
    """What has been recorded since the draft was planned counts too. Raises Refused."""
    made = handover.plan
    heeded(
        recorder.context,
        recorder.episode,
        move_of(recorder.context, made),
        made.urgency,
        handover.asked,
        departs_because=made.departs_because,
        goes_ahead_because=made.goes_ahead_because,
    )
