"""The audit log: kept, proved whole, handed out, and looked through."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from pathways.audit.chain import Finding, Link
from pathways.audit.entries import Entry
from pathways.errors import NotFound
from pathways.store.audit import Keeper
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Examined:
    """What became of looking through a network's log: its first and last link, and what is wrong with it.

    `is_end_known`: whether this machine kept a head, without which it cannot tell that the end was cut off.
    """

    network: str
    first: int
    last: Link
    is_end_known: bool
    findings: tuple[Finding, ...]


class AuditOperations:
    """Everything that may be asked of the audit log, on one database."""

    def __init__(self, engine: Engine, keeper: Keeper) -> None:
        self._engine = engine
        self._keeper = keeper

    def note(self, *entries: Entry) -> None:
        """Add entries in a transaction of their own: for what was only seen, or was refused. Raises Failed."""
        with UnitOfWork(self._engine) as work:
            for entry in entries:
                work.audit.add(entry)
            work.commit()

    def verify(self, network: str | None = None) -> Sequence[Examined]:
        """Look through the whole log of a network, or of each. Raises NotFound."""
        heads = {each: self._keeper.heads.of(each) for each in self._keeper.heads.networks()}  # before what is there
        with UnitOfWork(self._engine, writes=False) as work:
            known = sorted({*work.audit.networks(), *heads})
            if network is not None and network not in known:
                raise NotFound("There is no log of that network.", f"Choose one of: {', '.join(known) or 'none'}.")
            return [self._examined(work, each, heads.get(each)) for each in known if network in (None, each)]

    def _examined(self, work: UnitOfWork, network: str, head: Link | None) -> Examined:
        after = work.audit.beginning(network)
        last, findings = self._keeper.seals.examined(work.audit.sealed(network), after, head)
        return Examined(network, after.number + 1, last, head is not None, tuple(findings))
