"""The table of the lists of meetings: what stood on each when it was made and sent, by reference and code only."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import JSON, Field, SQLModel


class MeetingListRow(SQLModel, table=True):
    """The list of one meeting of one team. `entries`: each episode with the grounds on which it stands there."""

    __tablename__ = "meeting_list"
    __table_args__ = (UniqueConstraint("network", "pathway", "meeting", "team", "begins_at"),)

    reference: str = Field(primary_key=True)
    network: str
    pathway: str
    meeting: str
    team: str
    begins_at: datetime
    made_at: datetime
    entries: list[dict[str, Any]] = Field(sa_type=JSON)
