"""What somebody has seen of an episode, as rows; and which episodes have something new for them."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlmodel import Session

from pathways.access.looks import Look
from pathways.store.look_tables import LOOK, LookRow
from pathways.store.tables import EVENT
from pathways.store.upserts import upsert


class Looks:
    """Reads and writes looks within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, login: str, episode: str) -> Look | None:
        """What somebody has seen of an episode; None where they never looked."""
        row = self._session.get(LookRow, (login, episode))
        return Look.model_validate(row, from_attributes=True) if row else None

    def write(self, login: str, episode: str, look: Look) -> None:
        """Keep what somebody has seen."""
        upsert(self._session.connection(), LOOK, {"login": login, "episode": episode}, dict(look))

    def with_news(
        self, login: str, name: str | None, episodes: Collection[str], kinds: Collection[str]
    ) -> frozenset[str]:
        """Those of the episodes, once looked at, in which others did something of these kinds since. One query.

        `name`: by which what the person did themselves is known.
        """
        by = EVENT.c.actor["name"].as_string()
        query = (
            select(LOOK.c.episode)
            .join(EVENT, EVENT.c.episode == LOOK.c.episode)
            .where(LOOK.c.login == login, LOOK.c.episode.in_(episodes), EVENT.c.number > LOOK.c.seen)
            .where(EVENT.c.type.in_(kinds), or_(by.is_(None), by != name))
        )
        return frozenset(self._session.connection().scalars(query.distinct()))
