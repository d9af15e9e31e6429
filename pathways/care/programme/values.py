"""What is known of an episode in a programme: how it stands to the places, and what was measured. Values only."""

from collections.abc import Iterable
from datetime import datetime

from pathways.care.actors import Actor
from pathways.definition.frozen import Frozen


class Enrolment(Frozen):
    """How an episode stands to the places of its programme.

    `criteria` were confirmed by that actor, then. `waits_since`: from when a wait for a place counts, also after the
    enrolment. `offered_at`: when its team was told that a place is free for it; `passed_on_at`: when the next in line
    was told too. `place_of`: it takes one of so many places, until an end frees it.
    """

    criteria: tuple[str, ...]
    confirmed_at: datetime
    confirmed_by: Actor
    waits_since: datetime | None = None
    offered_at: datetime | None = None
    passed_on_at: datetime | None = None
    enrolled_at: datetime | None = None
    place_of: int | None = None


class Measurement(Frozen):
    """A number that was measured `at` a time (UTC), and who recorded it when."""

    measure: str
    value: float
    at: datetime
    recorded_at: datetime
    recorded_by: Actor


class InProgrammeLine(Frozen):
    """An episode on the waiting list of a programme."""

    episode: str
    team: str
    since: datetime
    offered_at: datetime | None = None
    passed_on_at: datetime | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        """What sorts the list: the time alone."""
        return self.since, self.episode


class ProgrammeOccupancy(Frozen):
    """Who has a place in a programme, by reference, and who waits for one."""

    taken: tuple[str, ...] = ()
    waiting: tuple[InProgrammeLine, ...] = ()


def in_order(waiting: Iterable[InProgrammeLine]) -> tuple[InProgrammeLine, ...]:
    """A waiting list, the first to be enrolled at the top."""
    return tuple(sorted(waiting, key=lambda entry: entry.order))
