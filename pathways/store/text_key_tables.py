"""The table of the keys with which texts of care are sealed: each sealed itself, with the key ring of the settings."""

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel


class TextKeyRow(SQLModel, table=True):
    """The key of the texts of one episode, or of what is typed about a network. Without it nobody reads them again.

    Empty, where they were erased.
    """

    __tablename__ = "text_key"

    subject: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


TEXT_KEY = SQLModel.metadata.tables["text_key"]
