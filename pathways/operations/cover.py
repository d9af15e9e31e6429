"""Who answers for a team, as the database knows it, and the copies of calendars that this rests on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import Engine

from pathways.clock import Clock
from pathways.cover.rotas import Rota, rota_of
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused
from pathways.notices.contacts import Contacts
from pathways.notices.outcomes import NotSent
from pathways.operations.calendar_checks import fault_within_limits
from pathways.operations.calendars import FetchFault, fetch_calendar
from pathways.phrases import Phrase
from pathways.store.unit_of_work import UnitOfWork

OLD = timedelta(days=1)
"""The age from which a copy is old: it has been fetched every hour, and for a day in vain."""

_TIMEOUT_SECONDS = 15.0

Fetch = Callable[[SecretStr, float], str | FetchFault]
"""Gives the text at an address, or why it could not be had, within so many seconds for each answer."""


@dataclass(frozen=True)
class Copy:
    """The copy of one team's calendar: when it was fetched, if ever, its age, and the code of the last failure."""

    network: str
    team: str
    fetched_at: datetime | None
    age: timedelta | None
    error: str | None

    @property
    def is_old(self) -> bool:
        """Whether there is no copy, or one that cannot be relied on any more."""
        return self.age is None or self.age >= OLD


class CoverOperations:
    """Refreshes the copies of calendars, and gives the rota of a network by them."""

    def __init__(self, engine: Engine, contacts: Contacts, clock: Clock, fetch: Fetch = fetch_calendar) -> None:
        self._engine = engine
        self._contacts = contacts
        self._clock = clock
        self._fetch = fetch

    def refresh(self, network: str | None = None) -> tuple[Copy, ...]:
        """Fetch the calendars of one network or of all. What cannot be had or used leaves the last good copy.

        Raises NotFound for an unknown network; never for what an address or a calendar does.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            networks = [work.definitions.network(network)] if network else list(work.definitions.networks())
        for each in networks:
            for team, calendar in _calendars(each):
                content, error = self._tried(calendar, ZoneInfo(each.time_zone))
                with UnitOfWork(self._engine) as work:
                    if error is None:
                        work.cover.fetched(each.network, team, content, self._clock())
                    else:
                        work.cover.failed(each.network, team, error, self._clock())
                    work.commit()
        return tuple(copy for each in networks for copy in self.copies(each))

    def copies(self, network: Network) -> tuple[Copy, ...]:
        """What is known of the copy of each calendar of a network, also of those never fetched."""
        with UnitOfWork(self._engine, writes=False) as work:
            rows = {row.team: row for row in work.cover.copies(network.network)}
        found = []
        for team, _calendar in _calendars(network):
            row = rows.get(team)
            fetched_at = row.fetched_at if row else None
            age = self._clock() - fetched_at if fetched_at else None
            found.append(Copy(network.network, team, fetched_at, age, row.error if row else None))
        return tuple(found)

    def networks(self) -> Sequence[Network]:
        """All networks as they are now."""
        with UnitOfWork(self._engine, writes=False) as work:
            return work.definitions.networks()

    def network_of(self, team: str, network: str | None = None) -> Network:
        """The network that has this team, or the one named if it does. Raises NotFound, or Refused where many have."""
        with UnitOfWork(self._engine, writes=False) as work:
            asked = [work.definitions.network(network)] if network else work.definitions.networks()
        found = [each for each in asked if team in each.teams]
        if not found:
            teams = tuple(name for each in asked for name in each.teams)
            raise NotFound(
                "There is no team of that name.",
                "Teams: {teams}.",
                teams=teams or Phrase("none; apply a network first"),
            )
        if len(found) > 1:
            names = tuple(each.network for each in found)
            raise Refused(
                "Several networks have that team: {networks}.", "Name one of them.", command="--network", networks=names
            )
        return found[0]

    def rota(self, network: Network) -> Rota:
        """The cover of a network, by the last good copies of its calendars."""
        with UnitOfWork(self._engine, writes=False) as work:
            return rota_of(network, feeds=work.cover.feeds(network.network))

    def stood_in_for(self, network: Network, team: str) -> tuple[str, ...]:
        """The closed teams of a network for which this one answers now."""
        return self.rota(network).stands_in_for(team, self._clock())

    def _tried(self, calendar: str, zone: ZoneInfo) -> tuple[str, str | None]:
        """The text of a calendar, or the code of what is wrong."""
        address = self._contacts.address(calendar)
        if isinstance(address, NotSent):
            return "", FetchFault.NO_ADDRESS
        content = self._fetch(address, _TIMEOUT_SECONDS)
        if isinstance(content, FetchFault):
            return "", content
        return content, fault_within_limits(content, zone, self._clock())


def _calendars(network: Network) -> list[tuple[str, str]]:
    """The teams that have a calendar, with the secret's name of its address."""
    return [(key, team.cover.calendar) for key, team in network.teams.items() if team.cover.calendar]
