"""What is known of the fixed contact: who it is, over how many handovers it was kept, and each break. Values only."""

from datetime import datetime
from enum import StrEnum

from pathways.definition.frozen import Frozen


class FixedContact(Frozen):
    """The one person whom the patient can turn to. `name` is what a person typed, and stays in the database."""

    name: str
    team: str
    since: datetime


class BreakReason(StrEnum):
    """Why the contact was not kept: a handover led away from the contact's team, or another was named."""

    HANDOVER = "handover"
    CHANGED = "changed"


class Break(Frozen):
    """A change of the fixed contact that the patient had to live with. `handover`: the one that led to it."""

    at: datetime
    because: BreakReason
    handover: str | None = None


class Continuity(Frozen):
    """The fixed contact, if there is one; over how many handovers a contact was kept, and the breaks."""

    contact: FixedContact | None = None
    kept: int = 0
    breaks: tuple[Break, ...] = ()
