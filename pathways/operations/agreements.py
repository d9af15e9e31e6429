"""What the agreements say: which version is in force where, and who has which part in a task at a level. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.clock import Clock
from pathways.definition.agreements import Duties
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.versions import Term, begins_at, in_force, terms
from pathways.errors import NotFound
from pathways.phrases import Phrase
from pathways.store.unit_of_work import UnitOfWork

PARTS = ("responsible", "carries_out", "consulted", "informed")
"""The parts that a role may have in a task, the largest first."""


@dataclass(frozen=True)
class Party:
    """A role with a part in a task, and the teams of the network that have it."""

    part: str
    role: str
    teams: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Who has which part in a task at a level, by the version in force in a network on a day."""

    network: Network
    pathway: Pathway
    task: str
    level: str
    day: date
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class AgreementInForce:
    """When a version of a pathway is in force in a network, and whether it is on the day asked for.

    `begins_at`: the instant (UTC) from which it is.
    """

    network: str
    term: Term
    holds: bool
    begins_at: datetime


class Agreements:
    """Answers from the published agreements, on one database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def who(
        self, task: str, level: str | None = None, day: date | None = None, network: str | None = None
    ) -> Sequence[Answer]:
        """Who has which part in a task, at one level or at each, on a day (left out: today where the network is).

        Raises NotFound where no agreement in force on that day divides such a task.
        """
        versions, networks = self._published(network)
        found: list[Answer] = []
        known: set[str] = set()
        for each in networks:
            for pathway, on in self._in_force(versions, each, day):
                known |= set(pathway.tasks)
                found += _answers(each, pathway, on, task, level)
        if not found:
            at = Phrase("at that level ") if level and task in known else ""
            tasks = Phrase("Tasks: {tasks}.", tasks=tuple(sorted(known)))
            mend = Phrase("Leave the level out.") if task in known else tasks
            if not known:
                mend = Phrase(
                    "None divides any then: see from when to when each is in force.", command="handslag agreements"
                )
            raise NotFound("No agreement in force then divides that task {at}among roles.", mend, at=at)
        return found

    def listed(self, day: date | None = None, network: str | None = None) -> Sequence[AgreementInForce]:
        """Every version of every pathway of the networks with its time in force."""
        versions, networks = self._published(network)
        return [
            AgreementInForce(
                network=each.network,
                term=term,
                holds=term.holds_on(day or self._today(each)),
                begins_at=begins_at(term.first, ZoneInfo(each.time_zone)),
            )
            for each in networks
            for name in each.pathways
            for term in terms(name, versions, each.pathways)
        ]

    def version(self, name: str, day: date | None = None) -> Pathway:
        """A published version: that of a day, or the last. Raises NotFound."""
        versions, _networks = self._published(None)
        mine = [each for each in versions if each.pathway == name and day in (None, each.in_force_from)]
        if not mine:
            known = tuple(sorted(f"{each.pathway}@{each.version}" for each in versions))
            raise NotFound(
                "There is no such version.", "Published: {versions}; or name a file.", versions=known or Phrase("none")
            )
        return mine[-1]

    def _published(self, network: str | None) -> tuple[Sequence[Pathway], Sequence[Network]]:
        with UnitOfWork(self._engine, writes=False) as work:
            networks = [work.definitions.network(network)] if network else work.definitions.networks()
            return work.definitions.all_pathways(), networks

    def _in_force(
        self, versions: Sequence[Pathway], network: Network, day: date | None
    ) -> Iterator[tuple[Pathway, date]]:
        on = day or self._today(network)
        for name in network.pathways:
            found = in_force(name, versions, on, network.pathways)
            if found is not None:
                yield found, on

    def _today(self, network: Network) -> date:
        return self._clock().astimezone(ZoneInfo(network.time_zone)).date()


def _answers(network: Network, pathway: Pathway, day: date, task: str, level: str | None) -> Iterator[Answer]:
    levels = pathway.tasks[task].levels if task in pathway.tasks else {}
    for name, duties in levels.items():
        if level in (None, name):
            parties = tuple(_parties(network, duties))
            yield Answer(network=network, pathway=pathway, task=task, level=name, day=day, parties=parties)


def _parties(network: Network, duties: Duties) -> Iterator[Party]:
    for part in PARTS:
        roles = {"responsible": (duties.responsible,), "carries_out": duties.doers}.get(part) or getattr(duties, part)
        for role in roles:
            yield Party(part=part, role=role, teams=network.teams_in(role))
