"""Closing places of a unit, for a time or until somebody opens them. It throws nobody out. Pure."""

from datetime import datetime

from pathways.care.occupancy import Claim, UnitOccupancy
from pathways.definition.frozen import Frozen
from pathways.definition.networks import CareUnit
from pathways.errors import Refused


class Closing(Frozen):
    """So many places of a unit are closed: by whom, why, from when, and until when if that is known."""

    places: int
    reason: str
    at: datetime
    until: datetime | None = None
    team: str
    name: str | None = None

    def places_at(self, now: datetime) -> int:
        """How many places it closes at this instant."""
        return 0 if self.until is not None and self.until <= now else self.places


def require_closable(key: str, unit: CareUnit, closing: Closing) -> None:
    """A unit's own team closes no more places than there are, and says why. Raises Refused."""
    if closing.team != unit.team:
        raise Refused(
            "Cannot close or open places of {unit}: it belongs to {team}.", "Ask that team.", unit=key, team=unit.team
        )
    if not 0 <= closing.places <= unit.places:
        raise Refused(
            "Cannot close that many places of {unit}: it has {places}.",
            "Give a number from 0 to {places}.",
            unit=key,
            places=unit.places,
        )
    if closing.places and not closing.reason.strip():
        raise Refused("Cannot close places of {unit}: no reason was given.", "Say why in a few words.", unit=key)
    if closing.until is not None and closing.until <= closing.at:
        raise Refused(
            "Cannot close places of {unit} until then: that is past.", "Give a time that is to come.", unit=key
        )


def without_a_place(unit: CareUnit, occupancy: UnitOccupancy) -> tuple[Claim, ...]:
    """All that are at a unit or expected there, if they are more than its open places; nobody otherwise."""
    claims = sorted(occupancy.claims, key=lambda claim: (not claim.is_held, claim.handover or claim.episode))
    return tuple(claims) if len(claims) > unit.places - occupancy.closed else ()
