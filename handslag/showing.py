"""A handover in words for `handslag show`: its summary, what is in place, what was waived, and what was said.

What a person has typed is shown here and nowhere else, and never as the printer's own markup.
"""

from collections.abc import Iterator

from rich.markup import escape

from handslag.printing import local
from pathways.care.actors import Actor
from pathways.care.communication import Question, ReadBack, Summary
from pathways.care.episodes import Handover, Waiver


def summary_lines(summary: Summary) -> list[str]:
    """The parts of a summary that say something, one a line."""
    parts = {name.replace("_", "-"): getattr(summary, name) for name in Summary.model_fields if name != "actions"}
    lines = [f"{name}: {escape(part)}" for name, part in parts.items() if part]
    return [*lines, *(f"to do: {escape(f'{each.what} | {each.who} | {each.when}')}" for each in summary.actions)]


def handover_lines(handover: Handover, zone: str) -> Iterator[str]:
    """All that is known of a handover beside its state and marks, one a line; times are read in `zone`."""
    if handover.waived_count:
        yield f"[yellow]{handover.waived_count} item{'s' if handover.waived_count > 1 else ''} waived[/]"
    if handover.summary:
        yield from (f"summary, {line}" for line in summary_lines(handover.summary))
    for item, side in handover.plan.items.items():
        yield f"{item} ({side}): {_standing(handover, item, zone)}"
    if handover.read_back_waiver:
        yield f"read-back: {_waived(handover.read_back_waiver, zone)}"
    for read_back in handover.read_backs:
        yield from _read_back_lines(read_back, zone)
    for question in handover.questions:
        yield from _question_lines(question, zone)
    if handover.plan.returns:
        causes = ", ".join(f"{side}: {cause}" for side, cause in handover.causes.items())
        yield f"the patient comes back from {handover.plan.returns}; causes: {causes}"
    if handover.cancel_asked is not None:
        yield f"{handover.plan.from_team} asks {handover.plan.to_team} to agree to cancel"


def _standing(handover: Handover, item: str, zone: str) -> str:
    parts = []
    if tick := handover.ticks.get(item):
        evidence = f", {escape(tick.evidence)}" if tick.evidence else ""
        until = f", holds until {local(tick.expires_at, zone)}" if tick.expires_at else ""
        parts.append(f"in place, checked {local(tick.checked_at, zone)}{evidence}{until} ({_who(tick.actor)})")
    if waiver := handover.waivers.get(item):
        parts.append(_waived(waiver, zone))
    return "; ".join(parts) or "missing"


def _waived(waiver: Waiver, zone: str) -> str:
    return f"waived {local(waiver.at, zone)}, {waiver.reason}: {escape(waiver.words)} ({_who(waiver.actor)})"


def _read_back_lines(read_back: ReadBack, zone: str) -> Iterator[str]:
    said = f"{read_back.severity}; next: {read_back.next_action}; if: {read_back.contingency}"
    yield f"read back {local(read_back.given_at, zone)}: {escape(said)} ({_who(read_back.given_by)})"
    if read_back.correction:
        yield f"corrected {local(read_back.reviewed_at, zone)}: {escape(read_back.correction)}"
    elif read_back.is_confirmed:
        yield f"confirmed {local(read_back.reviewed_at, zone)}"
    else:
        yield "awaits the sender's review"


def _question_lines(question: Question, zone: str) -> Iterator[str]:
    yield f"asked {local(question.asked_at, zone)}: {escape(question.text)} ({_who(question.asked_by)})"
    if question.answer is None or question.answered_by is None:
        yield "awaits the sender's answer"
    else:
        answer = escape(question.answer)
        yield f"answered {local(question.answered_at, zone)}: {answer} ({_who(question.answered_by)})"


def _who(actor: Actor) -> str:
    return escape(f"{actor.team}: {actor.name or 'not named'}")
