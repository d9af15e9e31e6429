"""What is granted and ordered for a patient, and what a team may do about it now, as the page of an episode shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathways.care.concerned import teams_concerned
from pathways.care.grants import possible as of_grants
from pathways.care.grants.possible import GrantAction, Rate
from pathways.care.grants.rules import grants_in_force, weekly_minutes
from pathways.care.grants.values import Grant
from pathways.care.orders import possible as of_orders
from pathways.care.orders.covering import UncoveredVisit
from pathways.care.orders.possible import OrderAction
from pathways.care.orders.schedules import visits_of
from pathways.care.orders.values import Order, RecordedVisit, Visit
from pathways.care.recording import Context
from pathways.definition.covers import Weekday
from pathways.operations.views import EpisodeView

_MOST_VISITS = 20


@dataclass(frozen=True)
class ShownGrant:
    """A grant, with what may be done with it, and what may be swapped in it."""

    grant: Grant
    is_in_force: bool
    can: frozenset[GrantAction]
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class ShownOrder:
    """An order, with what may be done about it and its visits.

    `to_record`, `to_act_on`: the visits of which somebody may say something now. `coming`: how many are to come.
    `recorded`: the latest that somebody has said something of, the latest first, of so many in `recorded_count`.
    """

    order: Order
    can: frozenset[OrderAction]
    to_record: tuple[Visit, ...]
    to_act_on: tuple[str, ...]
    coming: int
    recorded: Sequence[tuple[str, RecordedVisit]]
    recorded_count: int
    uncovered: tuple[UncoveredVisit, ...]


def what_is_given(context: Context, view: EpisodeView, team: str | None) -> Mapping[str, Any]:
    """What the page shows of grants, orders and the fixed contact, and what the team may do about them."""
    episode, pathway = view.episode, view.pathway
    contact = pathway.fixed_contact
    can_name = contact is not None and not episode.has_ended and team in teams_concerned(context, episode)
    return {
        "grants": [_grant(context, view, team, each) for each in episode.grants.values()],
        "weekly": weekly_minutes(episode),
        "grantable": of_grants.grantable(context, episode, team),
        "orders": [_order(context, view, team, each) for each in episode.orders.values()],
        "orderable": of_orders.orderable(context, episode, team),
        "weekdays": list(Weekday),
        "can_name_contact": can_name and view.network.teams[team or ""].role in (contact.roles if contact else ()),
    }


def _grant(context: Context, view: EpisodeView, team: str | None, grant: Grant) -> ShownGrant:
    given = context, view.episode
    is_in_force = grant in grants_in_force(view.episode)
    can = of_grants.possible_with(*given, team, grant)
    return ShownGrant(grant, is_in_force, can, of_grants.rates(*given, grant) if GrantAction.SWAP in can else ())


def _order(context: Context, view: EpisodeView, team: str | None, order: Order) -> ShownOrder:
    given = context, view.episode, team, order
    visits = visits_of(order, context.zone) if order.is_open and not view.episode.has_ended else ()
    recorded = sorted(order.visits.items(), reverse=True)
    return ShownOrder(
        order=order,
        can=of_orders.possible_with(*given),
        to_record=of_orders.visits_to_record(*given)[:_MOST_VISITS],
        to_act_on=of_orders.visits_to_act_on(*given)[:_MOST_VISITS],
        coming=sum(visit.at >= context.now and visit.key not in order.visits for visit in visits),
        recorded=recorded[:_MOST_VISITS],
        recorded_count=len(recorded),
        uncovered=view.uncovered.get(order.number, ())[:3],
    )
