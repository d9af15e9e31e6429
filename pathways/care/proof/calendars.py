"""What a year of a network's desks makes of a pathway: hours at which nobody answers, and limits that cross.

A year is gone through by the instants at which a desk opens or closes. Between two of them nothing changes.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pathways.cover.rotas import rota_of
from pathways.cover.spans import Span, clipped, merged
from pathways.cover.timelines import A_YEAR
from pathways.definition.durations import Duration, Unit, first_instant
from pathways.definition.models import Pathway, TimeCounted
from pathways.definition.networks import Network


class Crossing(NamedTuple):
    """A request at `at` (UTC) whose answer is due only when its `limit` (`arrive` or `stale`) has passed.

    `due_at` is when the answer is due, `passes_at` when the limit passes.
    """

    team: str
    move: str
    urgency: str
    limit: str
    at: datetime
    due_at: datetime
    passes_at: datetime


class Year:
    """A network's year from a date on, with its local midnights as ends."""

    def __init__(self, network: Network, begin: date) -> None:
        self._network = network
        self.zone = ZoneInfo(network.time_zone)
        self._rota = rota_of(network)
        start = first_instant(datetime.combine(begin, datetime.min.time(), self.zone), self.zone)
        self.whole = Span(start, start + A_YEAR)

    def told(self, at: datetime) -> str:
        """An instant as people of the network say it: `Saturday 2 January 2027 at 02:00`."""
        local = at.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"

    def closed(self, teams: Sequence[str]) -> tuple[Span, ...]:
        """When nobody of any of these teams is on duty."""
        return _gaps(merged(span for team in teams for span in self._open(team)), self.whole)

    def circles(self) -> Iterator[tuple[tuple[str, ...], datetime]]:
        """Teams that cover one another round, where there is an hour at which all of them are closed, and the first."""
        covered = {key: team.covered_by for key, team in self._network.teams.items()}
        told: set[str] = set()
        for key in covered:
            round_, here = [key], covered[key]
            while here is not None and here in covered and here not in round_:
                round_.append(here)
                here = covered[here]
            if here == key and key not in told:
                told.update(round_)
                if gaps := self.closed(round_):
                    yield tuple(round_), gaps[0].start

    def unanswered(self) -> Iterator[tuple[str, tuple[str, ...], datetime]]:
        """Teams for which at some hour nobody answers: the team, whom else it has, and the first such instant."""
        last = self._network.last_resort
        for key, team in self._network.teams.items():
            ladder = (key, *((team.covered_by,) if team.covered_by in self._network.teams else ()))
            spans = [span for each in ladder for span in self._open(each)]
            if last and last.team in self._network.teams:
                spans += self._open(last.team, last.contact)
            if gaps := _gaps(merged(spans), self.whole):
                yield key, ladder, gaps[0].start

    def crossings(self, pathway: Pathway) -> Iterator[Crossing]:
        """Requests whose answer, counted in the hours of the receiver, is due after another limit: one for each."""
        for name, move in pathway.moves.items():
            for urgency, limits in move.urgencies.items():
                rules = pathway.rules_for(urgency)
                if rules.answer_counts is not TimeCounted.COVER:
                    continue
                others = {"arrive": limits.arrive} | ({"stale": rules.stale} if rules.stale else {})
                for team in self._network.teams_in(pathway.levels[move.to].responsible):
                    found = self._crossing(team, limits.answer, others)
                    yield from (Crossing(team, name, urgency, limit, *times) for limit, times in found.items())

    def _crossing(
        self, team: str, answer: Duration, others: dict[str, Duration]
    ) -> dict[str, tuple[datetime, datetime, datetime]]:
        """For each other limit the first request at which the answer is due at its end or later."""
        found: dict[str, tuple[datetime, datetime, datetime]] = {}
        seen: set[object] = set()
        for at, alike in self._closings(team, max(others.values(), key=lambda limit: limit.approximate_seconds)):
            if alike in seen:
                continue
            seen.add(alike)
            due_at = self._rota.add_open_time(team, at, answer)
            for name, limit in others.items():
                passes_at = limit.after(at, self.zone)
                if due_at >= passes_at and name not in found:
                    found[name] = (at, due_at, passes_at)
        return found

    def _closings(self, team: str, ahead: Duration) -> Iterator[tuple[datetime, object]]:
        """When the team closes, each with what lies ahead of it for so long: where that is alike, limits are too."""
        opened = self._open(team)
        reach = timedelta(seconds=ahead.approximate_seconds + 172_800)
        for place, span in enumerate(opened[:-1]):
            local = span.end.astimezone(self.zone)
            near = takewhile(partial(_starts_by, span.end + reach), opened[place + 1 :])
            following = tuple((later.start - span.end, later.end - span.end) for later in near)
            yield span.end, (local.time(), following, ahead.unit is Unit.MONTH and local.date())

    def _open(self, team: str, contact: str | None = None) -> tuple[Span, ...]:
        contacts = self._network.teams[team].contacts
        wanted = [each.name for each in contacts if contact in (None, each.name)]
        spans = (span for name in wanted for span in self._rota.open_spans(team, name, *self.whole))
        return merged(spans)


def _starts_by(latest: datetime, span: Span) -> bool:
    return span.start <= latest


def _gaps(opened: Sequence[Span], whole: Span) -> tuple[Span, ...]:
    """The time of `whole` that lies in none of these spans."""
    starts = [whole.start, *(span.end for span in opened)]
    ends = [*(span.start for span in opened), whole.end]
    return clipped((Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end), whole)
