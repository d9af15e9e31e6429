"""What is known of an order: what is given, when, in which stretches it has run, and what became of its visits."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pathways.care.actors import Actor
from pathways.definition.covers import Weekday
from pathways.definition.days import Day, TimeOfDay
from pathways.definition.frozen import Frozen


class OrderStatus(StrEnum):
    """States of an order, as FHIR names those of a request.

    A `draft` waits for the patient to come to a level where the treatment is given; `on-hold` it is while the episode
    pauses. Those that are `stopped` or `completed` stay so.
    """

    DRAFT = "draft"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"
    COMPLETED = "completed"


class StopReason(StrEnum):
    """Why an order stopped: somebody stopped it, a complication did, or the patient left where it is given."""

    BY_PERSON = "by-person"
    COMPLICATION = "complication"
    MOVED = "moved"


class VisitOutcome(StrEnum):
    """What became of a visit."""

    DONE = "done"
    MISSED = "missed"
    REFUSED = "refused"


class Schedule(Frozen):
    """When visits are: at these local times, from the first day to the last, every so many days.

    `weekdays`: only on these days of the week; none named: on any.
    """

    times: tuple[TimeOfDay, ...]
    from_day: Day
    until_day: Day
    every: int = 1
    weekdays: tuple[Weekday, ...] = ()


class Run(Frozen):
    """A stretch in which visits were due: by one schedule, of one team, at one unit or at home. Instants are UTC."""

    schedule: Schedule
    team: str
    unit: str | None
    since: datetime
    until: datetime | None = None


class RecordedVisit(Frozen):
    """What became of a visit, who said so and when; and what somebody did about it if it was missed."""

    outcome: VisitOutcome
    at: datetime
    actor: Actor
    words: str = ""
    acted_at: datetime | None = None
    acted_by: Actor | None = None
    acted_words: str = ""


class Order(Frozen):
    """One order of a treatment. `number` counts an episode's orders from 1; `visits` are those recorded, by key.

    `drug` is what a person typed: it is shown on request, and leaves the database in no other way.
    """

    number: int
    treatment: str
    drug: str
    schedule: Schedule
    status: OrderStatus
    ordered_at: datetime
    ordered_by: Actor
    runs: tuple[Run, ...] = ()
    visits: Mapping[str, RecordedVisit] = {}
    stopped_because: StopReason | None = None

    @property
    def is_open(self) -> bool:
        """Whether visits are due, or may come to be."""
        return self.status in (OrderStatus.DRAFT, OrderStatus.ACTIVE, OrderStatus.ON_HOLD)


class Visit(Frozen):
    """One visit. `key` is its local time as it was ordered, `at` the instant (UTC); `unit` None is at home."""

    order: int
    key: str
    at: datetime
    team: str
    unit: str | None
