"""The tables of the audit log. The database itself refuses to change its entries, and to remove one before its time."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class AuditEntryRow(SQLModel, table=True):
    """One entry of a network's log, as it was sealed: see `audit.chain`. `number` counts from 1 within the network.

    `at` is a text, so that whatever somebody has put there can be read, and is found to be wrong.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_network_at", "network", "at"),)

    network: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: str
    login: str
    name: str
    role: str
    team: str | None
    what: str
    episode: str | None = Field(index=True)
    person: int | None = Field(index=True)
    why: str
    is_emergency: bool
    outcome: str
    seal: str


class AuditBeginningRow(SQLModel, table=True):
    """What the oldest entry that is kept of a network follows, with the proof that Handslag removed those before."""

    __tablename__ = "audit_beginning"

    network: str = Field(primary_key=True)
    number: int
    seal: str
    proof: str


_TABLES = SQLModel.metadata.tables
ENTRY, BEGINNING_AFTER = (_TABLES[name] for name in ("audit_entry", "audit_beginning"))
