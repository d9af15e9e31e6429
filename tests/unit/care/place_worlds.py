"""Worlds in which places are scarce: who else is at the units, and a pathway that bounds how long a place is held."""

from datetime import datetime

from care_worlds import NETWORK, PATHWAY, START

from pathways.care.episodes import Standing
from pathways.care.occupancy import Claim, InLine, UnitOccupancy
from pathways.care.recording import Context
from pathways.definition.durations import Duration, Unit
from pathways.definition.models import UrgencyRules

HOLD = Duration(amount=2, unit=Unit.HOUR)
HOLDING = PATHWAY.model_copy(
    update={
        "urgencies": {
            "acute": UrgencyRules(title={"en": "Acute"}, is_urgent=True, hold=HOLD),
            "planned": UrgencyRules(title={"en": "Planned"}, hold=HOLD),
        }
    }
)
"""Two shores, where an unanswered request keeps a place for two hours."""

EMPTY = dict.fromkeys(NETWORK.units, UnitOccupancy())


def holding() -> Context:
    return Context(HOLDING, NETWORK, START)


def others(unit: str, count: int) -> tuple[Claim, ...]:
    """So many patients of other episodes at a unit."""
    return tuple(Claim(unit=unit, episode=f"E333-{number:04}") for number in range(count))


def in_line(
    unit: str,
    *,
    is_urgent: bool = False,
    standing: Standing = Standing.UNKNOWN,
    wish: int = 1,
    since: datetime = START,
    number: int = 0,
) -> InLine:
    """Somebody else on a waiting list."""
    return InLine(
        unit=unit,
        episode=f"E444-{number:04}",
        handover=f"H444-{number:04}",
        is_urgent=is_urgent,
        standing=standing,
        wish=wish,
        since=since,
    )


def occupied(
    claims: tuple[Claim, ...] = (), waiting: tuple[InLine, ...] = (), closed: dict[str, int] | None = None
) -> dict[str, UnitOccupancy]:
    """What others do at the units of the world."""
    return {
        unit: UnitOccupancy(
            closed=(closed or {}).get(unit, 0),
            claims=tuple(claim for claim in claims if claim.unit == unit),
            waiting=tuple(entry for entry in waiting if entry.unit == unit),
        )
        for unit in NETWORK.units
    }
