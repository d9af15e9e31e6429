"""Stretches of time, and the months (of UTC) in which they are worked out and kept. Knows nothing of teams."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple


class Span(NamedTuple):
    """From `start` to just before `end`, both UTC, `start` before `end`."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in the span. Its end does not."""
        return self.start <= at < self.end


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in as few spans as possible, in order; spans that touch become one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def clipped(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """What of the spans lies inside `within`."""
    cut = (Span(max(span.start, within.start), min(span.end, within.end)) for span in spans)
    return tuple(span for span in cut if span.start < span.end)


def month_of(at: datetime) -> int:
    """The number of the month in which this instant (UTC) lies, counted through the years."""
    return at.year * 12 + at.month - 1


def month_span(month: int) -> Span:
    """The whole month with this number."""
    return Span(_begin_of(month), _begin_of(month + 1))


def _begin_of(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
