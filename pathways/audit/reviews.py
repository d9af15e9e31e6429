"""A review of the audit log: the cases that were drawn, by whom and from which time, until when, and what was found."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pathways.audit.samples import Case
from pathways.definition.frozen import Frozen

TIME_TO_DO = timedelta(days=14)
"""Within this time after it was drawn, what was found in a review is to be written down."""


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


class Drawn(Frozen):
    """Cases of a network's log from `since_at` until before `until_at`, to be looked at by `due_at`.

    `organisation`: of whose teams alone the cases are; None, of all.
    """

    network: str
    organisation: str | None = None
    since_at: datetime
    until_at: datetime
    drawn_at: datetime
    drawn_by: str
    due_at: datetime
    cases: tuple[Case, ...]


class Found(Frozen):
    """What a reviewer found: whether all is in order, in words, who says so and when."""

    done_at: datetime
    done_by: str
    is_in_order: bool
    finding: str


class Review(Frozen):
    """What was drawn and, once it is done, what was found."""

    number: int
    drawn: Drawn
    found: Found | None = None

    def state(self, now: datetime) -> ReviewState:
        """Where it stands."""
        if self.found:
            return ReviewState.DONE
        return ReviewState.OVERDUE if self.drawn.due_at <= now else ReviewState.OPEN


def next_at(reviews: Iterable[Review], begun_at: datetime, every: timedelta) -> datetime:
    """When the next review of a log that began at an instant is to be drawn: so long after the time seen so far."""
    return max((review.drawn.until_at for review in reviews), default=begun_at) + every
