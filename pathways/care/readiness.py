"""Readiness: who says that an item is in place and how it is known, who goes ahead without one, and what expires."""

from pathways.care.commands import ConfirmReadiness
from pathways.care.events import ReadinessConfirmed
from pathways.care.permissions import permitted, require_own_items, sides
from pathways.care.recording import Recorder
from pathways.care.states import Action
from pathways.care.steps import handover_of, ready_if_complete


def confirm(recorder: Recorder, command: ConfirmReadiness) -> None:
    """Confirm readiness items of one's own side; the last one makes the handover ready. Raises Refused."""
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.CONFIRM, command.actor)
    own = [item for item, side in handover.plan.items.items() if side in sides(handover, command.actor)]
    require_own_items(handover, command.items, own)
    fresh = tuple(item for item in handover.missing if item in (command.items or own))
    if not fresh:
        return
    recorder.record(
        ReadinessConfirmed(
            handover=handover.reference, items=fresh, checked_at=command.checked_at or recorder.context.now
        )
    )
    ready_if_complete(recorder, handover.reference)
