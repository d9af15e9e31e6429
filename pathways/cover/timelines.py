"""When somebody is on duty, as far as anybody asks: worked out month by month, and kept. All instants are UTC."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from pathways.cover.spans import Span, month_of, month_span

A_YEAR = timedelta(days=366)
"""How far ahead a change is looked for."""

_MONTHS_KEPT = 64


class Timeline:
    """The open time of a team, or the duty of a contact point."""

    def __init__(self, in_month: Callable[[int], tuple[Span, ...]]) -> None:
        """Take what works out a month (of UTC): its open spans, merged, in order, none reaching out of the month."""
        self._in_month = lru_cache(maxsize=_MONTHS_KEPT)(in_month)

    def in_month(self, month: int) -> tuple[Span, ...]:
        """The open spans of a month, merged, in order, none reaching out of the month."""
        return self._in_month(month)

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at this instant."""
        return any(span.holds(at) for span in self.in_month(month_of(at)))

    def changes_at(self, at: datetime) -> datetime | None:
        """When it closes if it is open, and opens if it is closed; None: not within a year."""
        spans = self.spans(at, at + A_YEAR)
        first = next(spans, None)
        if first is None or at < first.start:
            return first and first.start
        end = first.end
        for span in spans:
            if end < span.start:
                break
            end = span.end
        return end if end < at + A_YEAR else None

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The open spans with some time between two instants, in order; one that runs over a month's end is two."""
        for month in range(month_of(start), month_of(end) + 1):
            yield from (span for span in self.in_month(month) if start < span.end and span.start < end)


class AlwaysOpen(Timeline):
    """The open time of somebody who is there every hour of the year: no month need be worked out to know it."""

    def __init__(self) -> None:
        super().__init__(lambda month: (month_span(month),))

    def is_open(self, at: datetime) -> bool:
        """At every instant."""
        return True

    def changes_at(self, at: datetime) -> datetime | None:
        """Never."""
        return None
