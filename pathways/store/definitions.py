"""Published pathways and networks as rows. A pathway version never changes; a network has numbered states."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, col, func, select

from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.versions import require_in_force
from pathways.definition.writing import stored_network, stored_pathway, text_of
from pathways.errors import NotFound
from pathways.phrases import Phrase
from pathways.store.tables import NETWORK_VERSION, PATHWAY_VERSION, NetworkRow, PathwayVersionRow

_NETWORKS = 7302282
"""Number of the PostgreSQL advisory lock on the networks."""

_ONE_VERSION = core_select(PATHWAY_VERSION.c.content).where(
    PATHWAY_VERSION.c.pathway == bindparam("pathway"), PATHWAY_VERSION.c.version == bindparam("version")
)
_PRESENT = (
    core_select(NETWORK_VERSION.c.content)
    .where(NETWORK_VERSION.c.network == bindparam("network"))
    .order_by(NETWORK_VERSION.c.number.desc())
    .limit(1)
)

_pathway = lru_cache(maxsize=64)(stored_pathway)
_network = lru_cache(maxsize=64)(stored_network)


class Definitions:
    """Reads and writes published definitions within one unit of work. Content is the models' own JSON."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pathway(self, name: str, version: date) -> Pathway:
        """One version of a pathway. Raises NotFound."""
        content = self._session.connection().scalar(_ONE_VERSION, {"pathway": name, "version": version})
        if content is None:
            raise NotFound(
                "There is no pathway {name} of {version}.",
                "Publish it.",
                command="handslag apply",
                name=name,
                version=version,
            )
        return _pathway(content)

    def pathway_in_force(self, name: str, network: Network, at: datetime) -> Pathway:
        """The version of a pathway in force in a network at an instant (aware), by the network's own days.

        Raises Refused, which says why none is.
        """
        day = at.astimezone(ZoneInfo(network.time_zone)).date()
        return require_in_force(name, self.all_pathways(), day, network.pathways)

    def all_pathways(self) -> Sequence[Pathway]:
        """Every published version of every pathway, by name and then by date."""
        rows = self._session.exec(
            select(PathwayVersionRow).order_by(col(PathwayVersionRow.pathway), col(PathwayVersionRow.version))
        )
        return [_pathway(row.content) for row in rows]

    def add_pathway(self, pathway: Pathway, now: datetime) -> None:
        """Publish a new version."""
        self._session.add(
            PathwayVersionRow(
                pathway=pathway.pathway,
                version=pathway.in_force_from,
                content=text_of(pathway),
                applied_at=now,
            )
        )
        self._session.flush()

    def keep_networks(self, *, to_change: bool = False) -> None:
        """Hold the networks as they are until the unit of work ends; `to_change` waits for all who hold them.

        A decision holds them, publishing changes them: so no network changes between a look and a decision.
        SQLite has one writer at a time, and nothing to do here.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            lock = func.pg_advisory_xact_lock if to_change else func.pg_advisory_xact_lock_shared
            self._session.execute(core_select(lock(_NETWORKS)))

    def network(self, name: str) -> Network:
        """The present state of a network. Raises NotFound."""
        content = self._session.connection().scalar(_PRESENT, {"network": name})
        if content is None:
            known = self._session.exec(select(NetworkRow.network).distinct()).all()
            raise NotFound(
                "There is no network of that name.",
                "Applied networks: {networks}.",
                command="" if known else "handslag apply",
                networks=tuple(known) or Phrase("none; apply one first"),
            )
        return _network(content)

    def networks(self) -> Sequence[Network]:
        """All networks in their present state."""
        names = self._session.exec(select(NetworkRow.network).distinct().order_by(col(NetworkRow.network)))
        return [self.network(name) for name in names]

    def add_network(self, network: Network, now: datetime) -> None:
        """Put a new state of a network in force at once."""
        latest = self._session.exec(
            select(func.max(NetworkRow.number)).where(NetworkRow.network == network.network)
        ).one()
        self._session.add(
            NetworkRow(
                network=network.network,
                number=(latest or 0) + 1,
                content=text_of(network),
                applied_at=now,
            )
        )
        self._session.flush()
