"""How an episode has gone, as a small chart: where the patient was, the phases of illness and the scores, over time.

Places are in thousandths of the width, from the beginning to the end or to now; of scores in hundredths of the height,
the highest score that the instrument gives at the top.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from pathways.care.episodes import Episode
from pathways.care.events import FactRecorded, Recorded, in_true_order
from pathways.care.patient import PhaseOfIllness, Score
from pathways.definition.conditions import SCORES, Instrument, Phase
from pathways.operations.views import EpisodeView

_SHORTEST = timedelta(minutes=1)
_WIDTH, _EDGE, _HEIGHT = 1000, 8, 84
_MOST_ROWS = 60


class Span(NamedTuple):
    """A stretch of time, and where it is drawn. A short one is drawn wide enough to be seen."""

    from_at: datetime
    until_at: datetime
    x: int
    width: int


class Lane(NamedTuple):
    """A level, by its name, or a phase, and when the patient was in it."""

    key: str
    spans: tuple[Span, ...]


class Point(NamedTuple):
    """A score, and where it is drawn."""

    at: datetime
    score: int
    x: int
    y: int


class Scores(NamedTuple):
    """The scores of an instrument, in order; at least one."""

    instrument: Instrument
    points: tuple[Point, ...]

    @property
    def line(self) -> str:
        """The points joined, as the path of a drawing."""
        return "M" + " L".join(f"{point.x} {point.y}" for point in self.points)

    @property
    def dots(self) -> str:
        """Each point by itself, as the path of a drawing."""
        return " ".join(f"M{point.x} {point.y}h0" for point in self.points)


class Row(NamedTuple):
    """The same in words: `what` is `level`, `phase` or an instrument."""

    at: datetime
    what: str
    value: str


@dataclass(frozen=True)
class Chart:
    """The chart of an episode. `rows`: the latest of it, the latest first, of so many in `rows_count`."""

    from_at: datetime
    until_at: datetime
    levels: tuple[Lane, ...]
    phases: tuple[Lane, ...]
    scores: tuple[Scores, ...]
    rows: Sequence[Row]
    rows_count: int


def chart_of(view: EpisodeView, now: datetime) -> Chart:
    """How an episode has gone until now (UTC), or until it ended."""
    episode = view.episode
    until_at = episode.ended_at or now
    scale = _Scale(episode.began_at, max(until_at, episode.began_at + _SHORTEST))
    facts = [each for each in in_true_order(view.history) if isinstance(each.event, FactRecorded)]
    stays = [(stay.from_at, stay.until_at or until_at, stay.level) for stay in episode.stays]
    phases = list(_phases(facts, until_at))
    scores = tuple(_scores(facts, scale))
    rows = sorted(_rows(episode, phases, scores), key=lambda row: row.at, reverse=True)
    return Chart(
        from_at=scale.from_at,
        until_at=until_at,
        levels=tuple(_lanes(list(view.pathway.levels), stays, scale)),
        phases=tuple(_lanes(list(Phase), phases, scale)),
        scores=scores,
        rows=rows[:_MOST_ROWS],
        rows_count=len(rows),
    )


class _Scale(NamedTuple):
    from_at: datetime
    until_at: datetime

    def x(self, at: datetime) -> int:
        share = (at - self.from_at) / (self.until_at - self.from_at)
        return round(_WIDTH * min(max(share, 0), 1))

    def span(self, from_at: datetime, until_at: datetime) -> Span:
        width = max(self.x(until_at) - self.x(from_at), _EDGE)
        return Span(from_at, until_at, min(self.x(from_at), _WIDTH - width), width)


_Stretch = tuple[datetime, datetime, str]


def _lanes(order: Sequence[str], stretches: Sequence[_Stretch], scale: _Scale) -> Iterator[Lane]:
    """One lane for each thing that was, in this order; what an earlier version called so comes last."""
    there = dict.fromkeys(key for _from, _until, key in stretches)
    for key in [*(key for key in order if key in there), *(key for key in there if key not in order)]:
        yield Lane(key, tuple(scale.span(since, until) for since, until, each in stretches if each == key))


def _phases(facts: Sequence[Recorded], until_at: datetime) -> Iterator[_Stretch]:
    """Each phase until the next was recorded. The same recorded again goes on."""
    found: list[tuple[datetime, str]] = []
    for recorded in facts:
        match recorded.event:
            case FactRecorded(fact=PhaseOfIllness(phase=phase)) if not found or found[-1][1] != phase:
                found.append((recorded.true_at, phase))
    for (since, key), (until, _next) in pairwise([*found, (until_at, "")]):
        yield since, until, key


def _scores(facts: Sequence[Recorded], scale: _Scale) -> Iterator[Scores]:
    points: dict[Instrument, list[Point]] = {}
    for recorded in facts:
        match recorded.event:
            case FactRecorded(fact=Score(instrument=instrument, score=score)):
                possible = SCORES[instrument]
                share = (score - possible[0]) / (possible[-1] - possible[0])
                y = 100 - _EDGE - round(_HEIGHT * share)
                points.setdefault(instrument, []).append(Point(recorded.true_at, score, scale.x(recorded.true_at), y))
    for instrument in Instrument:
        if instrument in points:
            yield Scores(instrument, tuple(points[instrument]))


def _rows(episode: Episode, phases: Sequence[_Stretch], scores: Sequence[Scores]) -> Iterator[Row]:
    yield from (Row(stay.from_at, "level", stay.level) for stay in episode.stays)
    yield from (Row(since, "phase", phase) for since, _until, phase in phases)
    for each in scores:
        yield from (Row(point.at, each.instrument, str(point.score)) for point in each.points)
