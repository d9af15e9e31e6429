"""Places of units: who gets one that becomes free, which are closed, and what is to be seen of them."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from pathways.care.actors import SYSTEM, Actor
from pathways.care.amounts import require_day, require_number
from pathways.care.closings import Closing, require_closable, without_a_place
from pathways.care.commands import Command, OfferPlace
from pathways.care.episodes import Episode
from pathways.care.occupancy import Claim, InLine, UnitOccupancy, claims_of, sorted_line
from pathways.care.recording import Decision
from pathways.care.texts import require_text, require_texts
from pathways.clock import Clock
from pathways.definition.networks import CareUnit, Network
from pathways.errors import Failed, NotFound, Refused
from pathways.store.places import TakenPlace
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.places")


@dataclass(frozen=True)
class UnitView:
    """One unit as of one moment: its places, which are taken and closed, and who waits, in order."""

    network: Network
    key: str
    unit: CareUnit
    closing: Closing | None
    closed: int
    taken: tuple[TakenPlace, ...]
    waiting: tuple[InLine, ...]

    @property
    def free(self) -> int:
        """Open places that nobody has; below zero where more are there, or expected, than there are open places."""
        return self.unit.places - self.closed - len(self.taken)


class PlaceOperations:
    """Offers, closes and shows places. `perform` does a command, as `Operations` does it."""

    def __init__(self, engine: Engine, clock: Clock, perform: Callable[[str, Command], Decision]) -> None:
        self._engine = engine
        self._clock = clock
        self._perform = perform

    def offer(self, network: str | None = None, units: Collection[str] | None = None) -> int:
        """Hold free places for those who wait first, at these units or at all; gives for how many. Cheap if none waits.

        One that cannot be helped stops no other: it is logged, and tried again by `watch`. Raises Failed only when the
        database does not answer at all.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            first = list(_first_in_line(work, self._clock(), network, units))
        return sum(self._offered(entry) for entry in first)

    def offer_quietly(self, network: str, units: Collection[str]) -> None:
        """As `offer`, after a commit: it never raises, and what fails here `watch` does later."""
        try:
            self.offer(network, units)
        except Failed as failure:
            _log.error("The free places of %s are offered later: %s", ", ".join(sorted(units)), failure)

    def _offered(self, entry: InLine) -> bool:
        try:
            return bool(self._perform(entry.handover, OfferPlace(actor=SYSTEM, **_place(entry))).events)
        except (Failed, Refused) as error:
            _log.error("A place at %s could not be held for %s: %s", entry.unit, entry.handover, error)
            return False

    def close(
        self,
        unit: str,
        places: int,
        actor: Actor,
        *,
        reason: str = "",
        until: datetime | None = None,
        network: str | None = None,
    ) -> tuple[Claim, ...]:
        """Let so many places of a unit be closed from now on; 0 opens it. Doing it again changes nothing.

        Gives all that are there or expected there, if they are more than the places left open. Raises Refused.
        """
        require_texts(actor)
        require_text(reason)
        require_number(places)
        if until is not None:
            require_day(until)
        with UnitOfWork(self._engine) as work:
            work.definitions.keep_networks()
            found = _network_of(work, unit, network)
            work.places.lock(found.network, [unit])
            now = self._clock()
            closing = Closing(places=places, reason=reason, at=now, until=until, team=actor.team or "", name=actor.name)
            require_closable(unit, found.units[unit], closing)
            if not _says_the_same(work.places.closings(found.network, [unit]).get(unit), closing):
                work.places.close(found.network, unit, closing)
            over = without_a_place(found.units[unit], work.places.occupancy(found.network, [unit], now)[unit])
            work.commit()
        self.offer_quietly(found.network, [unit])
        return over

    def shown(self, unit: str | None = None, network: str | None = None) -> tuple[UnitView, ...]:
        """All units, or one of them, as of one moment. Raises NotFound."""
        with UnitOfWork(self._engine, writes=False) as work:
            if unit is not None:
                return (_view(work, _network_of(work, unit, network), unit, self._clock()),)
            networks = [work.definitions.network(network)] if network else work.definitions.networks()
            return tuple(_view(work, found, key, self._clock()) for found in networks for key in found.units)


def freed_units(before: Episode, after: Episode) -> frozenset[str]:
    """The units at which an episode has given up a place."""
    return frozenset(claim.unit for claim in claims_of(before)) - {claim.unit for claim in claims_of(after)}


def crowded(network: Network, occupancy: Mapping[str, UnitOccupancy]) -> Iterator[str]:
    """One sentence for each unit at which more are, or are expected, than it has open places."""
    for key, there in occupancy.items():
        if over := without_a_place(network.units[key], there):
            who = ", ".join(claim.handover or claim.episode for claim in over)
            yield f"{key} has {network.units[key].places - there.closed} open places, and {len(over)} are taken: {who}."


def _first_in_line(
    work: UnitOfWork, now: datetime, network: str | None, units: Collection[str] | None
) -> Iterator[InLine]:
    waited_for: dict[str, list[str]] = defaultdict(list)
    for name, unit in work.places.waited_for():
        if network in (None, name) and (units is None or unit in units):
            waited_for[name].append(unit)
    for name, keys in waited_for.items():
        known = work.definitions.network(name).units
        for key, there in work.places.occupancy(name, keys, now).items():
            free = (known[key].places if key in known else 0) - there.closed - len(there.claims)
            yield from sorted_line(there.waiting)[: max(0, free)]


def _place(entry: InLine) -> dict[str, str]:
    return {"handover": entry.handover, "unit": entry.unit}


def _says_the_same(earlier: Closing | None, closing: Closing) -> bool:
    if earlier is None:
        return closing.places == 0
    return (earlier.places, earlier.reason, earlier.until) == (closing.places, closing.reason, closing.until)


def _network_of(work: UnitOfWork, unit: str, network: str | None) -> Network:
    networks: Iterable[Network] = [work.definitions.network(network)] if network else work.definitions.networks()
    found = [each for each in networks if unit in each.units]
    if len(found) == 1:
        return found[0]
    if found:
        names = tuple(each.network for each in found)
        raise Refused("Several networks have a unit of that name.", "Name the network: {networks}.", networks=names)
    raise NotFound("There is no unit of that name.", "Look the names up.", command="handslag places")


def _view(work: UnitOfWork, network: Network, key: str, now: datetime) -> UnitView:
    there = work.places.occupancy(network.network, [key], now)[key]
    closing = work.places.closings(network.network, [key]).get(key)
    return UnitView(
        network=network,
        key=key,
        unit=network.units[key],
        closing=closing if there.closed else None,
        closed=there.closed,
        taken=tuple(work.places.taken(network.network, key)),
        waiting=sorted_line(there.waiting),
    )
