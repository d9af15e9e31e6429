"""The database's schema: brought up to date by Alembic's migrations, and nothing else."""

import logging
from collections.abc import Iterator, Sequence
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
from pathways.store.sealed_columns import SEALED, in_clear, seal_what_is_clear
from pathways.store.tables import EPISODE
from pathways.store.text_key_tables import TEXT_KEY
from pathways.store.texts import seals_texts

_UPGRADING = 7302281
"""Number of the PostgreSQL advisory lock by which programs that start together upgrade one after the other."""

_WITH_TEXTS = tuple(dict.fromkeys(column.table.name for column in SEALED))

OF_KEYS_AND_PEOPLE = (TEXT_KEY.name, "person", "person_identifier")
"""The tables that show after an erasure what was erased, until they are written anew."""

_log = logging.getLogger("handslag.store")
_MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Alembic's configuration, without any file of settings."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date. Doing it again, or from several programs at once, changes nothing.

    Texts that an earlier version left in clear are sealed; raises Failed where the engine cannot: see `sealing_texts`.
    """
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection, _tables_made_anew(connection):
        connection.begin()  # or Alembic would commit each migration by itself, and let another program in between
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})
        config.attributes["connection"] = connection
        had_what_follows, sealed_texts = _has_what_follows(connection), inspect(connection).has_table(TEXT_KEY.name)
        command.upgrade(config, "head")
        if not had_what_follows:
            Concerns(Session(connection)).fill(system_clock())
        has_sealed = not sealed_texts and _seal(connection)
        _require_whole(connection)
        connection.commit()
    if has_sealed:
        wipe(engine)


def _seal(connection: Connection) -> bool:
    """Seal what was typed before texts were sealed; says whether there was any."""
    if not in_clear(connection):
        return False
    if not seals_texts(connection):
        raise Failed(
            "The database has texts to seal, and no key was given.", "Bring it up to date.", command="handslag upgrade"
        )
    return seal_what_is_clear(connection) > 0


def wipe(engine: Engine, tables: Sequence[str] = _WITH_TEXTS) -> None:
    """Write these tables anew, without what was changed or deleted in them, as far as it can be reached now.

    Left out: those with texts, of which nothing is to be left in the files of the database that stood in clear.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    statements = (
        ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)") if is_sqlite else [f"VACUUM FULL {each}" for each in tables]
    )
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        cursor = connection.connection.cursor()  # no transaction has begun
        try:
            for statement in statements:
                cursor.execute(statement)
        except connection.dialect.loaded_dbapi.Error:
            _log.warning(
                "What was sealed or erased may be left in free pages of the database: "
                "see docs/how-to/run-it-for-real.md."
            )


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
