"""The tables of places: which are taken, who waits, and which are closed. Each follows from decisions; see `places.py`.

Their keys are a second lock behind the rules of `care`: the database itself keeps two patients from one place.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_OCCUPIES = text("handover IS NULL")


class PlaceClaimRow(SQLModel, table=True):
    """One place that is taken: held for a handover or, without one, occupied. `number` counts a unit's places from 1.

    A place has one row, so never two patients; an episode occupies one place, so no patient is on two.
    """

    __tablename__ = "place_claim"
    __table_args__ = (
        UniqueConstraint("handover", "unit"),
        Index("uq_place_claim_occupied", "episode", unique=True, sqlite_where=_OCCUPIES, postgresql_where=_OCCUPIES),
    )

    network: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    episode: str = Field(foreign_key="episode.reference", index=True)
    handover: str | None = Field(default=None, foreign_key="handover.reference")
    since: datetime


class PlaceWaitRow(SQLModel, table=True):
    """A handover on the waiting list of a unit, with what its order goes by."""

    __tablename__ = "place_wait"

    network: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    handover: str = Field(primary_key=True, foreign_key="handover.reference")
    episode: str = Field(foreign_key="episode.reference", index=True)
    is_urgent: bool
    standing: str
    wish: int
    since: datetime


class PlaceClosingRow(SQLModel, table=True):
    """How many places of a unit somebody closed, from when until when, and why. The highest number is what holds."""

    __tablename__ = "place_closing"

    network: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    places: int
    reason: str
    at: datetime
    until: datetime | None
    team: str
    name: str | None


_TABLES = SQLModel.metadata.tables
CLAIM, WAIT, CLOSING = (_TABLES[name] for name in ("place_claim", "place_wait", "place_closing"))
