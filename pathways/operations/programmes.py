"""Programmes: tells who waits first that a place is free, and shows who has one and who waits. It enrols nobody."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from pathways.care.actors import SYSTEM
from pathways.care.commands import Command
from pathways.care.episodes import Episode
from pathways.care.programme.commands import OfferEnrolment
from pathways.care.programme.values import InProgrammeLine, ProgrammeOccupancy
from pathways.care.recording import Decision
from pathways.care.states import EpisodeStatus
from pathways.clock import Clock
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.errors import Failed, NotFound, Refused
from pathways.phrases import Phrase
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.programmes")


@dataclass(frozen=True)
class ProgrammeView:
    """One programme in one network as of one moment. `cap`: of the version in force; None where there is none."""

    network: Network
    pathway: Pathway
    occupancy: ProgrammeOccupancy

    @property
    def cap(self) -> int | None:
        """How many places it has."""
        return self.pathway.enrolment.cap if self.pathway.enrolment else None

    @property
    def free(self) -> int | None:
        """Places that nobody has; below zero where an earlier version had more. None without a cap."""
        return None if self.cap is None else self.cap - len(self.occupancy.taken)


class ProgrammeOperations:
    """Offers and shows places of programmes. `perform` does a command, as `Operations` does it."""

    def __init__(self, engine: Engine, clock: Clock, perform: Callable[[str, Command], Decision]) -> None:
        self._engine = engine
        self._clock = clock
        self._perform = perform

    def offer(self, network: str | None = None, pathway: str | None = None) -> int:
        """Tell those who wait first of free places, in one programme or in all; gives how many were told.

        One that cannot be told stops no other: it is logged, and tried again by `watch`. Raises Failed only when the
        database does not answer at all.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            known = work.programmes.waited_for()
            wanted = [each for each in known if network in (None, each[0]) and pathway in (None, each[1])]
            waiting = [entry for each in wanted for entry in work.programmes.occupancy(*each).waiting]
        return sum(self._offered(entry) for entry in waiting if entry.offered_at is None)

    def offer_quietly(self, network: str, pathway: str) -> None:
        """As `offer`, after a commit: it never raises, and what fails here `watch` does later."""
        try:
            self.offer(network, pathway)
        except Failed as failure:
            _log.error("The free places of %s are offered later: %s", pathway, failure)

    def _offered(self, entry: InProgrammeLine) -> bool:
        try:
            return bool(self._perform(entry.episode, OfferEnrolment(actor=SYSTEM)).events)
        except (Failed, Refused) as error:
            _log.error("A place could not be offered to %s: %s", entry.episode, error)
            return False

    def shown(self, pathway: str, network: str | None = None) -> tuple[ProgrammeView, ...]:
        """A programme in every network that carries it, or in one of them, as of one moment. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            versions = [each for each in work.definitions.all_pathways() if each.pathway == pathway]
            if not versions:
                known = dict.fromkeys(each.pathway for each in work.definitions.all_pathways())
                names = tuple(known) or Phrase("none; publish one first")
                raise NotFound(
                    "There is no pathway of that name.",
                    "Published pathways: {pathways}.",
                    command="" if known else "handslag apply",
                    pathways=names,
                )
            networks = [work.definitions.network(network)] if network else work.definitions.networks()
            return tuple(
                ProgrammeView(each, self._latest(versions, each), work.programmes.occupancy(each.network, pathway))
                for each in networks
                if pathway in each.pathways
            )

    def _latest(self, versions: Sequence[Pathway], network: Network) -> Pathway:
        """The latest version that has begun where the network is, or else the first that is to begin."""
        today = self._clock().astimezone(ZoneInfo(network.time_zone)).date()
        begun = [version for version in versions if version.in_force_from <= today]
        return begun[-1] if begun else versions[0]


def may_free_a_place(before: Episode, after: Episode) -> bool:
    """Whether what happened may let somebody who waits have a place: one left its place, or the line."""
    if before.enrolment is None or after.enrolment is None:
        return False
    has_left_the_line = before.status is EpisodeStatus.WAITLIST and after.status is not EpisodeStatus.WAITLIST
    is_passed_on = after.enrolment.passed_on_at is not None and before.enrolment.passed_on_at is None
    has_left_its_place = before.enrolment.place_of is not None and after.enrolment.place_of is None
    return has_left_the_line or is_passed_on or has_left_its_place
