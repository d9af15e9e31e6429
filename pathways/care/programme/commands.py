"""What may be asked of an episode in a programme. `pathways.care.decisions` answers."""

from pydantic import AwareDatetime

from pathways.care.commands import Command


class Enrol(Command):
    """Enrol an episode that waits, once a place is free for it."""


class KeepWaiting(Command):
    """Say that a wait for a place still makes sense."""


class OfferEnrolment(Command):
    """A place may have come free: tell the team that waits first. For the system."""


class RecordMeasurement(Command):
    """Record what was measured, now or `at` an earlier time."""

    measure: str
    value: float
    at: AwareDatetime | None = None
