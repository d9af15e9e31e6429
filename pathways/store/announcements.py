"""Which events are on their way to the Prefect server: sent by somebody, and not yet found there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from pathways.store.tables import ANNOUNCEMENT, AnnouncementRow, EpisodeRow
from pathways.store.upserts import upsert


@dataclass(frozen=True)
class Announced:
    """How far the events of an episode have come: stored there up to `stored`, sent up to `sent` (at `sent_at`).

    `latest` is the number of its last event; `claims` how often somebody has claimed to send.
    """

    episode: str
    latest: int
    stored: int
    sent: int
    sent_at: datetime | None
    claims: int

    @property
    def is_on_the_way(self) -> bool:
        """Whether something was sent that has not been found there."""
        return self.sent > self.stored


class Announcements:
    """Reads and writes how far the events of episodes have come, within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unfinished(self, limit: int, *, episodes: Sequence[str] | None = None) -> Sequence[Announced]:
        """Episodes, of these or of any, with events that are not known to be stored there; the longest unsent first."""
        query = (
            select(EpisodeRow.reference, EpisodeRow.number, EpisodeRow.announced_number, AnnouncementRow)
            .join(AnnouncementRow, col(AnnouncementRow.episode) == EpisodeRow.reference, isouter=True)
            .where(col(EpisodeRow.announced_number) < col(EpisodeRow.number))
            .order_by(col(AnnouncementRow.sent_at).nulls_first())
            .limit(limit)
        )
        found = self._session.exec(query if episodes is None else query.where(col(EpisodeRow.reference).in_(episodes)))
        return [
            Announced(reference, latest, stored, max(row.sent, stored), row.sent_at, row.claims)
            if row
            else Announced(reference, latest, stored, stored, None, 0)
            for reference, latest, stored, row in found
        ]

    def claim(self, known: Announced, sent: int, now: datetime) -> bool:
        """Claim to send up to `sent`. False where somebody else has claimed since `known` was read."""
        values = {"sent": sent, "sent_at": now, "claims": known.claims + 1}
        nobody_else = ANNOUNCEMENT.c.claims == known.claims
        key = {"episode": known.episode}
        return upsert(self._session.connection(), ANNOUNCEMENT, key, values, only_where=nobody_else)

    def stored(self, episode: str, number: int) -> None:
        """Record that the events of an episode up to `number` are stored there. It never goes back."""
        self._session.exec(
            update(EpisodeRow)
            .where(col(EpisodeRow.reference) == episode, col(EpisodeRow.announced_number) < number)
            .values(announced_number=number)
        )
