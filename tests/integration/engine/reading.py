"""How much a piece of work reads of a database, counted: rows on PostgreSQL, steps of its machine on SQLite."""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event, text

from engine.databases import Database

ALWAYS_BY_INDEX = "-c enable_seqscan=off -c jit=off"
"""How a large database would choose: a small one reads a table whole, and rightly."""

STEPS_AT_ONCE = 100
ROWS_READ = """
    SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)
         + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)
"""


def address(database: Database) -> str:
    return database.url if database.is_sqlite else f"{database.url}&options={ALWAYS_BY_INDEX}"


def what_is_read(engine: Engine, work: Callable[[], object]) -> int:
    """How much a piece of work reads of a database."""
    return _steps(engine, work) if engine.dialect.name == "sqlite" else _rows_read(engine, work)


def _steps(engine: Engine, work: Callable[[], object]) -> int:
    taken = [0]

    def step() -> None:
        taken[0] += STEPS_AT_ONCE

    def count(connection: sqlite3.Connection, _record: Any) -> None:
        connection.set_progress_handler(step, STEPS_AT_ONCE)

    engine.dispose()
    event.listen(engine, "connect", count)
    work()
    event.remove(engine, "connect", count)
    engine.dispose()
    return taken[0]


def _rows_read(engine: Engine, work: Callable[[], object]) -> int:
    before = _rows_read_so_far(engine)
    work()
    return _rows_read_so_far(engine) - before


def _rows_read_so_far(engine: Engine) -> int:
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    with engine.connect() as connection:
        return int(connection.execute(text(ROWS_READ)).scalar_one())
