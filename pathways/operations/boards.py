"""Boards and inboxes: what a network's teams have before them now, as far as it is shown. Reads only.

Whoever shows them says for which team: what is not that team's, it is not given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.clock import Clock
from pathways.cover.rotas import rota_of
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.versions import in_force
from pathways.errors import NotFound
from pathways.store.boards import BoardSide, Card, Chosen, ColumnKey, DeadNotice, SeenBy, TeamWait
from pathways.store.unit_of_work import UnitOfWork

_IN_A_COLUMN = 25
_IN_AN_INBOX = 50


@dataclass(frozen=True)
class Column:
    """A level of a pathway, or a team: the first of its cards, of so many in `total`, the most urgent first."""

    key: ColumnKey
    total: int
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class UnitPlaces:
    """The places of a unit. `free` is below zero where more are there, or expected, than there are open places."""

    unit: str
    places: int
    closed: int
    free: int
    waiting: int


@dataclass(frozen=True)
class Board:
    """A network's board as of one moment. `pathways`: the version in force of each that it carries.

    `covered`: the closed teams for which the team that looks stands in; their episodes are among the cards.
    """

    network: Network
    pathways: Mapping[str, Pathway]
    at: datetime
    columns: tuple[Column, ...]
    units: tuple[UnitPlaces, ...]
    covered: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many episodes there are, shown or not."""
        return sum(column.total for column in self.columns)

    def days_at_level(self, card: Card) -> int:
        """How many midnights the patient has been at the level, by the network's own days."""
        zone = ZoneInfo(self.network.time_zone)
        return (self.at.astimezone(zone).date() - card.since.astimezone(zone).date()).days


@dataclass(frozen=True)
class Inbox:
    """What a team is waited for, and the closed teams for which it stands in, as of one moment; most urgent first.

    `counts`: how many things each of them is waited for, shown or not. `dead`: notices given up on.
    """

    network: Network
    at: datetime
    items: tuple[TeamWait, ...]
    counts: Mapping[str, int]
    dead: tuple[DeadNotice, ...]
    covered: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many things there are to do, with the notices that are shown as given up on."""
        return sum(self.counts.values()) + len(self.dead)


class BoardOperations:
    """Reads boards and inboxes, and says when they have changed."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def board(
        self,
        network: str,
        *,
        team: str | None = None,
        responsible: str | None = None,
        unit: str | None = None,
        district: str | None = None,
        pathway: str | None = None,
        by: BoardSide = BoardSide.LEVEL,
        limit: int = _IN_A_COLUMN,
        column: ColumnKey | None = None,
        skip: int = 0,
    ) -> Board:
        """The episodes of a network that are not over, in columns, of each the first `limit`.

        `team`: only those in which this team has a part, or a closed one for which it stands in; None: all. The others
        narrow further: `responsible` to those of a team. `column` gives one column alone, after the first `skip` cards.
        Raises NotFound.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            now = self._clock()
            found = work.definitions.network(network)
            covered = _covered(work, found, team, now) if team else ()
            chosen = Chosen(
                network,
                (team, *covered) if team else None,
                seen_by(found, team) if team else None,
                responsible,
                unit,
                district,
                pathway,
            )
            totals = work.boards.totals(chosen, by)
            pathways = _in_force(work, found, now)
            keys = [column] if column else _keys(found, _one_of(pathways, pathway), by, totals)
            cards = work.boards.cards(chosen, by, [key for key in keys if key in totals], limit, skip)
            return Board(
                network=found,
                pathways=pathways,
                at=now,
                columns=tuple(Column(key, totals.get(key, 0), cards.get(key, ())) for key in keys),
                units=_places(work, found, now),
                covered=covered,
            )

    def inbox(self, network: str, team: str, limit: int = _IN_AN_INBOX) -> Inbox:
        """What a team has to do next, at most `limit` things and as many notices given up on. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            now = self._clock()
            found = work.definitions.network(network)
            covered = _covered(work, found, team, now)
            teams, own = (team, *covered), seen_by(found, team)
            return Inbox(
                network=found,
                at=now,
                items=work.boards.inbox(network, teams, own, limit, now),
                counts=work.boards.counts(network, teams, own),
                dead=work.boards.dead(network, own, limit),
                covered=covered,
            )

    def stamp(self, network: str) -> str:
        """A short text that is another one after each change of what a network's boards and inboxes show. Cheap.

        What time alone changes, such as a limit that passes or a desk that closes, it does not tell.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            return work.boards.stamp(network)


def seen_by(network: Network, team: str) -> SeenBy:
    """Who looks, as a team of this network; one that has left it is of no organisation."""
    found = network.teams.get(team)
    return SeenBy(team, found.organisation if found else "")


def _covered(work: UnitOfWork, network: Network, team: str, now: datetime) -> tuple[str, ...]:
    if team not in network.teams:
        raise NotFound("The network has no team of that name.", "Its teams: {choices}.", choices=tuple(network.teams))
    return rota_of(network, work.cover.feeds(network.network)).stands_in_for(team, now)


def _in_force(work: UnitOfWork, network: Network, now: datetime) -> Mapping[str, Pathway]:
    published = work.definitions.all_pathways()
    day = now.astimezone(ZoneInfo(network.time_zone)).date()
    found = {name: in_force(name, published, day, network.pathways) for name in network.pathways}
    return {name: pathway for name, pathway in found.items() if pathway}


def _one_of(pathways: Mapping[str, Pathway], name: str | None) -> Iterable[Pathway]:
    return [pathway for pathway in pathways.values() if name in (None, pathway.pathway)]


def _keys(network: Network, pathways: Iterable[Pathway], by: BoardSide, totals: Iterable[ColumnKey]) -> list[ColumnKey]:
    """The columns in a lasting order: every level in force, then those of earlier versions; teams that have anybody."""
    if by is BoardSide.TEAM:
        there = set(totals)
        return [(team,) for team in network.teams if (team,) in there]
    levels = [(pathway.pathway, level) for pathway in pathways for level in pathway.levels]
    return list(dict.fromkeys([*levels, *sorted(totals)]))


def _places(work: UnitOfWork, network: Network, now: datetime) -> tuple[UnitPlaces, ...]:
    occupancy = work.places.occupancy(network.network, tuple(network.units), now)
    return tuple(
        UnitPlaces(
            unit=key,
            places=network.units[key].places,
            closed=there.closed,
            free=network.units[key].places - there.closed - len(there.claims),
            waiting=len(there.waiting),
        )
        for key, there in occupancy.items()
    )
