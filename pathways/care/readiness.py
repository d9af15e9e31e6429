"""Readiness: who says that an item is in place and how it is known, and for how long that holds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pathways.care.commands import ConfirmReadiness
from pathways.care.episodes import Handover, Tick
from pathways.care.events_of_handovers import ReadinessConfirmed
from pathways.care.permissions import permitted, refusal, require_own_items, sides
from pathways.care.recording import Context, Recorder
from pathways.care.states import Action
from pathways.care.steps import handover_of, ready_if_complete
from pathways.phrases import Phrase

_LONGEST_AGO = timedelta(days=3660)
"""No limit of a definition is longer: what was checked before that has expired in any case."""


def confirm(recorder: Recorder, command: ConfirmReadiness) -> None:
    """Confirm readiness items of one's own side; the last one makes the handover ready. Raises Refused.

    An item that is in place already is renewed where it is named and the command says something new about it.
    """
    context = recorder.context
    handover = handover_of(recorder.episode, command.handover)
    permitted(handover, Action.CONFIRM, command.actor)
    own = [item for item, side in handover.plan.items.items() if side in sides(handover, command.actor)]
    require_own_items(handover, command.items, own)
    items = _news(context, handover, command, own)
    if not items:
        return
    _require_evidence(context, handover, command, items)
    checked_at = _checked_at(context, handover, command)
    recorder.record(
        ReadinessConfirmed(
            handover=handover.reference,
            items=items,
            evidence=command.evidence,
            checked_at=checked_at,
            expires=_expiries(context, handover, items, checked_at),
        )
    )
    ready_if_complete(recorder, handover.reference)


def _news(context: Context, handover: Handover, command: ConfirmReadiness, own: Sequence[str]) -> tuple[str, ...]:
    """Of the items named, or of one's own that are missing, those of which this says something new."""
    wanted = command.items or [item for item in handover.missing_at(context.occurred_at) if item in own]
    return tuple(
        item for item in handover.plan.items if item in wanted and _is_new(context, handover.ticks.get(item), command)
    )


def _is_new(context: Context, tick: Tick | None, command: ConfirmReadiness) -> bool:
    if tick is None or (tick.expires_at is not None and tick.expires_at <= context.occurred_at):
        return True
    if tick.expires_at is None and not command.evidence and command.checked_at is None:
        return False
    return (command.evidence, command.checked_at or context.occurred_at) != (tick.evidence, tick.checked_at)


def _require_evidence(context: Context, handover: Handover, command: ConfirmReadiness, items: Sequence[str]) -> None:
    readiness = context.pathway.readiness
    asking = [item for item in items if readiness[item].evidence]
    if asking and not command.evidence.strip():
        why = Phrase(", and nothing tells how this is known: {items}", items=tuple(asking))
        mend = Phrase("Name a document, or say in a few words how it is known.", command="--evidence")
        raise refusal(handover, Action.CONFIRM, why, mend)


def _checked_at(context: Context, handover: Handover, command: ConfirmReadiness) -> datetime:
    checked_at = command.checked_at or context.occurred_at
    if checked_at > context.occurred_at:
        mend = Phrase("Give the time at which it was checked, or leave it out: then it is now.")
        raise refusal(handover, Action.CONFIRM, Phrase(", and nothing can have been checked later than now"), mend)
    if checked_at < context.occurred_at - _LONGEST_AGO:
        raise refusal(handover, Action.CONFIRM, Phrase(", and that was checked years ago"), Phrase("Check it again."))
    return checked_at.astimezone(UTC)


def _expiries(
    context: Context, handover: Handover, items: Sequence[str], checked_at: datetime
) -> Mapping[str, datetime]:
    limits = {item: context.pathway.readiness[item].valid_for for item in items}
    expiries = {item: limit.after(checked_at, context.zone) for item, limit in limits.items() if limit}
    if gone := [item for item, expires_at in expiries.items() if expires_at <= context.occurred_at]:
        why = Phrase(", and this was checked so long ago that it no longer holds: {items}", items=tuple(gone))
        raise refusal(handover, Action.CONFIRM, why, Phrase("Check it again."))
    return expiries
