"""The database's schema: brought up to date by Alembic's migrations, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import Session

from pathways.clock import system_clock
from pathways.errors import Failed
from pathways.store.concern_tables import CONCERN
from pathways.store.concerns import Concerns
from pathways.store.database import WRITES
from pathways.store.tables import EPISODE

_UPGRADING = 7302281
"""Number of the PostgreSQL advisory lock by which programs that start together upgrade one after the other."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Alembic's configuration, without any file of settings."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date. Doing it again, or from several programs at once, changes nothing."""
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection, _tables_made_anew(connection):
        connection.begin()  # or Alembic would commit each migration by itself, and let another program in between
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})
        config.attributes["connection"] = connection
        had_what_follows = _has_what_follows(connection)
        command.upgrade(config, "head")
        if not had_what_follows:
            Concerns(Session(connection)).fill(system_clock())
        _require_whole(connection)
        connection.commit()


@contextmanager
def _tables_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite put a changed table in the place of the old one, to which others refer. Not within a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()  # no transaction has begun yet
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        cursor.execute("PRAGMA foreign_keys=ON")


def _has_what_follows(connection: Connection) -> bool:
    """Whether what follows from the state of each episode is kept: whom it concerns, and when it comes onto a list."""
    looked_at = inspect(connection)
    return looked_at.has_table(CONCERN.name) and any(
        column["name"] == EPISODE.c.on_list_at.name for column in looked_at.get_columns(EPISODE.name)
    )


def _require_whole(connection: Connection) -> None:
    """Refuse to keep rows that refer to none. Raises Failed."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise Failed("The database has rows that refer to none: it stays as it was.", "Restore it from a backup.")


def is_current(engine: Engine) -> bool:
    """Whether the database has the schema that this program was written for."""
    return revision(engine) == head()


def head() -> str | None:
    """The revision of the schema that this program was written for. Reads the files of the migrations."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def revision(engine: Engine) -> str | None:
    """The revision of the database's schema; None where it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
