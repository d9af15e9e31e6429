"""What the phase of illness changes for a handover: how long an answer may take, and which moves wait. Pure."""

from pathways.care.episodes import Episode
from pathways.care.patient import PhaseOfIllness
from pathways.care.recording import Context
from pathways.definition.conditions import Phase
from pathways.definition.durations import Duration
from pathways.definition.models import Move, PhaseRules


def phase_of(episode: Episode) -> Phase | None:
    """The phase of illness that was recorded last, if any."""
    known = episode.known.get("phase")
    return known.fact.phase if known and isinstance(known.fact, PhaseOfIllness) else None


def rules_of(context: Context, episode: Episode) -> PhaseRules:
    """What the phase of illness changes now."""
    return context.pathway.rules_in(phase_of(episode))


def answer_limit(context: Context, episode: Episode, move: Move, urgency: str) -> Duration:
    """How long an answer to a request made now may take: as its urgency says, or the phase's limit if that is shorter.

    The phase's limit counts all time, also where the urgency counts only that in which the receiver is open.
    """
    usual = move.urgencies[urgency].answer
    longest = rules_of(context, episode).answer
    return min(usual, longest or usual, key=lambda limit: limit.after(context.occurred_at, context.zone))
