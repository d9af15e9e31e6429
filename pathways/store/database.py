"""The database connection: SQLite for one machine, PostgreSQL for more. Settings of both that safety rests on."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pathways.errors import SettingsError

WRITES = {"handslag_writes": True}
"""Execution options of a connection that will write: SQLite then takes its write lock at once, not half-way."""


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql+psycopg://…`. Raises SettingsError for another address."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise SettingsError("The database address cannot be read.", "Set HANDSLAG_DATABASE_URL.") from None
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(url, address.database)
        case "postgresql":
            return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        case other:
            raise SettingsError(
                f"Handslag does not keep its data in {other}.", "Set HANDSLAG_DATABASE_URL to SQLite or PostgreSQL."
            )


def _sqlite(url: str, path: str | None) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not when the driver thinks so
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("handslag_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
