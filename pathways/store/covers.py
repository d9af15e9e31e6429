"""The last good copy of each team's calendar, when it was fetched, and what went wrong since."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from pathways.store.tables import CoverFeedRow


class Covers:
    """Reads and writes the copies of calendars within one unit of work. A failure keeps the copy."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def feeds(self, network: str) -> Mapping[str, str]:
        """The texts of a network's calendars, by team, as `rota_of` takes them."""
        found = select(CoverFeedRow.team, CoverFeedRow.content).where(CoverFeedRow.network == network)
        return {team: content for team, content in self._session.exec(found) if content is not None}

    def copies(self, network: str) -> Sequence[CoverFeedRow]:
        """What is known of a network's calendars, by team."""
        found = select(CoverFeedRow).where(CoverFeedRow.network == network)
        return self._session.exec(found.order_by(col(CoverFeedRow.team))).all()

    def fetched(self, network: str, team: str, content: str, now: datetime) -> None:
        """Keep a good copy in place of the one before."""
        row = self._row(network, team, now)
        row.content, row.fetched_at, row.tried_at, row.error = content, now, now, None
        self._session.flush()

    def failed(self, network: str, team: str, error: str, now: datetime) -> None:
        """Record, by its code, why no copy could be had."""
        row = self._row(network, team, now)
        row.tried_at, row.error = now, error
        self._session.flush()

    def _row(self, network: str, team: str, now: datetime) -> CoverFeedRow:
        row = self._session.get(CoverFeedRow, (network, team), with_for_update=True)
        if row is None:
            row = CoverFeedRow(network=network, team=team, tried_at=now)
            self._session.add(row)
        return row
