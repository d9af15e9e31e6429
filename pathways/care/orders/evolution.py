"""How the state of orders follows from the events. Dumb on purpose, as `pathways.care.evolution`."""

from datetime import datetime

from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after
from pathways.care.orders.events import (
    ComplicationRecorded,
    MissedVisitActedOn,
    OrderChanged,
    OrderCompleted,
    OrderHeld,
    OrderPlaced,
    OrderRuns,
    OrderStopped,
    VisitRecorded,
)
from pathways.care.orders.values import Order, OrderStatus, RecordedVisit, Run


def _with(episode: Episode, order: Order) -> Episode:
    return episode.model_copy(update={"orders": {**episode.orders, order.number: order}})


def _changed(episode: Episode, number: int, **update: object) -> Episode:
    return _with(episode, episode.orders[number].model_copy(update=update))


def _closed(runs: tuple[Run, ...], at: datetime) -> tuple[Run, ...]:
    if not runs or runs[-1].until is not None:
        return runs
    return (*runs[:-1], runs[-1].model_copy(update={"until": at}))


@after.register
def _(event: OrderPlaced, episode: Episode, recorded: Recorded) -> Episode:
    order = Order(
        number=event.order,
        treatment=event.treatment,
        drug=event.drug,
        schedule=event.schedule,
        status=OrderStatus.DRAFT,
        ordered_at=recorded.at,
        ordered_by=recorded.actor,
    )
    return _with(episode, order)


@after.register
def _(event: OrderChanged, episode: Episode, recorded: Recorded) -> Episode:
    return _changed(episode, event.order, drug=event.drug, schedule=event.schedule)


@after.register
def _(event: OrderRuns, episode: Episode, recorded: Recorded) -> Episode:
    """The first stretch begins with the minute: times are ordered in minutes, and the present one is not over."""
    order = episode.orders[event.order]
    since = recorded.true_at if order.runs else recorded.true_at.replace(second=0, microsecond=0)
    run = Run(schedule=order.schedule, team=event.team, unit=event.unit, since=since)
    runs = (*_closed(order.runs, recorded.true_at), run)
    return _changed(episode, event.order, status=OrderStatus.ACTIVE, runs=runs)


@after.register
def _(event: OrderHeld, episode: Episode, recorded: Recorded) -> Episode:
    runs = _closed(episode.orders[event.order].runs, recorded.true_at)
    return _changed(episode, event.order, status=OrderStatus.ON_HOLD, runs=runs)


@after.register
def _(event: OrderStopped, episode: Episode, recorded: Recorded) -> Episode:
    runs = _closed(episode.orders[event.order].runs, recorded.true_at)
    return _changed(episode, event.order, status=OrderStatus.STOPPED, runs=runs, stopped_because=event.because)


@after.register
def _(event: OrderCompleted, episode: Episode, recorded: Recorded) -> Episode:
    runs = _closed(episode.orders[event.order].runs, recorded.at)
    return _changed(episode, event.order, status=OrderStatus.COMPLETED, runs=runs)


@after.register
def _(event: VisitRecorded, episode: Episode, recorded: Recorded) -> Episode:
    said = RecordedVisit(outcome=event.outcome, at=recorded.at, actor=recorded.actor, words=event.words)
    visits = {**episode.orders[event.order].visits, event.visit: said}
    return _changed(episode, event.order, visits=visits)


@after.register
def _(event: MissedVisitActedOn, episode: Episode, recorded: Recorded) -> Episode:
    before = episode.orders[event.order].visits
    acted = {"acted_at": recorded.at, "acted_by": recorded.actor, "acted_words": event.words}
    visits = {**before, event.visit: before[event.visit].model_copy(update=acted)}
    return _changed(episode, event.order, visits=visits)


@after.register
def _(event: ComplicationRecorded, episode: Episode, recorded: Recorded) -> Episode:
    return episode
