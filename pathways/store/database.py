"""The database connection: SQLite for one machine, PostgreSQL for more. Settings of both that safety rests on."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pathways.errors import SettingsError
from pathways.private_files import make_file, make_folder

WRITES: Mapping[str, Any] = {"handslag_writes": True}
"""Execution options of a connection that will write: SQLite then takes its write lock at once, not half-way."""

READS: Mapping[str, Mapping[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
"""Execution options, by kind of database, of a connection that only reads: it sees one moment."""

_BUSY_SECONDS = 30
_POSTGRES_LIMITS = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s"


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql+psycopg://…`. Raises SettingsError for another address.

    Whoever finds the database busy waits for 30 s (SQLite: `?timeout=` in the address says otherwise).
    What it raises and logs holds no values: they could be somebody's.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise SettingsError("The database address cannot be read.", "Set HANDSLAG_DATABASE_URL.") from None
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address)
        case "postgresql":
            limits = {"connect_timeout": 10, "options": _POSTGRES_LIMITS}
            own = {name: value for name, value in limits.items() if name not in address.query}
            return create_engine(
                address.set(drivername="postgresql+psycopg"),
                connect_args=own,
                pool_pre_ping=True,
                hide_parameters=True,
            )
        case other:
            raise SettingsError(
                f"Handslag does not keep its data in {other}.", "Set HANDSLAG_DATABASE_URL to SQLite or PostgreSQL."
            )


def sqlite_file(address: URL) -> Path | None:
    """The file in which SQLite keeps this database; None where it is kept elsewhere."""
    path = address.database
    is_file = address.get_backend_name() == "sqlite" and path and path != ":memory:" and not path.startswith("file:")
    return Path(path) if is_file and path else None


def _sqlite(address: URL) -> Engine:
    if file := sqlite_file(address):
        try:
            make_folder(file.parent)
        except OSError:
            raise SettingsError("The folder of the database cannot be made.", "Set HANDSLAG_DATABASE_URL.") from None
        with suppress(OSError):  # whoever opens it then is told that the database does not answer
            make_file(file)  # what SQLite puts beside it has the permissions of this one
    own = {} if "timeout" in address.query else {"timeout": _BUSY_SECONDS}
    engine = create_engine(address, connect_args=own, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not when the driver thinks so
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("handslag_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
