"""Whether somebody can make the visits of an order: the unit is open then, and whoever has the competence is on duty.

What cannot be is said at once, with who has the competence, and when.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from pathways.care.episodes import Episode
from pathways.care.orders.schedules import visits_of
from pathways.care.orders.values import Order, OrderStatus, Visit
from pathways.care.recording import Context
from pathways.cover.competences import NextOnDuty, able, able_elsewhere, next_able, unit_is_open, unit_opens_at
from pathways.cover.rotas import OnDuty
from pathways.definition.frozen import Frozen


class WhyUncovered(StrEnum):
    """Why a visit cannot be made as ordered."""

    CLOSED = "closed"
    NO_COMPETENCE = "no-competence"


class UncoveredVisit(Frozen):
    """A visit that cannot be made as ordered, and what would help (instants UTC).

    `opens_at`: when the unit next opens. `next_able`: who of the team, or of the one that covers it, has the
    competence next. `elsewhere`: who of other teams is on duty with it at that time.
    """

    visit: Visit
    why: WhyUncovered
    wanted: tuple[str, ...] = ()
    opens_at: datetime | None = None
    next_able: NextOnDuty | None = None
    elsewhere: tuple[OnDuty, ...] = ()


def uncovered(context: Context, episode: Episode, order: Order) -> tuple[UncoveredVisit, ...]:
    """The visits to come of an order that runs, which nobody can make as they are ordered."""
    if order.status is not OrderStatus.ACTIVE or episode.has_ended:
        return ()
    return tuple(found for visit in _to_come(context, order) if (found := _uncovered(context, order, visit)))


def outside_hours(context: Context, order: Order) -> UncoveredVisit | None:
    """The first visit to come of an order for which the unit is closed, if any."""
    return next((found for visit in _to_come(context, order) if (found := _closed(context, visit))), None)


def _to_come(context: Context, order: Order) -> Iterator[Visit]:
    now = context.now.replace(second=0, microsecond=0)
    return (visit for visit in visits_of(order, context.zone) if visit.at >= now and visit.key not in order.visits)


def _uncovered(context: Context, order: Order, visit: Visit) -> UncoveredVisit | None:
    if closed := _closed(context, visit):
        return closed
    treatment = context.pathway.treatments.get(order.treatment)
    wanted = treatment.competences if treatment else ()
    network, rota = context.network, context.rota
    if not wanted or able(network, rota, visit.team, wanted, visit.at):
        return None
    return UncoveredVisit(
        visit=visit,
        why=WhyUncovered.NO_COMPETENCE,
        wanted=wanted,
        next_able=next_able(network, rota, visit.team, wanted, visit.at),
        elsewhere=able_elsewhere(network, rota, visit.team, wanted, visit.at),
    )


def _closed(context: Context, visit: Visit) -> UncoveredVisit | None:
    unit = context.network.units.get(visit.unit or "")
    if unit is None or unit_is_open(context.network, unit, visit.at):
        return None
    return UncoveredVisit(visit=visit, why=WhyUncovered.CLOSED, opens_at=unit_opens_at(context.network, unit, visit.at))
