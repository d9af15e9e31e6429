"""The tables of the audit log. The database itself refuses to change its entries, and to remove one before its time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import JSON, Field, SQLModel


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


class AuditReviewRow(SQLModel, table=True):
    """Cases drawn from a network's log between two instants, to be looked at by `due_at`; and what was found."""

    __tablename__ = "audit_review"

    number: int | None = Field(default=None, primary_key=True)
    network: str = Field(index=True)
    since_at: datetime
    until_at: datetime
    drawn_at: datetime
    drawn_by: str
    due_at: datetime
    cases: list[dict[str, Any]] = Field(sa_type=JSON)
    done_at: datetime | None = None
    done_by: str | None = None
    is_in_order: bool | None = None
    finding: str | None = None
    organisation: str | None = None


_TABLES = SQLModel.metadata.tables
ENTRY, BEGINNING_AFTER = (_TABLES[name] for name in ("audit_entry", "audit_beginning"))
