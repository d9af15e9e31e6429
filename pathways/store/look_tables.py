"""The table of what somebody has seen of an episode on their pages. `looks.py` reads and writes it."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class LookRow(SQLModel, table=True):
    """Up to which event somebody was shown an episode, and what was new to them then: see `pathways.access.looks`."""

    __tablename__ = "look"

    login: str = Field(primary_key=True, foreign_key="user_account.login")
    episode: str = Field(primary_key=True, foreign_key="episode.reference", index=True)
    seen: int
    at: datetime
    new_after: int
    new_since: datetime | None


LOOK = SQLModel.metadata.tables["look"]
