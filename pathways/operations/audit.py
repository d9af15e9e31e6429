"""The audit log: kept, proved whole, handed out, and rid of what is older than it has to be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine

from pathways.access.administration import organisation_read
from pathways.access.users import Viewer
from pathways.audit.chain import Finding, Link
from pathways.audit.entries import YEARS_KEPT, Entry
from pathways.clock import Clock
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused
from pathways.phrases import Phrase, one_of
from pathways.store.audit import Keeper
from pathways.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Reviewer:
    """Who reads the log, which notes that too. `network`: the only one whose log is theirs, and of it only the part of
    the organisation of their `team`, if they have one.
    """

    login: str
    name: str
    role: str
    team: str | None = None
    network: str | None = None

    @classmethod
    def of(cls, viewer: Viewer) -> Self:
        """A viewer as whoever looks into the log of the viewer's network."""
        return cls(viewer.user.login, viewer.user.name, viewer.role, viewer.team, viewer.network)

    def reads(self, network: str) -> bool:
        """Whether the log of a network is theirs to read."""
        return self.network in (None, network)

    def organisation(self, network: Network) -> str | None:
        """Whose part of a network's log is theirs; None, all of it. Raises Refused where their team is gone."""
        return organisation_read(network, self.team)

    def entry(
        self, at: datetime, network: str, what: str, why: str, *, episode: str | None = None, person: int | None = None
    ) -> Entry:
        """What the log says about it."""
        return Entry(
            at=at,
            login=self.login,
            name=self.name,
            role=self.role,
            network=network,
            team=self.team,
            what=what,
            episode=episode,
            person=person,
            why=why,
        )


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
    """Everything that may be asked of the audit log as a whole, on one database."""

    def __init__(self, engine: Engine, keeper: Keeper, clock: Clock) -> None:
        self._engine = engine
        self._keeper = keeper
        self._clock = clock

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
                raise NotFound("There is no log of that network.", one_of(known, Phrase("There is none yet.")))
            return [self._examined(work, each, heads.get(each)) for each in known if network in (None, each)]

    def export(
        self,
        write: Callable[[Mapping[str, Any]], None],
        network: str,
        reviewer: Reviewer,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """Hand out the entries of a network's log, one after the other, with number and seal; gives how many.

        Only those from an instant on, or until before one. It is noted first. Raises NotFound.
        """
        self._require_log(network)
        said = ", ".join(f"{word} {at.isoformat()}" for word, at in (("since", since), ("until", until)) if at)
        self.note(reviewer.entry(self._clock(), network, "export-log", said or "all of it"))
        written = 0
        with UnitOfWork(self._engine, writes=False) as work:
            for each in work.audit.sealed(network, since=since, until=until):
                write({"number": each.link.number, **each.entry, "seal": each.link.seal})
                written += 1
        return written

    def remove_old(self, network: str, before: datetime, reviewer: Reviewer) -> int:
        """Remove the oldest entries of a network's log, up to the first from an instant on; gives how many.

        What stays can be proved as before. Raises Refused where entries would not have been kept long enough, or are
        not whole: then they are evidence.
        """
        now = self._clock()
        if before > now - relativedelta(years=YEARS_KEPT):
            raise Refused(
                "Entries are kept for {years_kept} years at least.", "Name an earlier day.", years_kept=YEARS_KEPT
            )
        self._require_log(network)
        with UnitOfWork(self._engine) as work:
            after = work.audit.beginning(network)
            last = work.audit.last_before(network, before)
            if last.number <= after.number:
                return 0
            _, findings = self._keeper.seals.examined(work.audit.sealed(network, up_to=last.number), after)
            if findings:
                raise Refused(
                    "The entries of that time are not whole.", "Verify the log.", command="handslag audit verify"
                )
            work.audit.remove(network, last)
            work.audit.add(reviewer.entry(now, network, "remove-old-entries", f"up to entry {last.number}"))
            work.commit()
        return last.number - after.number

    def _require_log(self, network: str) -> None:
        with UnitOfWork(self._engine, writes=False) as work:
            known = work.audit.networks()
        if network not in known:
            raise NotFound("There is no log of that network.", one_of(known, Phrase("There is none yet.")))

    def _examined(self, work: UnitOfWork, network: str, head: Link | None) -> Examined:
        after = work.audit.beginning(network)
        last, findings = self._keeper.seals.examined(work.audit.sealed(network), after, head)
        return Examined(network, after.number + 1, last, head is not None, tuple(findings))
