"""The table of a programme's places. It follows from decisions; see `programmes.py`.

Its keys are a second lock behind the rules of `care`: the database itself keeps a programme from passing its cap.
"""

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel


class ProgrammePlaceRow(SQLModel, table=True):
    """One place of a programme that is taken. `number` counts from 1, and was at most the `cap` when it was taken.

    A place has one row, so never two patients; an episode has one place.
    """

    __tablename__ = "programme_place"
    __table_args__ = (CheckConstraint("number >= 1 AND number <= cap", name="within_the_cap"),)

    network: str = Field(primary_key=True)
    pathway: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    cap: int
    episode: str = Field(foreign_key="episode.reference", unique=True)


PLACE = SQLModel.metadata.tables["programme_place"]
