"""What may be asked about orders and their visits."""

from pathways.care.commands import Command
from pathways.care.orders.values import Schedule, VisitOutcome


class PlaceOrder(Command):
    """Order a treatment of the pathway. `drug` is free text: what is given, how much, and how."""

    treatment: str
    drug: str
    schedule: Schedule


class ChangeOrder(Command):
    """Change an order from now on. What is left out stays; what became of earlier visits stays as well."""

    order: int
    drug: str | None = None
    schedule: Schedule | None = None


class StopOrder(Command):
    """Stop the remaining visits of an order, and say why."""

    order: int
    words: str


class RecordVisit(Command):
    """Say what became of a visit. Without a visit: of the first that nobody has said anything of."""

    order: int
    visit: str | None = None
    outcome: VisitOutcome
    words: str = ""


class ActOnMissedVisit(Command):
    """Say what has been done about a visit that was missed."""

    order: int
    visit: str
    words: str


class RecordComplication(Command):
    """Record a complication of a treatment: the patient is moved back at once. `reference` is the handover's."""

    order: int
    words: str
    reference: str
