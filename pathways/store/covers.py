"""The last good copy of each team's calendar, when it was fetched, and what went wrong since."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from pathways.store.tables import COVER_FEED, CoverFeedRow
from pathways.store.upserts import upsert


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
        self._write(network, team, content=content, fetched_at=now, tried_at=now, error=None)

    def failed(self, network: str, team: str, error: str, now: datetime) -> None:
        """Record, by its code, why no copy could be had."""
        self._write(network, team, tried_at=now, error=error)

    def _write(self, network: str, team: str, **values: object) -> None:
        upsert(self._session.connection(), COVER_FEED, {"network": network, "team": team}, values)
