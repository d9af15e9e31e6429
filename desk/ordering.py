"""What the buttons of the page of an episode do about treatments and visits: each press makes one command.

A complication is not here: it asks for a handover as well, and leads to its page.
"""

from collections.abc import Mapping

from pydantic import ValidationError

from desk.asking import text
from desk.recording import Make, Press
from desk.typed import a_day, a_number, one_of, times
from pathways.care.commands import Command
from pathways.care.orders.commands import ActOnMissedVisit, ChangeOrder, PlaceOrder, RecordVisit, StopOrder
from pathways.care.orders.values import Schedule, VisitOutcome
from pathways.definition.covers import Weekday
from pathways.errors import Refused


def _schedule(press: Press) -> Schedule:
    form = press.form
    until_day = a_day(form, "until_day")
    if until_day is None:
        raise Refused("The last day is missing.", "Say until when the treatment is given.")
    try:
        return Schedule(
            times=times(form, "time"),
            from_day=a_day(form, "from_day") or press.today,
            until_day=until_day,
            every=a_number(form, "every"),
            weekdays=tuple(day for day in Weekday if day in form.getlist("weekday")),
        )
    except ValidationError:
        raise Refused("One of the days is out of all bounds.", "Correct the day.") from None


def _place(press: Press) -> Command:
    treatment, drug = text(press.form, "treatment"), text(press.form, "drug")
    return PlaceOrder(actor=press.actor, treatment=treatment, drug=drug, schedule=_schedule(press))


def _change(press: Press) -> Command:
    number, drug = a_number(press.form, "order"), text(press.form, "drug")
    return ChangeOrder(actor=press.actor, order=number, drug=drug, schedule=_schedule(press))


def _stop(press: Press) -> Command:
    return StopOrder(actor=press.actor, order=a_number(press.form, "order"), words=text(press.form, "words"))


def _visit(press: Press) -> Command:
    return RecordVisit(
        actor=press.actor,
        order=a_number(press.form, "order"),
        visit=text(press.form, "visit") or None,
        outcome=one_of(press.form, "outcome", VisitOutcome),
        words=text(press.form, "words"),
    )


def _act(press: Press) -> Command:
    return ActOnMissedVisit(
        actor=press.actor,
        order=a_number(press.form, "order"),
        visit=text(press.form, "visit"),
        words=text(press.form, "words"),
    )


ORDERS: Mapping[str, Make] = {
    "order": _place,
    "change-order": _change,
    "stop-order": _stop,
    "visit": _visit,
    "act-on-missed": _act,
}
"""The command of each button of treatments and visits."""
