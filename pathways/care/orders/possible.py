"""What a team may do about orders now: what a page offers. Changes nothing; what is offered may still be refused."""

from enum import StrEnum

from pathways.care.concerned import teams_concerned, teams_ever_concerned
from pathways.care.episodes import Episode
from pathways.care.orders.ordering import teams_that_order
from pathways.care.orders.schedules import recordable
from pathways.care.orders.values import Order, OrderStatus, Visit, VisitOutcome
from pathways.care.orders.visiting import teams_that_record
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus


class OrderAction(StrEnum):
    """What may be done about an order."""

    CHANGE = "change-order"
    STOP = "stop-order"
    COMPLICATION = "complication"


def orderable(context: Context, episode: Episode, team: str | None) -> tuple[str, ...]:
    """The treatments of the pathway that a team may order now, wherever the patient is."""
    if episode.status is not EpisodeStatus.ACTIVE or team not in teams_ever_concerned(context, episode):
        return ()
    treatments = context.pathway.treatments.items()
    return tuple(name for name, treatment in treatments if team in teams_that_order(context, treatment))


def possible_with(context: Context, episode: Episode, team: str | None, order: Order) -> frozenset[OrderAction]:
    """What a team may do about an order as a whole."""
    treatment = context.pathway.treatments.get(order.treatment)
    if treatment is None or not order.is_open or episode.has_ended:
        return frozenset()
    goes_on, is_concerned = episode.status is EpisodeStatus.ACTIVE, team in teams_concerned(context, episode)
    orders_it = team in teams_that_order(context, treatment) and team in teams_ever_concerned(context, episode)
    is_given = goes_on and order.status is OrderStatus.ACTIVE
    found = {
        OrderAction.CHANGE: goes_on and orders_it,
        OrderAction.STOP: is_concerned or orders_it,
        OrderAction.COMPLICATION: is_given and is_concerned and treatment.complication is not None,
    }
    return frozenset(action for action, is_possible in found.items() if is_possible)


def visits_to_record(context: Context, episode: Episode, team: str | None, order: Order) -> tuple[Visit, ...]:
    """The visits of which a team may say now what became of them: those whose time has come, and the next one."""
    if episode.has_ended:
        return ()
    waiting = (visit for visit in recordable(order, context.zone, context.now) if visit.key not in order.visits)
    return tuple(visit for visit in waiting if team in teams_that_record(context, episode, visit))


def visits_to_act_on(context: Context, episode: Episode, team: str | None, order: Order) -> tuple[str, ...]:
    """The keys of the missed visits about which a team may say what was done."""
    if team not in (*teams_concerned(context, episode), order.ordered_by.team):
        return ()
    visits = order.visits.items()
    return tuple(key for key, said in visits if said.outcome is VisitOutcome.MISSED and said.acted_at is None)
