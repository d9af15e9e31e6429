"""How a move stands to what the patient wishes: the preferred place, and consent to share. Changes nothing.

In the terminal phase the preferred place of death counts where one is known; otherwise the preferred place of care.
Levels between which a move leads on which nobody travels are one place: who wishes to be at home is at home with
specialised care too.
"""

from collections.abc import Sequence

from pathways.care.episodes import Asked, Episode, Standing
from pathways.care.patient import Consent, PlaceOf, Preference
from pathways.care.phases import phase_of, rules_of
from pathways.care.recording import Context
from pathways.definition.conditions import Phase
from pathways.definition.frozen import Frozen
from pathways.definition.models import Move, Pathway
from pathways.errors import Refused
from pathways.phrases import Phrase

_PREFERRED = (Standing.FIRST, Standing.SECOND)


class Heeded(Frozen):
    """How a move stands to the preferred place, and the reasons that were given where one is asked for."""

    standing: Standing
    departs_because: str | None = None
    goes_ahead_because: str | None = None


def preference_now(episode: Episode) -> Preference | None:
    """The preference that counts in the present phase of illness, if one is known."""
    order = (PlaceOf.DEATH, PlaceOf.CARE) if phase_of(episode) is Phase.TERMINAL else (PlaceOf.CARE,)
    facts = (episode.known[slot].fact for place_of in order if (slot := f"preference/{place_of}") in episode.known)
    return next((fact for fact in facts if isinstance(fact, Preference)), None)


def same_place(pathway: Pathway, level: str) -> frozenset[str]:
    """The levels at which the patient is at the same place as at this one, itself among them."""
    found, waiting = {level}, [level]
    while waiting:
        here = waiting.pop()
        for move in pathway.moves.values():
            ends = {*move.from_levels, move.to}
            fresh = ends - found if not move.travels and here in ends else set()
            found |= fresh
            waiting += sorted(fresh)
    return frozenset(found)


def standing_of(pathway: Pathway, episode: Episode, level: str) -> Standing:
    """How being at a level stands to the place that the patient prefers now."""
    preference = preference_now(episode)
    if preference is None:
        return Standing.UNKNOWN
    choices = {preference.first: Standing.FIRST}
    if preference.second is not None:
        choices[preference.second] = Standing.SECOND
    if level in choices:
        return choices[level]
    near = (standing for choice, standing in choices.items() if level in same_place(pathway, choice))
    return next(near, Standing.DEPARTS)


def consent_of(episode: Episode) -> bool | None:
    """Whether the patient consents to sharing what is known; None where nobody has recorded it."""
    known = episode.known.get("consent")
    return known.fact.is_given if known and isinstance(known.fact, Consent) else None


def heeded(
    context: Context,
    episode: Episode,
    move: Move,
    urgency: str,
    asked: Sequence[Asked],
    *,
    departs_because: str | None,
    goes_ahead_because: str | None,
) -> Heeded:
    """How a move stands to the patient's wishes, with the reasons that are needed and no others. Raises Refused.

    A move on which nobody travels leaves the patient where they are: it is neither held back, nor asked why it departs
    from the preferred place. Consent that was withdrawn holds back what asks another organisation.
    """
    standing = standing_of(context.pathway, episode, move.to)
    departs = move.travels and standing is Standing.DEPARTS
    if departs and not _says_something(departs_because):
        raise Refused(
            "Cannot request this handover of episode {episode}: the move departs from the place that the patient "
            "prefers, and no reason for that was given.",
            "Plan it with the reason why it departs.",
            episode=episode.reference,
        )
    why = _held_back(context, episode, move, urgency, asked, standing)
    if why and not _says_something(goes_ahead_because):
        raise Refused(
            "Cannot request this handover of episode {episode}: {why}.",
            "Leave it, or plan it with the reason why it goes ahead all the same.",
            episode=episode.reference,
            why=why,
        )
    return Heeded(
        standing=standing,
        departs_because=departs_because if departs else None,
        goes_ahead_because=goes_ahead_because if why else None,
    )


def _held_back(
    context: Context, episode: Episode, move: Move, urgency: str, asked: Sequence[Asked], standing: Standing
) -> Phrase | None:
    """Why a move should not be made as things are; None where nothing speaks against it."""
    if consent_of(episode) is False and _leaves_the_organisation(context, episode, asked):
        return Phrase("the consent to share what is known was withdrawn, and another organisation would be asked")
    is_urgent = context.pathway.rules_for(urgency).is_urgent
    waits = rules_of(context, episode).holds_back and move.travels and not is_urgent and standing not in _PREFERRED
    return Phrase("moves that are neither urgent nor to a preferred place are held back now") if waits else None


def _leaves_the_organisation(context: Context, episode: Episode, asked: Sequence[Asked]) -> bool:
    teams = context.network.teams
    own = teams[episode.stay.team].organisation
    return any(teams[each.team].organisation != own for each in asked)


def _says_something(reason: str | None) -> bool:
    return bool(reason and reason.strip())
