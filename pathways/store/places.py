"""Places as rows: who is where, who waits and what is closed; written from the state before and after a decision.

Whoever decides where a place may be taken locks the unit first, after the episode: `lock`, in one order for all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, TypeVar
from zlib import crc32

from sqlalchemy import Connection, delete, insert, text, update
from sqlalchemy import select as core_select
from sqlmodel import Session, col, func, select

from pathways.care.clocks import hold_key
from pathways.care.closings import Closing
from pathways.care.episodes import Episode
from pathways.care.occupancy import Claim, InLine, UnitOccupancy, claims_of, in_line
from pathways.store.place_tables import CLAIM, CLOSING, WAIT, PlaceClaimRow, PlaceClosingRow, PlaceWaitRow
from pathways.store.tables import CLOCK
from pathways.store.texts import Texts, of_network

_UNITS = 7302283
"""First number of the PostgreSQL advisory locks on units; the second follows from the unit's name."""

R = TypeVar("R", PlaceClaimRow, PlaceWaitRow)

_LOCK = text("SELECT pg_advisory_xact_lock(:first, :second)")


@dataclass(frozen=True)
class TakenPlace:
    """A place that is taken: its number in the unit, and until when a hold is sure if nobody answers."""

    claim: Claim
    number: int
    since: datetime
    until: datetime | None


class Places:
    """Reads and writes places within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, network: str, units: Collection[str]) -> None:
        """Keep others from taking places of these units until the unit of work ends."""
        _lock(self._session.connection(), network, units)

    def occupancy(self, network: str, units: Collection[str], now: datetime) -> Mapping[str, UnitOccupancy]:
        """What happens at these units. Costs nothing where none is named."""
        if not units:
            return {}
        claims: dict[str, list[Claim]] = defaultdict(list)
        waiting: dict[str, list[InLine]] = defaultdict(list)
        for row in self._rows(PlaceClaimRow, network, units):
            claims[row.unit].append(Claim(unit=row.unit, episode=row.episode, handover=row.handover))
        for line in self._rows(PlaceWaitRow, network, units):
            waiting[line.unit].append(InLine.model_validate(line, from_attributes=True))
        closed = {unit: closing.places_at(now) for unit, closing in self.closings(network, units).items()}
        return {
            unit: UnitOccupancy(closed=closed.get(unit, 0), claims=tuple(claims[unit]), waiting=tuple(waiting[unit]))
            for unit in units
        }

    def taken(self, network: str, unit: str) -> Sequence[TakenPlace]:
        """The places of a unit that are taken, by number."""
        rows = sorted(self._rows(PlaceClaimRow, network, [unit]), key=lambda row: row.number)
        keys = {row.handover: hold_key(row.handover, unit) for row in rows if row.handover}
        running = self._session.execute(
            core_select(CLOCK.c.key, CLOCK.c.next_at).where(
                CLOCK.c.episode.in_([row.episode for row in rows]),
                CLOCK.c.key.in_(keys.values()),
                CLOCK.c.stopped_at.is_(None),
            )
        )
        until = {row.key: row.next_at for row in running}
        return [
            TakenPlace(
                Claim(unit=unit, episode=row.episode, handover=row.handover),
                row.number,
                row.since,
                until.get(keys[row.handover]) if row.handover else None,
            )
            for row in rows
        ]

    def waited_for(self) -> Sequence[tuple[str, str]]:
        """Network and key of the units that somebody waits for."""
        return self._session.exec(select(PlaceWaitRow.network, PlaceWaitRow.unit).distinct()).all()

    def closings(self, network: str, units: Collection[str]) -> Mapping[str, Closing]:
        """The latest closing of each of these units that has had one, opened again or not."""
        any_of_it = CLOSING.alias()
        latest = core_select(func.max(any_of_it.c.number)).where(
            any_of_it.c.network == CLOSING.c.network, any_of_it.c.unit == CLOSING.c.unit
        )
        here = PlaceClosingRow.network == network, col(PlaceClosingRow.unit).in_(units)
        rows = self._session.exec(
            select(PlaceClosingRow).where(*here, CLOSING.c.number == latest.correlate(CLOSING).scalar_subquery())
        )
        texts = Texts(self._session.connection())
        found = {row.unit: Closing.model_validate(row, from_attributes=True) for row in rows}
        subject = of_network(network)
        return {
            unit: closing.model_copy(update={"reason": texts.open(closing.reason, subject, "reason")})
            for unit, closing in found.items()
        }

    def close(self, network: str, unit: str, closing: Closing) -> None:
        """Record a closing, or an opening, in place of the one before."""
        latest = self._session.exec(
            select(func.max(PlaceClosingRow.number)).where(
                PlaceClosingRow.network == network, PlaceClosingRow.unit == unit
            )
        ).one()
        reason = Texts(self._session.connection()).seal(closing.reason, of_network(network), "reason")
        row = PlaceClosingRow(
            network=network, unit=unit, number=(latest or 0) + 1, **{**closing.model_dump(), "reason": reason}
        )
        self._session.add(row)
        self._session.flush()

    def _rows(self, table: type[R], network: str, units: Collection[str]) -> Sequence[R]:
        return self._session.exec(select(table).where(table.network == network, col(table.unit).in_(units))).all()


def write_places(connection: Connection, before: Episode | None, after: Episode) -> None:
    """Write what an episode takes and waits for, where that has changed. Lowest free number first."""
    _write_claims(connection, before, after)
    known, wanted = in_line(before) if before else frozenset(), in_line(after)
    for gone in known - wanted:
        connection.execute(delete(WAIT).where(WAIT.c.handover == gone.handover, WAIT.c.unit == gone.unit))
    fresh = [{**entry.model_dump(), "network": after.network} for entry in wanted - known]
    if fresh:
        connection.execute(insert(WAIT), fresh)


def _write_claims(connection: Connection, before: Episode | None, after: Episode) -> None:
    known, wanted = claims_of(before) if before else frozenset[Claim](), claims_of(after)
    gone, fresh = known - wanted, sorted(wanted - known, key=lambda claim: claim.unit)
    arrived = {claim.unit for claim in fresh if not claim.is_held} & {claim.unit for claim in gone if claim.is_held}
    for claim in gone:
        if claim.unit not in arrived:
            connection.execute(delete(CLAIM).where(*_row_of(claim)))
    _lock(connection, after.network, {claim.unit for claim in fresh if claim.unit not in arrived})
    for claim in fresh:
        if claim.unit in arrived:  # the place that was held is the one that is occupied now
            held = next(each for each in gone if each.unit == claim.unit)
            occupied = {"handover": None, "since": after.stay.from_at}
            connection.execute(update(CLAIM).where(*_row_of(held)).values(**occupied))
        else:
            connection.execute(insert(CLAIM), _new_row(connection, claim, after))


def _row_of(claim: Claim) -> tuple[Any, ...]:
    handover = CLAIM.c.handover.is_(None) if claim.handover is None else CLAIM.c.handover == claim.handover
    return CLAIM.c.episode == claim.episode, CLAIM.c.unit == claim.unit, handover


def _new_row(connection: Connection, claim: Claim, episode: Episode) -> dict[str, Any]:
    here = CLAIM.c.network == episode.network, CLAIM.c.unit == claim.unit
    taken = set(connection.scalars(core_select(CLAIM.c.number).where(*here)))
    number = next(number for number in count(1) if number not in taken)
    since = _held_since(episode, claim) if claim.handover else episode.stay.from_at
    return {**claim.model_dump(), "network": episode.network, "number": number, "since": since}


def _held_since(episode: Episode, claim: Claim) -> datetime | None:
    asked = episode.handovers[str(claim.handover)].asked
    return next(each.since for each in asked if each.unit == claim.unit)


def _lock(connection: Connection, network: str, units: Collection[str]) -> None:
    """Lock units, all in one order so that nobody waits in a circle. SQLite has one writer, and nothing to do here."""
    if connection.dialect.name != "postgresql":
        return
    for key in sorted({crc32(f"{network}/{unit}".encode()) - 2**31 for unit in units}):
        connection.execute(_LOCK, {"first": _UNITS, "second": key})
