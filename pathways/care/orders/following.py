"""What orders do by themselves: they run, pause, stop and end with the patient's way. Called after every decision."""

from pathways.care.episodes import Episode
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.clocks import follow_clocks
from pathways.care.orders.events import OrderCompleted, OrderHeld, OrderRuns, OrderStopped
from pathways.care.orders.values import Order, OrderStatus, StopReason
from pathways.care.recording import Context, Recorder
from pathways.care.states import EpisodeStatus


def follow(recorder: Recorder) -> None:
    """Let every order run, wait or stop as the patient's level and the episode's state have it, with its clocks.

    Nothing where nothing was decided. After an end of the episode nothing runs: taking the end back lets it go on.
    """
    if not recorder.events or not recorder.episode.orders or recorder.episode.has_ended:
        return
    for order in tuple(recorder.episode.orders.values()):
        if order.is_open:
            _follow(recorder, order)
    follow_clocks(recorder)


def complete(recorder: Recorder, number: int) -> None:
    """The last day of an order is over: it ends by itself. Those who ordered it and those responsible are told."""
    order = recorder.episode.orders[number]
    recorder.record(OrderCompleted(order=number))
    tell(recorder, NoticeKind.ORDER_ENDED, order)


def tell(recorder: Recorder, kind: NoticeKind, order: Order) -> None:
    """Tell those who are responsible, and those who ordered it, but for the team that did it."""
    for team in dict.fromkeys((recorder.episode.stay.team, order.ordered_by.team)):
        if team is not None and team != recorder.actor.team and team in recorder.context.network.teams:
            recorder.owe(kind, team, subject=f"order/{order.number}")


def _follow(recorder: Recorder, order: Order) -> None:
    context, episode = recorder.context, recorder.episode
    if not is_given_here(context, episode, order):
        if order.status is not OrderStatus.DRAFT:
            recorder.record(OrderStopped(order=order.number, because=StopReason.MOVED))
            tell(recorder, NoticeKind.ORDER_CHANGED, order)
    elif episode.status is EpisodeStatus.ON_HOLD:
        if order.status is OrderStatus.ACTIVE:
            recorder.record(OrderHeld(order=order.number))
    elif not _runs_as_it_should(episode, order):
        recorder.record(OrderRuns(order=order.number, team=episode.stay.team, unit=episode.stay.unit))


def is_given_here(context: Context, episode: Episode, order: Order) -> bool:
    """Whether the treatment of an order is given at the patient's level."""
    treatment = context.pathway.treatments.get(order.treatment)
    return treatment is not None and episode.level in treatment.levels


def _runs_as_it_should(episode: Episode, order: Order) -> bool:
    if order.status is not OrderStatus.ACTIVE:
        return False
    run = order.runs[-1]
    return (run.schedule, run.team, run.unit) == (order.schedule, episode.stay.team, episode.stay.unit)
