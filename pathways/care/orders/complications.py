"""A complication moves the patient back at once: in the same decision the hospital, or whoever it is, has been asked.

Nothing may hold it back: neither a wish, nor the phase of illness, nor a summary that is not written. All remaining
visits stop.
"""

from pathways.care.beginnings import carrier
from pathways.care.concerned import teams_concerned
from pathways.care.episodes import Asked, Episode, Handover
from pathways.care.events_of_handovers import HandoverDrafted
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.commands import RecordComplication
from pathways.care.orders.events import ComplicationRecorded, OrderStopped
from pathways.care.orders.following import tell
from pathways.care.orders.ordering import order_of, treatment_of
from pathways.care.orders.values import Order, OrderStatus, StopReason
from pathways.care.pauses import require_going_on
from pathways.care.plans import plan_from_here
from pathways.care.recording import Context, Recorder
from pathways.care.requests import request
from pathways.care.states import HandoverStatus
from pathways.care.steps import go_to
from pathways.care.wishes import Heeded, standing_of
from pathways.definition.treatments import Complication
from pathways.errors import Refused
from pathways.phrases import Phrase

REASON = "complication"
"""The reason with which a handover under way is cancelled, where a complication leads elsewhere."""


def record(recorder: Recorder, command: RecordComplication) -> None:
    """Record a complication, ask for the move that the treatment names, and stop the visits. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    require_going_on(episode, Phrase("record a complication"))
    order = order_of(episode, command.order)
    back = _move_back(context, episode, order)
    if recorder.actor.team not in teams_concerned(context, episode):
        raise _refused(
            episode,
            Phrase("your team has no part in it"),
            Phrase("Ask {team}, which is responsible.", team=episode.stay.team),
        )
    if not command.words.strip():
        raise _refused(episode, Phrase("nothing says what has happened"), Phrase("Say it in a few words."))
    replaced = _make_way(recorder, back)
    asked = replaced is None or not replaced.is_open
    reference = command.reference if asked or replaced is None else replaced.reference
    recorder.record(ComplicationRecorded(order=order.number, words=command.words.strip(), handover=reference))
    if asked:
        _ask(recorder, back, command, replaced)
    for each in tuple(recorder.episode.orders.values()):
        if each.status is OrderStatus.ACTIVE:
            recorder.record(OrderStopped(order=each.number, because=StopReason.COMPLICATION))
    tell(recorder, NoticeKind.ORDER_CHANGED, order)


def _move_back(context: Context, episode: Episode, order: Order) -> Complication:
    back = treatment_of(context, episode, order).complication
    if order.status is not OrderStatus.ACTIVE:
        raise _refused(
            episode,
            Phrase("order {number} is {status}", number=order.number, status=order.status),
            Phrase("Request a handover instead."),
        )
    if back is None:
        raise _refused(
            episode, Phrase("its pathway names no way back for this treatment"), Phrase("Request a handover instead.")
        )
    return back


def _make_way(recorder: Recorder, back: Complication) -> Handover | None:
    """The open handover: kept where it is this very one, else cancelled. Raises Refused while the patient is away."""
    episode = recorder.episode
    waiting = episode.open_handover
    if waiting is None:
        return None
    is_asked = waiting.status is not HandoverStatus.DRAFT and waiting.status is not HandoverStatus.ON_HOLD
    if is_asked and (waiting.plan.move, waiting.plan.urgency) == (back.move, back.urgency):
        return waiting
    if waiting.status is HandoverStatus.IN_PROGRESS:
        raise _refused(
            episode,
            Phrase("the patient is on the way on handover {handover}", handover=waiting.reference),
            Phrase(
                "Ask {team} to record the arrival, or record that the handover failed; then again.",
                team=waiting.plan.to_team,
            ),
        )
    go_to(recorder, waiting, HandoverStatus.CANCELLED, REASON)
    return recorder.episode.handovers[waiting.reference]


def _ask(recorder: Recorder, back: Complication, command: RecordComplication, replaced: Handover | None) -> None:
    context, episode = recorder.context, recorder.episode
    to = context.pathway.moves[back.move].to
    asked = _receivers(context, episode, to)
    plan = plan_from_here(
        context,
        episode,
        asked,
        move=back.move,
        urgency=back.urgency,
        reason=back.reason,
        wishes=Heeded(
            standing=standing_of(context.pathway, episode, to),
            departs_because=back.reason,
            goes_ahead_because=back.reason,
        ),
        replaces=replaced.reference if replaced else None,
    )
    recorder.record(HandoverDrafted(handover=command.reference, plan=plan, asked=asked))
    request(recorder, recorder.episode.handovers[command.reference])


def _receivers(context: Context, episode: Episode, level: str) -> tuple[Asked, ...]:
    """All who can take the patient there, asked at once: first those from whom the patient came."""
    known: list[tuple[str, str | None]] = [
        (stay.team, stay.unit) for stay in reversed(episode.stays) if stay.level == level
    ]
    able: list[tuple[str, str | None]]
    teams = context.network.teams_in(context.pathway.levels[level].responsible)
    if context.pathway.levels[level].places:
        units = context.network.units.items()
        able = [(unit.team, key) for key, unit in units if unit.level == level and unit.team in teams]
    else:
        usual = episode.care_team.get(context.pathway.levels[level].responsible)
        able = [(team, None) for team in ([usual] if usual in teams else teams) if team]
    if not able:
        carrier(context, level, None, None, episode.care_team)  # it refuses, and says what the network lacks
    chosen = [each for each in dict.fromkeys((*known, *able)) if each in able]
    return tuple(Asked(team=team, unit=unit) for team, unit in chosen)


def _refused(episode: Episode, why: Phrase, mend: Phrase) -> Refused:
    return Refused(
        "Cannot record a complication in episode {episode}: {why}.", mend, episode=episode.reference, why=why
    )
