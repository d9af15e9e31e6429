"""Orders and their visits in words for the command line. What a person typed is shown here, never as markup."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.markup import escape

from handslag.printing import local
from pathways.care.orders.covering import UncoveredVisit, WhyUncovered
from pathways.care.orders.schedules import visits_of
from pathways.care.orders.values import Order, RecordedVisit, Schedule
from pathways.definition.networks import Network
from pathways.operations.views import EpisodeView

_MOST_TOLD = 5


def schedule_in_words(schedule: Schedule) -> str:
    """When the visits of a schedule are."""
    times = ", ".join(f"{at:%H:%M}" for at in schedule.times)
    every = "every day" if schedule.every == 1 else f"every {schedule.every} days"
    on = f" if it is {' or '.join(schedule.weekdays)}" if schedule.weekdays else ""
    return f"at {times} {every}{on}, {schedule.from_day} to {schedule.until_day}"


def order_lines(view: EpisodeView) -> Iterator[str]:
    """Every order of an episode: what, when, how it stands; its visits that were recorded; what nobody covers."""
    zone = view.network.time_zone
    for order in view.episode.orders.values():
        why = f" ({order.stopped_because})" if order.stopped_because else ""
        yield f"[bold]Order {order.number}[/] {order.treatment}: {order.status}{why}, {escape(order.drug)}"
        by = escape(f"{order.ordered_by.team}: {order.ordered_by.name or 'not named'}")
        yield f"  {schedule_in_words(order.schedule)}. Ordered {local(order.ordered_at, zone)} by {by}"
        for key, said in order.visits.items():
            yield f"  {key} {_said(said, zone)}"
        yield from uncovered_lines(view.uncovered.get(order.number, ()), view.network)


def uncovered_lines(found: Sequence[UncoveredVisit], network: Network) -> Iterator[str]:
    """What nobody can do as it is ordered, with who could and when; the first few."""
    zone = network.time_zone
    for each in found[:_MOST_TOLD]:
        when = local(each.visit.at, zone)
        if each.why is WhyUncovered.CLOSED:
            opens = f"opens {local(each.opens_at, zone)}" if each.opens_at else "does not open within a year"
            yield f"  [yellow]{when}: {each.visit.unit} is closed; it {opens}[/]"
            continue
        later = each.next_able
        who = [f"{later.contact} of {later.team} from {local(later.from_at, zone)}"] if later else []
        who += [f"{duty.contact} of {duty.team} is on duty then" for duty in each.elsewhere]
        helps = "; ".join(who) or "nobody within a year"
        yield f"  [yellow]{when}: nobody on duty has {', '.join(each.wanted)}. Who has: {helps}[/]"
    if len(found) > _MOST_TOLD:
        yield f"  [yellow]and {len(found) - _MOST_TOLD} more visits[/]"


def contact_lines(view: EpisodeView) -> Iterator[str]:
    """The fixed contact, where the pathway has one: who it is, and how it was kept."""
    if view.pathway.fixed_contact is None:
        return
    known = view.episode.continuity
    breaks = f"{len(known.breaks)} break{'' if len(known.breaks) == 1 else 's'}"
    if known.contact:
        since = local(known.contact.since, view.network.time_zone)
        yield f"Fixed contact: {escape(known.contact.name)} of {known.contact.team}, since {since}"
    else:
        yield "[yellow]Fixed contact: nobody is named[/]"
    yield f"  kept over {known.kept} handover{'' if known.kept == 1 else 's'}, {breaks}"


def visits_left(view: EpisodeView, order: Order) -> int:
    """How many visits of an order nobody has said anything of."""
    return sum(visit.key not in order.visits for visit in visits_of(order, ZoneInfo(view.network.time_zone)))


def _said(said: RecordedVisit, zone: str) -> str:
    by = escape(f"{said.actor.team}: {said.actor.name or 'not named'}")
    words = f", {escape(said.words)}" if said.words else ""
    acted = ""
    if said.acted_at and said.acted_by:
        who = escape(f"{said.acted_by.team}: {said.acted_by.name or 'not named'}")
        acted = f"; acted on {local(said.acted_at, zone)}: {escape(said.acted_words)} ({who})"
    return f"{said.outcome}{words}, recorded {local(said.at, zone)} ({by}){acted}"
