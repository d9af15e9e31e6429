"""What is known of a patient, in words for the command line: state and wishes, how a move stands to them, suggestions.

Free text that a person typed is shown here and nowhere else, and never as the printer's own markup.
"""

from collections.abc import Iterator

from rich.markup import escape

from handslag.printing import Rows, local, table
from pathways.care.episodes import Plan, Standing
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    KitItem,
    PatientFact,
    PhaseOfIllness,
    Preference,
    Score,
    TreatmentLimits,
    ViewLimit,
)
from pathways.operations.views import EpisodeView

_STANDINGS = {
    Standing.FIRST: "It leads to the place that the patient prefers",
    Standing.SECOND: "It leads to the patient's second choice",
    Standing.DEPARTS: "It departs from the place that the patient prefers",
    Standing.UNKNOWN: "No preferred place is known",
}


def fact_in_words(fact: PatientFact) -> str:
    """One line that says what was recorded; it may hold what a person typed."""
    match fact:
        case PhaseOfIllness():
            words = f"phase {fact.phase}"
        case Score():
            words = f"{fact.instrument} {fact.score}"
        case TreatmentLimits():
            review = f", review {fact.review_on}" if fact.review_on else ""
            document = f", document {fact.document}" if fact.document else ""
            words = f"treatment limits {', '.join(fact.limits)}, decided {fact.decided_on}{review}{document}"
        case Kit():
            words = _kit_in_words(fact)
        case Preference():
            second = f", then {fact.second}" if fact.second else ""
            said = f"said by {fact.said_by} on {fact.said_on}"
            words = f"preferred place of {fact.place_of}: {fact.first}{second} ({said})"
        case Carer():
            words = _carer_in_words(fact)
        case Consent():
            words = f"consent to share {'given' if fact.is_given else 'withdrawn'}"
        case ViewLimit():
            may = "may not see this" if fact.is_limited else "may see this again"
            words = f"{fact.organisation} {may} (said by the {fact.said_by} on {fact.said_on})"
    return words


def _kit_in_words(kit: Kit) -> str:
    expires = f", expires {kit.expires_first}" if kit.expires_first else ""
    retrieved = f", retrieved {kit.retrieved_on}" if kit.retrieved_on else ""
    counted = "".join(f"; {_item_in_words(item)}" for item in kit.items) or ", never counted"
    because = f"; other counts because: {kit.differs_because}" if kit.differs_because else ""
    return f"kit: {kit.where}, checked {kit.checked_on} by {kit.checked_by}{expires}{retrieved}{counted}{because}"


def _item_in_words(item: KitItem) -> str:
    if item.returned is not None:
        mark = " (DIFFERS)" if item.differs else ""
        return f"{item.name}: {item.count} at the check, {item.returned} came back{mark}"
    until = f" until {item.expires_on}" if item.expires_on else ""
    return f"{item.name}: {item.count or 'none left'}{until}"


def _carer_in_words(carer: Carer) -> str:
    parts = (
        f"{'' if carer.is_available else 'not '}available",
        f"{'' if carer.is_aware else 'not '}aware of how it stands",
        f"{'may' if carer.may_be_called_at_night else 'may not'} be called at night",
    )
    return f"carer: {', '.join(parts)}"


def known_lines(view: EpisodeView) -> Iterator[str | Rows]:
    """The patient's state and wishes as a table, the milestones, and the moves that are suggested."""
    if view.episode.known:
        rows = table("State and wishes", "what", "recorded", "by")
        for known in view.episode.known.values():
            by = escape(f"{known.actor.team}: {known.actor.name or 'not named'}")
            rows.add_row(escape(fact_in_words(known.fact)), local(known.at, view.network.time_zone), by)
        yield rows
    for name, at in view.episode.milestones.items():
        yield f"Milestone: {name}, {local(at, view.network.time_zone)}"
    yield from suggestion_lines(view)


def suggestion_lines(view: EpisodeView) -> Iterator[str]:
    """The moves that are suggested, one a line, with what speaks for each. A person always decides."""
    for suggestion in view.suggestions:
        because = " and ".join(f"{ground.what} {ground.value}" for ground in suggestion.because)
        standing = _STANDINGS[suggestion.standing]
        yield f"Suggested: {suggestion.move}, because of {because}. {standing}. You decide."


def standing_lines(plan: Plan) -> Iterator[str]:
    """How a handover stands to the patient's wishes, and why it is made all the same."""
    if plan.standing is not Standing.UNKNOWN:
        why = f", because: {escape(plan.departs_because)}" if plan.departs_because else ""
        yield f"{_STANDINGS[plan.standing]}{why}."
    if plan.goes_ahead_because:
        yield f"[yellow]It goes ahead although it would wait[/], because: {escape(plan.goes_ahead_because)}."
