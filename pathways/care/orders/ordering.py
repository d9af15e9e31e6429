"""Ordering a treatment, changing the order and stopping it: who may, and what cannot be ordered. Repeats no words."""

from datetime import timedelta

from pathways.care.concerned import teams_concerned, teams_ever_concerned
from pathways.care.episodes import Episode
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.commands import ChangeOrder, PlaceOrder, StopOrder
from pathways.care.orders.covering import UncoveredVisit, outside_hours
from pathways.care.orders.events import OrderChanged, OrderPlaced, OrderStopped
from pathways.care.orders.following import follow, tell
from pathways.care.orders.schedules import MOST_VISITS, times_of
from pathways.care.orders.values import Order, Schedule, StopReason
from pathways.care.pauses import require_going_on
from pathways.care.recording import Context, Recorder
from pathways.definition.treatments import Treatment
from pathways.errors import NotFound, Refused
from pathways.phrases import Phrase, one_of

_Fault = tuple[Phrase, Phrase] | None
"""Why something cannot be ordered and what to do; None where it can."""


def place(recorder: Recorder, command: PlaceOrder) -> None:
    """Order a treatment. It runs as soon as the patient is where it is given. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    require_going_on(episode, Phrase("order a treatment"))
    treatment = context.pathway.treatments.get(command.treatment)
    if treatment is None:
        known = context.pathway.treatments
        mend = one_of(known, Phrase("Ask those who keep the pathway to name one."))
        raise _refused(episode, Phrase("its pathway has no treatment of that name"), mend)
    _require(episode, _not_theirs(context, episode, treatment, recorder.actor.team))
    _require(episode, _impossible(context, treatment, command.drug, command.schedule))
    number = max(episode.orders, default=0) + 1
    recorder.record(
        OrderPlaced(order=number, treatment=command.treatment, drug=command.drug.strip(), schedule=command.schedule)
    )
    _let_run(recorder, number)


def change(recorder: Recorder, command: ChangeOrder) -> None:
    """Change an order from now on. The same as before is nothing. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    require_going_on(episode, Phrase("change an order"))
    order = open_order(episode, command.order)
    treatment = treatment_of(context, episode, order)
    drug = order.drug if command.drug is None else command.drug.strip()
    schedule = command.schedule or order.schedule
    _require(episode, _not_theirs(context, episode, treatment, recorder.actor.team))
    _require(episode, _impossible(context, treatment, drug, schedule))
    if (drug, schedule) == (order.drug, order.schedule):
        return
    recorder.record(OrderChanged(order=order.number, drug=drug, schedule=schedule))
    _let_run(recorder, order.number)


def stop(recorder: Recorder, command: StopOrder) -> None:
    """Stop the remaining visits of an order. For those who may order it, and for those responsible. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    order = open_order(episode, command.order)
    treatment = treatment_of(context, episode, order)
    team = recorder.actor.team
    if team not in teams_concerned(context, episode):
        _require(episode, _not_theirs(context, episode, treatment, team))
    if not command.words.strip():
        raise _refused(episode, Phrase("nothing says why the order is to stop"), Phrase("Say why in a few words."))
    recorder.record(OrderStopped(order=order.number, because=StopReason.BY_PERSON, words=command.words.strip()))
    tell(recorder, NoticeKind.ORDER_CHANGED, order)


def order_of(episode: Episode, number: int) -> Order:
    """The order of this number. Raises NotFound."""
    if number not in episode.orders:
        numbers = tuple(episode.orders)
        mend = (
            Phrase("Its orders are: {numbers}.", numbers=numbers)
            if numbers
            else Phrase("Place one first.", command="handslag order")
        )
        raise NotFound("Episode {episode} has no order of that number.", mend, episode=episode.reference)
    return episode.orders[number]


def open_order(episode: Episode, number: int) -> Order:
    """The order of this number, of which visits are due or may come to be. Raises NotFound or Refused."""
    order = order_of(episode, number)
    if episode.has_ended or not order.is_open:
        state = Phrase("the episode has ended") if episode.has_ended else Phrase("it is {status}", status=order.status)
        raise Refused(
            "Cannot change order {number} of episode {episode}: {state}.",
            "Place a new order if need be.",
            number=number,
            episode=episode.reference,
            state=state,
        )
    return order


def treatment_of(context: Context, episode: Episode, order: Order) -> Treatment:
    """What the pathway says of an order's treatment. Raises Refused where it no longer has it."""
    treatment = context.pathway.treatments.get(order.treatment)
    if treatment is None:
        raise _refused(
            episode,
            Phrase("its pathway no longer has the treatment {treatment}", treatment=order.treatment),
            Phrase("Place a new order."),
        )
    return treatment


def _let_run(recorder: Recorder, number: int) -> None:
    """Let an order run as it is now, and tell those who give it. Raises Refused where the unit is closed then."""
    follow(recorder)
    order = recorder.episode.orders[number]
    if closed := outside_hours(recorder.context, order):
        raise _refused(recorder.episode, *_outside(recorder.context, closed))
    tell(recorder, NoticeKind.ORDER_CHANGED, order)


def _outside(context: Context, found: UncoveredVisit) -> tuple[Phrase, Phrase]:
    local = found.visit.at.astimezone(context.zone)
    why = Phrase(
        "{unit} is closed at the time of the visit {at}",
        unit=str(found.visit.unit),
        at=f"{local:%a %Y-%m-%d %H:%M}",
    )
    if found.opens_at is None:
        return why, Phrase("Ask those who keep the network file for its hours.")
    opens = found.opens_at.astimezone(context.zone)
    return why, Phrase(
        "Choose times and days in its opening hours; it opens next {at}.", at=f"{opens:%a %Y-%m-%d %H:%M}"
    )


def teams_that_order(context: Context, treatment: Treatment) -> tuple[str, ...]:
    """The teams that order a treatment, change the order and stop it, for patients in whom they have had a part."""
    return tuple(key for role in treatment.ordered_by for key in context.network.teams_in(role))


def _not_theirs(context: Context, episode: Episode, treatment: Treatment, team: str | None) -> _Fault:
    able = teams_that_order(context, treatment)
    concerned = teams_ever_concerned(context, episode)
    if team in able and team in concerned:
        return None
    asked = [key for key in able if key in concerned] or able
    return Phrase("your team does not order this treatment"), Phrase("Ask one of: {choices}.", choices=tuple(asked))


def _impossible(context: Context, treatment: Treatment, drug: str, schedule: Schedule) -> _Fault:
    if not drug.strip():
        return Phrase("nothing says what is to be given"), Phrase("Write the drug, the dose and the way.")
    if not schedule.times or len(set(schedule.times)) < len(schedule.times):
        return Phrase("the times of day are missing, or one stands twice"), Phrase(
            "Give each time once, such as 08:00."
        )
    if len(set(schedule.weekdays)) < len(schedule.weekdays):
        return Phrase("a weekday stands twice"), Phrase("Name each once.")
    if schedule.until_day < schedule.from_day:
        return Phrase("it would end before it begins"), Phrase("Correct one of the two days.")
    if schedule.every < 1:
        return Phrase("the number of days between visits is none"), Phrase(
            "Write 1 for every day, 2 for every other day."
        )
    return _too_long(context, treatment, schedule) or _no_visits(context, schedule)


def _too_long(context: Context, treatment: Treatment, schedule: Schedule) -> _Fault:
    days = (schedule.until_day - schedule.from_day).days + 1
    if treatment.longest_days is not None and days > treatment.longest_days:
        why = Phrase("it would run longer than {longest_days} days", longest_days=treatment.longest_days)
        return why, Phrase("Give an earlier last day; it can be ordered again.")
    if len(times_of(schedule, context.zone)) > MOST_VISITS:
        return Phrase("it would have more than {most_visits} visits", most_visits=MOST_VISITS), Phrase(
            "Give an earlier last day, or fewer times."
        )
    return None


def _no_visits(context: Context, schedule: Schedule) -> _Fault:
    now = context.now - timedelta(minutes=1)
    if any(at > now for _key, at in times_of(schedule, context.zone)):
        return None
    return Phrase("no visit would be left to come"), Phrase("Correct the days, the weekdays or the times.")


def _require(episode: Episode, fault: _Fault) -> None:
    if fault:
        raise _refused(episode, *fault)


def _refused(episode: Episode, why: Phrase, mend: Phrase) -> Refused:
    return Refused("Cannot order this in episode {episode}: {why}.", mend, episode=episode.reference, why=why)
