"""What is known of a joint visit."""

from datetime import datetime
from enum import StrEnum

from pathways.definition.frozen import Frozen


class JointVisitStatus(StrEnum):
    """How a joint visit stands. It is booked when both sides have said yes; proposing one is to say yes."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    HELD = "held"
    NOT_HELD = "not-held"


class JointVisit(Frozen):
    """One joint visit, by the team that proposed it and the team it asked, `at` a time (UTC)."""

    name: str
    team: str
    with_team: str
    at: datetime
    status: JointVisitStatus = JointVisitStatus.PROPOSED

    @property
    def is_open(self) -> bool:
        """Whether anything may still happen to it."""
        return self.status in (JointVisitStatus.PROPOSED, JointVisitStatus.BOOKED)
