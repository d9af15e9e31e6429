"""Whom a request has reached: each receiver that can answer is delivered to and opens it for itself.

What has reached one says nothing of the others: the clocks of delivery and of opening run until all have it.
"""

from collections.abc import Callable

from pathways.care.actors import ActorKind
from pathways.care.clocks import handover_key
from pathways.care.commands import ChangeHandover
from pathways.care.episodes import Asked, ClockKind, Handover
from pathways.care.events import ClockChanged
from pathways.care.events_of_handovers import HandoverMarked
from pathways.care.recording import Recorder
from pathways.care.states import UNANSWERED, Action, MarkKind

_HAS: dict[ClockKind, Callable[[Asked], bool]] = {
    ClockKind.DELIVERED: lambda asked: asked.is_delivered,
    ClockKind.SEEN: lambda asked: asked.is_seen,
}
MARKS = {Action.DELIVER: MarkKind.DELIVERED, Action.SEE: MarkKind.SEEN}
"""The marks that each receiver has for itself, by what makes them."""


def lacking(handover: Handover, kind: ClockKind) -> tuple[str, ...]:
    """The teams that can answer and that the request has not reached yet, each once. `kind`: delivered, or seen."""
    return tuple(dict.fromkeys(asked.team for asked in handover.able_to_accept if not _HAS[kind](asked)))


def is_noted_already(handover: Handover, command: ChangeHandover) -> bool:
    """Whether a delivery or an opening is no news: it closed, or whoever it concerns has that mark."""
    if command.action not in MARKS:
        return False
    if not handover.is_open:
        return True
    is_known = handover.mark(MARKS[command.action]) is not None or command.told_to is not None
    is_told = all(command.instead in (None, *each.told) for each in _told(handover, command))
    return is_known and is_told and not reached(handover, command)


def reached(handover: Handover, command: ChangeHandover) -> tuple[str, ...]:
    """The teams that a delivery or an opening reaches now. A delivery to a contact reaches all for whom it was told."""
    if command.action is Action.SEE:
        is_waited_for = command.actor.kind is ActorKind.PERSON and handover.status in UNANSWERED
        found = [each.team for each in handover.asked if each.team == command.actor.team and not each.is_seen]
        return tuple(dict.fromkeys(found)) if is_waited_for else ()
    return tuple(dict.fromkeys(each.team for each in _told(handover, command) if not each.is_delivered))


def _told(handover: Handover, command: ChangeHandover) -> list[Asked]:
    return [each for each in handover.asked if command.told_to is None or command.told_to in each.told]


def mark(recorder: Recorder, handover: Handover, command: ChangeHandover) -> None:
    """Mark what a delivery or an opening has reached, and stop the clock that has nobody left to wait for."""
    receivers = reached(handover, command)
    if command.instead and not receivers:  # they have it already; now somebody else has it as well
        receivers = tuple(dict.fromkeys(each.team for each in _told(handover, command)))
    made = MARKS[command.action]
    recorder.record(HandoverMarked(handover=handover.reference, mark=made, receivers=receivers, told=command.instead))
    stop_what_is_met(recorder, handover.reference)


def stop_what_is_met(recorder: Recorder, reference: str) -> None:
    """Stop the clocks of delivery and opening where all who can answer have it; else give them to who has not."""
    handover = recorder.episode.handovers[reference]
    for kind in _HAS:
        key = handover_key(reference, kind)
        clock, left = recorder.episode.clocks.get(key), lacking(handover, kind)
        if not left:
            recorder.stop(key)
        elif clock and kind is ClockKind.SEEN and clock.owner not in left:
            recorder.record(ClockChanged(clock=clock.model_copy(update={"owner": left[0]})))
