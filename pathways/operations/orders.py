"""Orders, visits and the fixed contact as the database knows them: a complication, a team's day, and the continuity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.care.actors import Actor
from pathways.care.commands import Command
from pathways.care.episodes import Episode
from pathways.care.orders.commands import RecordComplication
from pathways.care.orders.schedules import visits_of
from pathways.care.orders.values import Order, RecordedVisit, Visit
from pathways.care.recording import Decision
from pathways.care.references import ReferenceKind, new_reference
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class DayVisit:
    """One visit of a team's day: whose, of which order, when, and what became of it, if somebody has said so."""

    episode: str
    order: Order
    visit: Visit
    said: RecordedVisit | None


@dataclass(frozen=True)
class ContinuityOf:
    """What is counted of the fixed contacts of one pathway: episodes, those with a contact now, handovers, breaks."""

    pathway: str
    episodes: int
    with_contact: int
    kept: int
    breaks: int


class OrderOperations:
    """Records complications, and shows visits and continuity. `perform` does a command, as `Operations` does it."""

    def __init__(self, engine: Engine, clock: Clock, perform: Callable[[str, Command], Decision]) -> None:
        self._engine = engine
        self._clock = clock
        self._perform = perform

    def complication(self, episode: str, actor: Actor, order: int, words: str) -> str:
        """Record a complication: the visits stop, and the patient is moved back. Gives the handover. Raises Refused."""
        with UnitOfWork(self._engine, writes=False) as work:
            reference = new_reference(ReferenceKind.HANDOVER)
            while work.episodes.exists(reference):
                reference = new_reference(ReferenceKind.HANDOVER)
        command = RecordComplication(actor=actor, order=order, words=words, reference=reference)
        decision = self._perform(episode, command)
        handover = decision.episode.open_handover
        return handover.reference if handover else reference

    def today(self, episode: str) -> date:
        """The day that it is where an episode is. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            network = work.definitions.network(work.episodes.network_of(episode))
        return self._clock().astimezone(ZoneInfo(network.time_zone)).date()

    def day(self, network: Network, team: str, day: date | None = None) -> tuple[DayVisit, ...]:
        """The visits of a team on a local day, today where none is named, of the orders that are not over; by time."""
        zone = ZoneInfo(network.time_zone)
        wanted = day or self._clock().astimezone(zone).date()
        found = [
            DayVisit(episode.reference, order, visit, order.visits.get(visit.key))
            for episode in self._with_orders(network)
            for order in episode.orders.values()
            for visit in visits_of(order, zone)
            if visit.team == team and visit.at.astimezone(zone).date() == wanted
        ]
        return tuple(sorted(found, key=lambda each: (each.visit.at, each.episode, each.order.number)))

    def continuity(self, network: Network) -> tuple[ContinuityOf, ...]:
        """How the fixed contacts of a network's pathways have been kept, over all its episodes, ended ones too."""
        with UnitOfWork(self._engine, writes=False) as work:
            found = list(work.episodes.many(work.episodes.of_network(network.network)))
        return tuple(
            ContinuityOf(
                pathway=pathway,
                episodes=len(mine),
                with_contact=sum(each.continuity.contact is not None for each in mine),
                kept=sum(each.continuity.kept for each in mine),
                breaks=sum(len(each.continuity.breaks) for each in mine),
            )
            for pathway in network.pathways
            if (mine := [each for each in found if each.pathway == pathway])
        )

    def _with_orders(self, network: Network) -> Sequence[Episode]:
        with UnitOfWork(self._engine, writes=False) as work:
            return list(work.episodes.many(work.episodes.with_orders(network.network)))
