"""Units and their places: who is there, for whom a place is held, and who waits for one, in which order.

Values only. `places.py` decides with them; the store keeps them as rows, and reads what others do at a unit.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pathways.care.episodes import Episode, PlaceStanding, Standing
from pathways.care.states import EpisodeStatus
from pathways.definition.frozen import Frozen
from pathways.phrases import Phrase

_STANDINGS = {
    Standing.FIRST: Phrase("the patient's first choice"),
    Standing.SECOND: Phrase("the patient's second choice"),
    Standing.UNKNOWN: Phrase("no preferred place is known"),
    Standing.DEPARTS: Phrase("not where the patient prefers to be"),
}
"""How a request stands to the preferred place, in the order in which it is served."""


class Claim(Frozen):
    """One place that is taken: held for a handover, or occupied by the patient of an episode."""

    unit: str
    episode: str
    handover: str | None = None

    @property
    def is_held(self) -> bool:
        """Whether the place is held for a handover, and its patient not there yet."""
        return self.handover is not None


class InLine(Frozen):
    """A handover on the waiting list of a unit. `wish` says the how manieth of its units this is, from 1."""

    unit: str
    episode: str
    handover: str
    is_urgent: bool
    standing: Standing
    wish: int
    since: datetime

    @property
    def order(self) -> tuple[Any, ...]:
        """What sorts a waiting list: urgency, then preference of the patient, then time."""
        return not self.is_urgent, list(_STANDINGS).index(self.standing), self.wish, self.since, self.handover

    @property
    def why(self) -> Phrase:
        """Why it stands where it stands, but for the time: urgency and preference in words."""
        urgency = Phrase("urgent") if self.is_urgent else Phrase("not urgent")
        wish = "" if self.wish == 1 else Phrase(", unit number {number} of those asked", number=self.wish)
        return Phrase("{urgency}, {preference}{wish}", urgency=urgency, preference=_STANDINGS[self.standing], wish=wish)


class UnitOccupancy(Frozen):
    """What happens at one unit: how many of its places are closed, which are taken, and who waits."""

    closed: int = 0
    claims: tuple[Claim, ...] = ()
    waiting: tuple[InLine, ...] = ()


def claims_of(episode: Episode) -> frozenset[Claim]:
    """The places that an episode takes: where the patient is, and those held for its open handover."""
    claims = set()
    if episode.status in (EpisodeStatus.ACTIVE, EpisodeStatus.ON_HOLD) and episode.stay.unit:
        claims.add(Claim(unit=episode.stay.unit, episode=episode.reference))
    if handover := episode.open_handover:
        claims |= {Claim(unit=u, episode=episode.reference, handover=handover.reference) for u in handover.held_units}
    return frozenset(claims)


def in_line(episode: Episode) -> frozenset[InLine]:
    """Where an episode waits for a place."""
    handover = episode.open_handover
    if handover is None:
        return frozenset()
    return frozenset(
        InLine(
            unit=asked.unit,
            episode=episode.reference,
            handover=handover.reference,
            is_urgent=asked.is_urgent,
            standing=handover.plan.standing,
            wish=number,
            since=asked.since,
        )
        for number, asked in enumerate(handover.asked, 1)
        if asked.unit and asked.place is PlaceStanding.AWAITED and asked.since
    )


def sorted_line(waiting: Iterable[InLine]) -> tuple[InLine, ...]:
    """A waiting list, the first to be served at the top."""
    return tuple(sorted(waiting, key=lambda entry: entry.order))
