"""The windows in which something is measured: before, during and after the effort, counted from one day. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pathways.care.episodes import Episode
from pathways.care.programme.values import Measurement
from pathways.definition.frozen import Frozen
from pathways.definition.programmes import Evaluation


class Occasion(StrEnum):
    """When something is measured, as seen from the effort that is evaluated."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Opening(Frozen):
    """From when until when a measurement counts for an occasion (UTC), both included."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether this instant lies within."""
        return self.opens_at <= at <= self.closes_at


def openings(evaluation: Evaluation, start: datetime, zone: ZoneInfo) -> Mapping[Occasion, Opening]:
    """The windows of an effort that starts at this instant, in their order."""
    before, during, after = evaluation.before, evaluation.during, evaluation.after
    return {
        Occasion.BEFORE: Opening(
            opens_at=before.earlier.before(start, zone), closes_at=before.later.after(start, zone)
        ),
        Occasion.DURING: Opening(opens_at=during.opens.after(start, zone), closes_at=during.closes.after(start, zone)),
        Occasion.AFTER: Opening(opens_at=after.opens.after(start, zone), closes_at=after.closes.after(start, zone)),
    }


def effort_began_at(episode: Episode) -> datetime | None:
    """When the effort began (UTC): the enrolment, or the beginning where there is none; None for who only waited."""
    return episode.enrolment.enrolled_at if episode.enrolment else episode.began_at


def counted(
    measurements: Iterable[Measurement], windows: Mapping[Occasion, Opening], measure: str
) -> Mapping[Occasion, float]:
    """What counts for each occasion: of several in one window, that which was recorded last."""
    return {
        occasion: each.value
        for each in measurements
        if each.measure == measure
        for occasion, window in windows.items()
        if window.holds(each.at)
    }
