"""The audit log as rows. Entries are written when the unit of work commits, in its transaction, and never changed.

Why somebody might is sealed as texts of care are: it may be in own words. The chain is of what was said.

So that nobody queues for long, the lock on a network's log is the last one taken, just before the commit.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from zlib import crc32

from sqlalchemy import Engine, Integer, Select, cast, delete, func, insert, or_, select, text
from sqlmodel import Session

from pathways.audit.chain import BEGINNING, Link, Sealed, Seals
from pathways.audit.entries import Entry, instant_as_text
from pathways.errors import Failed
from pathways.store.audit_heads import Heads
from pathways.store.audit_tables import BEGINNING_AFTER, ENTRY
from pathways.store.texts import Texts, of_log

_log = logging.getLogger("handslag.audit")
_KEEPER = "handslag_audit_keeper"
_LOGS = 7302284
"""First number of the PostgreSQL advisory locks on logs; the second follows from the network's name."""

_LOCK = text("SELECT pg_advisory_xact_lock(:first, :second)")
_NUMBER = cast(ENTRY.c.number, Integer).label("number")  # SQLite keeps whatever it is given
_FIELDS = [column for column in ENTRY.c if column.name not in ("number", "seal")]
_READ_AT_ONCE = 1000


@dataclass(frozen=True)
class Keeper:
    """What it takes to keep the log: the seals, and where the heads are kept."""

    seals: Seals = field(repr=False)
    heads: Heads


def keeping_log(engine: Engine, keeper: Keeper) -> Engine:
    """The same engine, whose units of work can add to the audit log."""
    return engine.execution_options(**{_KEEPER: keeper})


class AuditLog:
    """Adds to the audit log within one unit of work, and reads it."""

    def __init__(self, session: Session, engine: Engine) -> None:
        self._session = session
        self._keeper: Keeper | None = engine.get_execution_options().get(_KEEPER)
        self._added: list[Entry] = []
        self._heads: dict[str, Link] = {}

    def add(self, entry: Entry) -> None:
        """Add an entry: it is there if and when the unit of work commits. Only where the engine is `keeping_log`."""
        if self._keeper is None:
            raise AssertionError("this engine keeps no log: see keeping_log")
        self._added.append(entry)

    def write(self) -> None:
        """Seal and write what was added. Other writers of these networks' logs then wait until the commit."""
        network = attrgetter("network")
        for name, entries in groupby(sorted(self._added, key=network), key=network):
            self._append(name, list(entries))
        self._added.clear()

    def keep_heads(self) -> None:
        """Keep the heads apart, now that what was written is lasting."""
        for network, head in self._heads.items():
            self.keeper.heads.keep(network, head)
        self._heads.clear()

    @property
    def keeper(self) -> Keeper:
        """What the log is kept with."""
        if self._keeper is None:
            raise AssertionError("this engine keeps no log: see keeping_log")
        return self._keeper

    def networks(self) -> Sequence[str]:
        """The networks that have a log."""
        return sorted({*self._session.scalars(select(ENTRY.c.network).distinct())})

    def sealed(
        self, network: str, *, since: datetime | None = None, until: datetime | None = None, up_to: int | None = None
    ) -> Iterator[Sealed]:
        """The entries of a network's log in their order, as they are kept, and read as they are asked for.

        Only those from an instant on, until before one, or up to a number.
        """
        wanted = select(_NUMBER, ENTRY.c.seal, *_FIELDS).where(ENTRY.c.network == network)
        wanted = wanted if since is None else wanted.where(ENTRY.c.at >= instant_as_text(since))
        wanted = wanted if until is None else wanted.where(ENTRY.c.at < instant_as_text(until))
        wanted = wanted if up_to is None else wanted.where(ENTRY.c.number <= up_to)
        return self._read(wanted.order_by(ENTRY.c.number))

    def oldest(self, network: str) -> Sealed | None:
        """The oldest entry that is kept of a network."""
        wanted = select(_NUMBER, ENTRY.c.seal, *_FIELDS).where(ENTRY.c.network == network)
        return next(self._read(wanted.order_by(ENTRY.c.number).limit(1)), None)

    def of_patient(self, people: Collection[int], episodes: Collection[str]) -> Iterator[Sealed]:
        """The entries about a patient, by every number and episode of theirs, of all networks by time."""
        is_about = or_(ENTRY.c.person.in_(people), ENTRY.c.episode.in_(episodes))
        wanted = select(_NUMBER, ENTRY.c.seal, *_FIELDS).where(is_about)
        return self._read(wanted.order_by(ENTRY.c.at, ENTRY.c.network, ENTRY.c.number))

    def last_before(self, network: str, instant: datetime) -> Link:
        """The last link before the first entry from an instant on."""
        here = ENTRY.c.network == network
        first = select(func.min(ENTRY.c.number)).where(here, ENTRY.c.at >= instant_as_text(instant)).scalar_subquery()
        older = select(ENTRY.c.number, ENTRY.c.seal).where(here, or_(first.is_(None), ENTRY.c.number < first))
        row = self._session.execute(older.order_by(ENTRY.c.number.desc()).limit(1)).first()
        return Link(row.number, row.seal) if row else self.beginning(network)

    def remove(self, network: str, last: Link) -> None:
        """Remove the entries of a network up to a link, and keep the proof that it was done by Handslag.

        The database refuses where one is too young.
        """
        self._session.execute(delete(ENTRY).where(ENTRY.c.network == network, ENTRY.c.number <= last.number))
        self._session.execute(delete(BEGINNING_AFTER).where(BEGINNING_AFTER.c.network == network))
        proof = self.keeper.seals.proof(network, last)
        values = {"network": network, "number": last.number, "seal": last.seal, "proof": proof}
        self._session.execute(insert(BEGINNING_AFTER), values)

    def beginning(self, network: str) -> Link:
        """What the oldest entry kept of a network follows: where none was rightly removed, nothing."""
        row = self._session.execute(select(BEGINNING_AFTER).where(BEGINNING_AFTER.c.network == network)).first()
        if row is None:
            return BEGINNING
        link = Link(row.number, row.seal)
        return link if self.keeper.seals.proves(network, link, row.proof) else BEGINNING

    def _read(self, wanted: Select[Any]) -> Iterator[Sealed]:
        texts = Texts(self._session.connection())
        for number, seal, *values in self._session.execute(wanted, execution_options={"yield_per": _READ_AT_ONCE}):
            plain = {column.name: value for column, value in zip(_FIELDS, values, strict=True)}
            yield Sealed(_opened(plain, texts), Link(number, seal))

    def _append(self, network: str, entries: Sequence[Entry]) -> None:
        self._lock(network)
        last = self._last(network)
        has_its_head = self._has(network, last)
        rows, texts = [], Texts(self._session.connection())
        for entry in entries:
            plain = entry.plain()
            last = self.keeper.seals.next(plain, last)
            why = texts.seal(entry.why, of_log(network), "why")
            rows.append({**plain, "why": why, "number": last.number, "seal": last.seal})
        self._session.execute(insert(ENTRY), rows)
        if has_its_head:
            self._heads[network] = last
        else:  # the head stays, so that it is seen however much is written afterwards
            _log.error("The end of the audit log of %s is not as it was. See: handslag audit verify.", network)

    def _lock(self, network: str) -> None:
        """Keep other writers waiting. SQLite has one writer, and nothing to do here."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(_LOCK, {"first": _LOGS, "second": crc32(network.encode()) - 2**31})

    def _last(self, network: str) -> Link:
        newest = select(ENTRY.c.number, ENTRY.c.seal).where(ENTRY.c.network == network)
        row = self._session.execute(newest.order_by(ENTRY.c.number.desc()).limit(1)).first()
        return Link(row.number, row.seal) if row else self.beginning(network)

    def _has(self, network: str, last: Link) -> bool:
        """Whether the log that ends with `last` still has the head that was kept of it."""
        head = self.keeper.heads.of(network)
        if head is None or head == last:
            return True
        here = select(ENTRY.c.seal).where(ENTRY.c.network == network, ENTRY.c.number == head.number)
        seal = self._session.scalars(here).first()
        return seal == head.seal or (seal is None and head.number < self.beginning(network).number)


def _opened(plain: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """An entry with its reason as it was said; what somebody has put in its place stays, and is found to be wrong."""
    try:
        return {**plain, "why": texts.open(plain["why"], of_log(plain["network"]), "why")}
    except Failed:
        return plain
