"""The tables of boards and inboxes. They follow from decisions, and are kept so that nobody goes through all episodes.

`concerns.py` writes them, `boards.py` reads them.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ConcernRow(SQLModel, table=True):
    """A team with a part in an episode that is not over. Who stands in for a closed team is worked out when read."""

    __tablename__ = "concern"
    __table_args__ = (Index("ix_concern_network_team", "network", "team"),)

    episode: str = Field(primary_key=True, foreign_key="episode.reference")
    team: str = Field(primary_key=True)
    network: str


class TeamWaitRow(SQLModel, table=True):
    """Something that a team is waited for, until the clock with this key is due: as `care` tells it in a `Wait`."""

    __tablename__ = "team_wait"
    __table_args__ = (Index("ix_team_wait_inbox", "network", "team", "due_at", "episode", "key"),)

    episode: str = Field(primary_key=True, foreign_key="episode.reference")
    key: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    network: str
    kind: str
    subject: str
    due_at: datetime
    passed: int
    waived: int


_TABLES = SQLModel.metadata.tables
CONCERN, TEAM_WAIT = (_TABLES[name] for name in ("concern", "team_wait"))
