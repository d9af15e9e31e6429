"""What has happened to orders: one frozen model per event. Read with all others by `pathways.care.events`."""

from typing import Literal

from pathways.care.orders.values import Schedule, StopReason, VisitOutcome
from pathways.definition.frozen import Frozen


class OrderPlaced(Frozen):
    """A treatment was ordered."""

    type: Literal["order-placed"] = "order-placed"
    order: int
    treatment: str
    drug: str
    schedule: Schedule


class OrderChanged(Frozen):
    """An order was changed: from now on this holds."""

    type: Literal["order-changed"] = "order-changed"
    order: int
    drug: str
    schedule: Schedule


class OrderRuns(Frozen):
    """Visits are due from now on, of this team, at this unit or at home."""

    type: Literal["order-runs"] = "order-runs"
    order: int
    team: str
    unit: str | None


class OrderHeld(Frozen):
    """No visit is due until the episode goes on."""

    type: Literal["order-held"] = "order-held"
    order: int


class OrderStopped(Frozen):
    """The remaining visits are stopped for good. `words` are a person's own."""

    type: Literal["order-stopped"] = "order-stopped"
    order: int
    because: StopReason
    words: str = ""


class OrderCompleted(Frozen):
    """The last day of the order is over."""

    type: Literal["order-completed"] = "order-completed"
    order: int


class VisitRecorded(Frozen):
    """Somebody said what became of a visit. Said anew, it takes the place of what was said before."""

    type: Literal["visit-recorded"] = "visit-recorded"
    order: int
    visit: str
    outcome: VisitOutcome
    words: str = ""


class MissedVisitActedOn(Frozen):
    """Somebody acted on a visit that was missed, and said how."""

    type: Literal["missed-visit-acted-on"] = "missed-visit-acted-on"
    order: int
    visit: str
    words: str


class ComplicationRecorded(Frozen):
    """A treatment had a complication. `handover`: the one that takes the patient back."""

    type: Literal["complication-recorded"] = "complication-recorded"
    order: int
    words: str
    handover: str
