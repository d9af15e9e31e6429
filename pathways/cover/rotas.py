"""One network's cover: who of a team is on duty, until when, and who answers when nobody of it is.

All instants are aware; those given back are UTC. A team is open while one of its contact points is on duty. What lies
ahead is looked for as far as a year. Nothing here raises for a calendar that is broken, old or missing: by it nobody
is on duty, and the next on the ladder answers.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pathways.cover.feeds import duties_in_month
from pathways.cover.hours import open_in_month
from pathways.cover.limits import after_open_time
from pathways.cover.spans import Span, clipped, merged
from pathways.cover.timelines import AlwaysOpen, Timeline
from pathways.definition.covers import Cover
from pathways.definition.durations import Duration
from pathways.definition.frozen import Frozen
from pathways.definition.networks import ContactPoint, Network

_NO_FEEDS: Mapping[str, str] = MappingProxyType({})


class OnDuty(Frozen):
    """A contact point that answers. `until_at` (UTC) is when it no longer does; None: not within a year."""

    team: str
    contact: str
    until_at: datetime | None


class Rung(Frozen):
    """A contact point on the ladder, on duty or not. `until_at` (UTC) is when that changes; None: not within a year."""

    team: str
    contact: str
    is_open: bool
    until_at: datetime | None


class Rota:
    """The cover of one network. Ask only for teams that the network has. Months once worked out are kept."""

    def __init__(self, network: Network, feeds: Mapping[str, str]) -> None:
        """Take the network, and the text of each calendar by the team whose it is."""
        self._network = network
        self._feeds = feeds
        self._zone = ZoneInfo(network.time_zone)
        self._timelines: dict[tuple[str, str], Timeline] = {}

    def is_open(self, team: str, at: datetime) -> bool:
        """Whether somebody of the team is on duty."""
        return self._team(team).is_open(at.astimezone(UTC))

    def closes_at(self, team: str, at: datetime) -> datetime | None:
        """When the team, open now, is next closed; None if it is not open, or does not close within a year."""
        return self._team(team).changes_at(at.astimezone(UTC)) if self.is_open(team, at) else None

    def opens_at(self, team: str, at: datetime) -> datetime | None:
        """When the team, closed now, is next open; None if it is open, or does not open within a year."""
        return None if self.is_open(team, at) else self._team(team).changes_at(at.astimezone(UTC))

    def on_duty(self, team: str, at: datetime) -> tuple[OnDuty, ...]:
        """The contact points of the team that are on duty, in their order."""
        return tuple(
            OnDuty(team=team, contact=contact.name, until_at=timeline.changes_at(at.astimezone(UTC)))
            for contact in self._network.teams[team].contacts
            if (timeline := self.timeline(team, contact)).is_open(at.astimezone(UTC))
        )

    def ladder(self, team: str, at: datetime) -> tuple[Rung, ...]:
        """Whom to ask, in this order: the team, the team that covers it, the last resort. Each contact point once."""
        return tuple(self._rungs(team, at.astimezone(UTC)))

    def stands_in_for(self, team: str, at: datetime) -> tuple[str, ...]:
        """The teams that are closed, and for which this one answers: because it covers them, or as the last resort."""
        closed = (each for each in self._network.teams if each != team and not self.is_open(each, at))
        return tuple(each for each in closed if team in {rung.team for rung in self.ladder(each, at)})

    def who_answers(self, team: str, at: datetime) -> OnDuty:
        """The first on the ladder who is on duty; `until_at` is when somebody else will be the first.

        In a network that is not sound nobody may be on duty. Then it is the team's first contact point, until `at`.
        """
        changes: list[datetime] = []
        for rung in self._rungs(team, at.astimezone(UTC)):
            changes += [rung.until_at] if rung.until_at else []
            if rung.is_open:
                return OnDuty(team=rung.team, contact=rung.contact, until_at=min(changes, default=None))
        return OnDuty(team=team, contact=self._network.teams[team].contacts[0].name, until_at=at.astimezone(UTC))

    def open_spans(self, team: str, contact: str, start: datetime, end: datetime) -> tuple[Span, ...]:
        """When a contact point of the team is on duty between two instants, in as few spans as possible."""
        point = next(each for each in self._network.teams[team].contacts if each.name == contact)
        return clipped(merged(self.timeline(team, point).spans(start, end)), Span(start, end))

    def add_open_time(self, team: str, start: datetime, limit: Duration) -> datetime:
        """The instant at which a limit that runs in the team's cover time is up: see `pathways.cover.limits`."""
        return after_open_time(self._team(team), self._zone, start.astimezone(UTC), limit)

    def open_time(self, team: str, start: datetime, end: datetime) -> timedelta:
        """How long the team is open between two instants."""
        asked = Span(start.astimezone(UTC), end.astimezone(UTC))
        spans = clipped(self._team(team).spans(asked.start, asked.end), asked)
        return sum((span.end - span.start for span in spans), timedelta())

    def _rungs(self, team: str, at: datetime) -> Iterator[Rung]:
        """What the network names and no longer has, as after damage, is left out."""
        for name, contact in dict.fromkeys(self._steps(team)):
            known = self._network.teams.get(name)
            for point in known.contacts if known else ():
                if point.name == contact:
                    timeline = self.timeline(name, point)
                    is_open, until_at = timeline.is_open(at), timeline.changes_at(at)
                    yield Rung(team=name, contact=contact, is_open=is_open, until_at=until_at)

    def _steps(self, team: str) -> Iterator[tuple[str, str]]:
        for name in filter(None, (team, self._network.teams[team].covered_by)):
            known = self._network.teams.get(name)
            yield from ((name, contact.name) for contact in (known.contacts if known else ()))
        if last := self._network.last_resort:
            yield last.team, last.contact

    def _team(self, team: str) -> Timeline:
        contacts = self._network.teams[team].contacts

        def in_month(month: int) -> tuple[Span, ...]:
            return merged(span for contact in contacts for span in self.timeline(team, contact).in_month(month))

        if (team, "") not in self._timelines:
            is_always = any(self._cover(team, contact).always for contact in contacts)
            self._timelines[team, ""] = AlwaysOpen() if is_always else Timeline(in_month)
        return self._timelines[team, ""]

    def timeline(self, team: str, contact: ContactPoint) -> Timeline:
        """When a contact point of a team is on duty."""
        if (team, contact.name) not in self._timelines:
            is_always = self._cover(team, contact).always
            made = AlwaysOpen() if is_always else Timeline(lambda month: self._duty_of(team, contact, month))
            self._timelines[team, contact.name] = made
        return self._timelines[team, contact.name]

    def _cover(self, team: str, contact: ContactPoint) -> Cover:
        """When a contact point is on duty: as it says itself, or else as its team does."""
        return contact.cover or self._network.teams[team].cover

    def _duty_of(self, team: str, contact: ContactPoint, month: int) -> tuple[Span, ...]:
        """When a contact point is on duty in a month, who is not so always."""
        given, cover = self._network.teams[team], self._cover(team, contact)
        if cover.hours is not None:
            return open_in_month(cover, self._network.country, self._zone, month)
        names = {each.name for each in given.contacts}
        duties = duties_in_month(self._feeds.get(team, ""), self._zone, month)
        return merged(duty.span for duty in duties if duty.name == contact.name or duty.name not in names)


class _Kept:
    """The rotas that were asked for last, by network and feeds, so that their months are worked out once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rotas: dict[int, tuple[Network, Mapping[str, str], Rota]] = {}

    def rota(self, network: Network, feeds: Mapping[str, str]) -> Rota:
        """The rota of this very network with these feeds."""
        kept = self._rotas.get(id(network))
        if kept is not None and kept[0] is network and kept[1] == feeds:
            return kept[2]
        rota = Rota(network, feeds)
        while len(self._rotas) >= self._most:
            self._rotas.pop(next(iter(self._rotas)), None)
        self._rotas[id(network)] = (network, dict(feeds), rota)
        return rota


_kept = _Kept(most=32)


def rota_of(network: Network, feeds: Mapping[str, str] = _NO_FEEDS) -> Rota:
    """The cover of a network; `feeds` are the texts of calendars by team. The last that were asked for are kept."""
    return _kept.rota(network, feeds)
