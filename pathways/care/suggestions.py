"""Which moves are suggested by what is known of the patient, and why. A person always decides.

A condition is true, false or unknown (Kleene's logic): what nobody has recorded is unknown, and unknown is not true.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from pathways.care.episodes import Episode, Standing
from pathways.care.patient import Carer, Kit, Score
from pathways.care.phases import phase_of
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus
from pathways.care.wishes import consent_of, preference_now, standing_of
from pathways.definition.conditions import Condition, Fact
from pathways.definition.frozen import Frozen


class Ground(Frozen):
    """Something known that speaks for a move: `phase`, an instrument or a fact, its value, and when it was recorded."""

    what: str
    value: str
    at: datetime


class Suggestion(Frozen):
    """A move that the pathway suggests now, each thing known that speaks for it, and how it stands to the wishes."""

    move: str
    because: tuple[Ground, ...]
    standing: Standing


def suggested_moves(context: Context, episode: Episode) -> tuple[Suggestion, ...]:
    """The moves from the present level that are suggested, in the pathway's order; none while one is under way."""
    if episode.status is not EpisodeStatus.ACTIVE or episode.open_handover:
        return ()
    return tuple(
        Suggestion(
            move=name,
            because=tuple(dict.fromkeys(_grounds(context, episode, move.suggested_when))),
            standing=standing_of(context.pathway, episode, move.to),
        )
        for name, move in context.pathway.moves.items()
        if episode.level in move.from_levels and move.suggested_when and holds(context, episode, move.suggested_when)
    )


def holds(context: Context, episode: Episode, condition: Condition) -> bool | None:
    """Whether a condition is true; None where what is known does not tell. One that asks for nothing never tells."""
    parts: list[bool | None] = []
    if condition.any_of:
        parts.append(_any([holds(context, episode, each) for each in condition.any_of]))
    parts += [holds(context, episode, each) for each in condition.all_of]
    if condition.phase:
        phase = phase_of(episode)
        parts.append(None if phase is None else phase in condition.phase)
    if condition.assessment:
        parts.append(_within(episode, condition))
    if condition.fact:
        parts.append(_FACTS[condition.fact](context, episode))
    return _all(parts) if parts else None


def _any(parts: Iterable[bool | None]) -> bool | None:
    found = set(parts)
    return True if True in found else (None if None in found else False)


def _all(parts: Iterable[bool | None]) -> bool | None:
    found = set(parts)
    return False if False in found else (None if None in found else True)


def _within(episode: Episode, condition: Condition) -> bool | None:
    known = episode.known.get(f"score/{condition.assessment}")
    if known is None or not isinstance(known.fact, Score):
        return None
    score = known.fact.score
    is_low = condition.at_least is not None and score < condition.at_least
    is_high = condition.at_most is not None and score > condition.at_most
    return not is_low and not is_high


def _kit_in_place(context: Context, episode: Episode) -> bool | None:
    known = episode.known.get("kit")
    if known is None or not isinstance(known.fact, Kit):
        return None
    kit, expires = known.fact, known.fact.expires_first
    return kit.retrieved_on is None and not kit.is_used_up and (expires is None or context.today < expires)


def _limits_decided(context: Context, episode: Episode) -> bool | None:
    return "treatment-limits" in episode.known or None


def _carer_available(context: Context, episode: Episode) -> bool | None:
    known = episode.known.get("carer")
    return known.fact.is_available if known and isinstance(known.fact, Carer) else None


def _consent_given(context: Context, episode: Episode) -> bool | None:
    return consent_of(episode)


def _away(context: Context, episode: Episode) -> bool | None:
    standing = standing_of(context.pathway, episode, episode.level)
    return None if standing is Standing.UNKNOWN else standing is Standing.DEPARTS


_FACTS: Mapping[Fact, Callable[[Context, Episode], bool | None]] = {
    Fact.KIT_IN_PLACE: _kit_in_place,
    Fact.TREATMENT_LIMITS_DECIDED: _limits_decided,
    Fact.CARER_AVAILABLE: _carer_available,
    Fact.CONSENT_GIVEN: _consent_given,
    Fact.AWAY_FROM_PREFERRED_PLACE: _away,
}


def _grounds(context: Context, episode: Episode, condition: Condition) -> Iterator[Ground]:
    """What is known that makes a true condition true: of `any` those that are true, of `all` every one."""
    for each in (*condition.any_of, *condition.all_of):
        if holds(context, episode, each):
            yield from _grounds(context, episode, each)
    if condition.phase:
        yield _ground(episode, "phase", phase_of(episode), "phase")
    if condition.assessment:
        slot = f"score/{condition.assessment}"
        yield _ground(episode, condition.assessment, getattr(episode.known[slot].fact, "score", ""), slot)
    if condition.fact:
        yield _ground(episode, condition.fact, "yes", _slot_of(episode, condition.fact))


def _ground(episode: Episode, what: str, value: object, slot: str) -> Ground:
    return Ground(what=what, value=str(value), at=episode.known[slot].at)


def _slot_of(episode: Episode, fact: Fact) -> str:
    """The place of what a true fact was read from."""
    preference = preference_now(episode)
    if fact is Fact.AWAY_FROM_PREFERRED_PLACE and preference:
        return preference.slot
    return {
        Fact.KIT_IN_PLACE: "kit",
        Fact.TREATMENT_LIMITS_DECIDED: "treatment-limits",
        Fact.CARER_AVAILABLE: "carer",
    }.get(fact, "consent")
