"""Two shores where treatments are ordered, some need a competence, and the patient has a fixed contact."""

from datetime import date, datetime, time
from typing import Any

from care_stories import Story, person
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START

from pathways.care.orders.clocks import missed_key, visit_subject
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordComplication,
    RecordVisit,
    StopOrder,
)
from pathways.care.orders.values import Order, Schedule, VisitOutcome
from pathways.care.recording import Context, Decision
from pathways.definition.models import Pathway
from pathways.definition.networks import Network

DRUG = f"Benzylpenicillin 3 g x 3 i.v. for {PERSON_NAME}"
MONDAY = date(2026, 3, 2)

_RULES: dict[str, Any] = {
    "competences": {"drips": {"en": "Drips"}},
    "treatments": {
        "drip": {
            "title": {"en": "Drip"},
            "levels": ["home", "home-plus"],
            "ordered_by": ["clinic", "ward"],
            "competences": ["drips"],
            "record_within": "1 h",
            "act_within": "2 h",
            "repeat": "30 min",
            "longest_days": 42,
            "complication": {"move": "admit", "urgency": "acute", "reason": "worse"},
        },
        "lamp": {
            "title": {"en": "Lamp"},
            "levels": ["home", "rest"],
            "ordered_by": ["clinic", "ward"],
            "record_within": "1 h",
            "act_within": "2 h",
            "repeat": "30 min",
        },
    },
    "fixed_contact": {
        "title": {"en": "Fixed contact"},
        "roles": ["home-care", "clinic"],
        "name_within": "2 days",
        "repeat": "1 day",
    },
}


def _network() -> Network:
    plain = NETWORK.model_dump(mode="json", by_alias=True)
    day = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "07:00", "until": "16:00"}]}
    night = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "20:00", "until": "08:00"}]}
    plain["teams"]["home-north"]["contacts"][1] |= {"competences": ["drips"], "cover": day}
    plain["teams"]["home-north"]["covered_by"] = "experts"
    plain["teams"]["experts"]["contacts"][0] |= {"competences": ["drips"], "cover": night | {"holidays": "open"}}
    plain["teams"]["ward-west"]["contacts"][0] |= {"competences": ["drips"]}
    plain["units"]["east-rest"]["hours"] = day
    return Network.model_validate(plain)


ORDERING = Pathway.model_validate(PATHWAY.model_dump(mode="json", by_alias=True) | _RULES)
TRAINED = _network()


def schedule(
    *times: str, from_day: date = MONDAY, until_day: date | None = None, every: int = 1, weekdays: tuple[str, ...] = ()
) -> Schedule:
    """At these times, on the Monday on which stories begin, or until another day."""
    at = tuple(time.fromisoformat(each) for each in times)
    days = {"from_day": from_day, "until_day": until_day or from_day}
    return Schedule.model_validate({"times": at, **days, "every": every, "weekdays": weekdays})


class Ordered(Story):
    """A story with hands for orders. `clinic-one` orders, `home-north` is responsible."""

    def __init__(self, *, now: datetime = START, **given: Any) -> None:
        super().__init__(now=now, context=Context(ORDERING, TRAINED, now), **given)

    def place(
        self, *times: str, by: str | None = "clinic-one", treatment: str = "drip", drug: str = DRUG, **days: Any
    ) -> Decision:
        return self.perform(
            PlaceOrder(actor=person(by), treatment=treatment, drug=drug, schedule=schedule(*times, **days))
        )

    def alter(
        self, *times: str, by: str = "clinic-one", order: int = 1, drug: str | None = None, **days: Any
    ) -> Decision:
        new = schedule(*times, **days) if times else None
        return self.perform(ChangeOrder(actor=person(by), order=order, drug=drug, schedule=new))

    def stop(self, words: str = "no fever", by: str = "clinic-one", order: int = 1) -> Decision:
        return self.perform(StopOrder(actor=person(by), order=order, words=words))

    def say(
        self,
        outcome: VisitOutcome,
        visit: str | None = None,
        by: str = "home-north",
        words: str = "",
        order: int = 1,
    ) -> Decision:
        return self.perform(RecordVisit(actor=person(by), order=order, visit=visit, outcome=outcome, words=words))

    def act_on(self, visit: str, words: str = "rang them", by: str = "home-north", order: int = 1) -> Decision:
        return self.perform(ActOnMissedVisit(actor=person(by), order=order, visit=visit, words=words))

    def complicate(
        self, words: str = "a rash", by: str = "home-north", order: int = 1, reference: str = "H777-7777"
    ) -> Decision:
        return self.perform(RecordComplication(actor=person(by), order=order, words=words, reference=reference))

    def order(self, number: int = 1) -> Order:
        return self.episode.orders[number]

    @property
    def running(self) -> set[str]:
        """The keys of the clocks of orders that run, but for their ends."""
        return {key for key in self.episode.clocks if key.startswith("order.") and not key.startswith("order.end")}


def visit_key(visit: str, order: int = 1) -> str:
    """The key of the clock by which a visit is recorded."""
    return f"order.visit/{visit_subject(order, visit)}"


def acted_key(visit: str, order: int = 1) -> str:
    """The key of the clock by which a missed visit is acted upon."""
    return missed_key(order, visit)
