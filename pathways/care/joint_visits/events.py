"""What has happened to joint visits. `pathways.care.events` joins them with all others."""

from datetime import datetime
from typing import Literal

from pathways.definition.frozen import Frozen


class JointVisitProposed(Frozen):
    """A team proposed a joint visit to another."""

    type: Literal["joint-visit-proposed"] = "joint-visit-proposed"
    visit: str
    from_team: str
    to_team: str
    at: datetime


class JointVisitBooked(Frozen):
    """The other side said yes: the visit is booked."""

    type: Literal["joint-visit-booked"] = "joint-visit-booked"
    visit: str


class JointVisitDeclined(Frozen):
    """The other side said no."""

    type: Literal["joint-visit-declined"] = "joint-visit-declined"
    visit: str


class JointVisitCancelled(Frozen):
    """One of the two sides called the visit off."""

    type: Literal["joint-visit-cancelled"] = "joint-visit-cancelled"
    visit: str


class JointVisitLapsed(Frozen):
    """Its time came, and the other side had not answered."""

    type: Literal["joint-visit-lapsed"] = "joint-visit-lapsed"
    visit: str


class JointVisitRecorded(Frozen):
    """One of the two sides recorded whether the visit was held."""

    type: Literal["joint-visit-recorded"] = "joint-visit-recorded"
    visit: str
    was_held: bool


JointVisitEvent = (
    JointVisitProposed
    | JointVisitBooked
    | JointVisitDeclined
    | JointVisitCancelled
    | JointVisitLapsed
    | JointVisitRecorded
)
