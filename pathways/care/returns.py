"""Coming back: soon after a handover the patient returns, and the same loop runs with the parts reversed.

Both sides say why. The sender does so when asking; the receiver may at any time, and is asked for it on arrival.
"""

from pathways.care.beginnings import can_carry, carrier
from pathways.care.clocks import handover_key, started
from pathways.care.commands import ComeBack, RecordReturnCause
from pathways.care.episodes import Asked, ClockKind, Episode, Handover, Plan
from pathways.care.events_of_handovers import HandoverDrafted, ReturnCauseRecorded
from pathways.care.pauses import require_free_to_hand_over
from pathways.care.permissions import sides
from pathways.care.plans import RETURN
from pathways.care.recording import Context, Recorder
from pathways.care.requests import request
from pathways.care.states import HandoverStatus
from pathways.care.steps import handover_of
from pathways.care.wishes import standing_of
from pathways.definition.models import Side
from pathways.errors import Refused
from pathways.phrases import Phrase


def come_back(recorder: Recorder, command: ComeBack) -> None:
    """Ask the team that handed over to take the patient back, with the limits of `coming_back`. Raises Refused.

    It is asked by the team that is responsible now, needs nothing to be made ready, and is not held back by wishes:
    the patient goes back to where they came from. Up to `within` after the handover, to the very instant.
    """
    context, episode = recorder.context, recorder.episode
    require_free_to_hand_over(episode, command.actor, Phrase("request a handover back"))
    before = handover_of(episode, command.returns)
    _require_soon(context, episode, before)
    _require_cause(context, before, command.cause)
    _require_unused(episode, command.reference)
    asked = _sender_of(context, episode, before)
    recorder.record(
        HandoverDrafted(
            handover=command.reference, plan=_reversed(context, episode, before, asked, command), asked=asked
        )
    )
    for side in sides(recorder.episode.handovers[command.reference], command.actor):
        recorder.record(ReturnCauseRecorded(handover=command.reference, side=side, cause=command.cause))
    request(recorder, recorder.episode.handovers[command.reference])


def _reversed(
    context: Context, episode: Episode, before: Handover, asked: tuple[Asked, ...], command: ComeBack
) -> Plan:
    made = before.plan
    return Plan(
        move=made.move,
        urgency=RETURN,
        reason=command.cause,
        from_level=made.to_level,
        from_team=made.to_team,
        from_unit=made.to_unit,
        to_level=made.from_level,
        to_team=asked[0].team,
        to_unit=asked[0].unit,
        travels=made.travels,
        items={},
        standing=standing_of(context.pathway, episode, made.from_level),
        returns=before.reference,
    )


def ask_for_cause(recorder: Recorder, reference: str) -> None:
    """The patient has come back: let the clock run by which the receiver says why, unless they have."""
    handover, rules = recorder.episode.handovers[reference], recorder.context.pathway.coming_back
    if handover.plan.returns is None or rules is None or Side.RECEIVER in handover.causes:
        return
    recorder.start(
        started(
            recorder.context,
            key=handover_key(reference, ClockKind.RETURN_CAUSE),
            kind=ClockKind.RETURN_CAUSE,
            subject=reference,
            owner=handover.plan.to_team,
            limit=rules.cause_within,
            repeat=rules.cause_within,
        )
    )


def record_cause(recorder: Recorder, command: RecordReturnCause) -> None:
    """Say why the patient came back, once for each side. Saying the same again changes nothing. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    if handover.plan.returns is None:
        raise _refused(
            handover, Phrase("nobody comes back by it"), Phrase("Name the handover by which the patient came back.")
        )
    own = sides(handover, command.actor)
    if not own:
        raise _refused(
            handover, Phrase("your team is neither its sender nor its receiver"), Phrase("Leave it to them.")
        )
    if not handover.is_open and handover.status is not HandoverStatus.COMPLETED:
        raise _refused(
            handover,
            Phrase("it is {status}, and the patient did not come back", status=handover.status),
            Phrase("Nothing needs to be done."),
        )
    _require_cause(recorder.context, handover, command.cause)
    said = {handover.causes[side] for side in own if side in handover.causes}
    if said - {command.cause}:
        raise _refused(handover, Phrase("your side has said another cause already"), Phrase("That one stays."))
    for side in own:
        if side not in handover.causes:
            recorder.record(ReturnCauseRecorded(handover=handover.reference, side=side, cause=command.cause))
    key = handover_key(handover.reference, ClockKind.RETURN_CAUSE)
    if Side.RECEIVER in own and key in recorder.episode.clocks:
        recorder.stop(key)
        recorder.withdraw_notices(subject=key)


def _refused(handover: Handover, why: Phrase, mend: Phrase) -> Refused:
    return Refused("Cannot record a cause on handover {handover}: {why}.", mend, handover=handover.reference, why=why)


def _require_soon(context: Context, episode: Episode, before: Handover) -> None:
    """The handover is the one that brought the patient here, not a coming back itself, and not too long ago."""
    rules = context.pathway.coming_back
    completed = [each for each in episode.handovers.values() if each.status is HandoverStatus.COMPLETED]
    why = Phrase("")
    if rules is None:
        why = Phrase("its pathway does not say what holds then")
    elif not completed or completed[-1].reference != before.reference:
        why = Phrase("the patient is not where that handover led")
    elif before.plan.begins:
        why = Phrase("the patient was where the episode began")
    elif before.plan.move not in context.pathway.moves or before.plan.from_level not in context.pathway.levels:
        why = Phrase("the version that the episode goes by now does not know that way")
    elif not can_carry(context, before.plan.from_level, before.plan.from_team, before.plan.from_unit):
        why = Phrase("{team} does not give the care of that level", team=before.plan.from_team)
    elif before.plan.returns is not None:
        why = Phrase("that handover was a coming back itself")
    elif context.occurred_at > rules.within.after(before.changed_at, context.zone):
        why = Phrase("it was completed longer than {within} ago", within=str(rules.within))
    else:
        return
    raise Refused(
        "Nobody comes back from handover {handover}: {why}.",
        _ordinary(context, episode, before),
        handover=before.reference,
        why=why,
    )


def _ordinary(context: Context, episode: Episode, before: Handover) -> Phrase:
    """The moves that lead from here to where the patient came from; where there is none, all that lead from here."""
    moves = {name: move for name, move in context.pathway.moves.items() if episode.level in move.from_levels}
    back = [name for name, move in moves.items() if move.to == before.plan.from_level]
    return Phrase("Request an ordinary move: {moves}.", moves=tuple(back or moves))


def _require_cause(context: Context, handover: Handover, cause: str) -> None:
    rules = context.pathway.coming_back
    causes = rules.causes if rules else {}
    if cause not in causes:
        raise Refused(
            "That is none of the causes of coming back that the pathway of handover {handover} names.",
            "Choose one of: {choices}.",
            handover=handover.reference,
            choices=tuple(causes),
        )


def _require_unused(episode: Episode, reference: str) -> None:
    if reference in episode.handovers:
        raise Refused(
            "Episode {episode} already has a handover {handover}.",
            "Give the new one a reference of its own.",
            episode=episode.reference,
            handover=reference,
        )


def _sender_of(context: Context, episode: Episode, before: Handover) -> tuple[Asked, ...]:
    """The team and unit from which the patient came, if the network still has them there."""
    made = before.plan
    team, unit = carrier(context, made.from_level, made.from_team, made.from_unit, episode.care_team)
    return (Asked(team=team, unit=unit),)
