"""What a minute's `watch` and `deliver` read grows with what is due, not with what waits, has ended or cannot be sent.

Counted, not timed: rows on PostgreSQL, steps of its machine on SQLite. `bench/waiting.py` measures the time.
"""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text, update

from bench.crowds import DUE
from bench.waiting import Watch, crowded
from engine.databases import Database, Server, one_from
from pathways.care.evolution import replayed
from pathways.store.database import open_engine
from pathways.store.tables import NOTICE, NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

FEW, MANY, ARE_DUE, DECIDED = 300, 1_500, 10, 50
ALWAYS_BY_INDEX = "-c enable_seqscan=off -c jit=off"
"""How a large database would choose: a small one reads a table whole, and rightly."""

STEPS_AT_ONCE = 100
ROWS_READ = """
    SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)
         + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)
"""


def address(database: Database) -> str:
    return database.url if database.is_sqlite else f"{database.url}&options={ALWAYS_BY_INDEX}"


def mail_is_away(watch: Watch) -> None:
    """Every notice waits for its next attempt, which is tomorrow."""
    later = DUE + timedelta(days=1)
    with watch.engine.begin() as connection:
        connection.execute(update(NOTICE).values(status=NoticeStatus.WAITING, next_attempt_at=later))


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


def a_minute(server: Server, folder: Path, waiting: int) -> int:
    """What a minute reads where so many handovers wait."""
    with one_from(server) as database:
        crowded(database.url, folder, waiting, ARE_DUE, decided=DECIDED).engine.dispose()
        watch = Watch(open_engine(address(database)), folder)
        mail_is_away(watch)

        def work() -> None:
            assert watch.once() == ARE_DUE
            watch.deliver()

        read = what_is_read(watch.engine, work)
        watch.engine.dispose()
        return read


def test_a_minute_reads_as_much_as_is_due_however_many_wait(server: Server, tmp_path: Path) -> None:
    few, many = (a_minute(server, tmp_path, waiting) for waiting in (FEW, MANY))

    assert many <= few + few // 20, f"{many} instead of {few}: an index is lost, or a query reads all that waits"


def test_the_crowd_is_as_real_as_if_each_had_been_decided(database: Database, tmp_path: Path) -> None:
    watch = crowded(database.url, tmp_path, FEW, ARE_DUE, decided=DECIDED)
    with UnitOfWork(database.engine, writes=False) as work:
        running = work.episodes.waiting(None)
        episodes = {episode for episode, _, _ in running}
        assert len(episodes) == FEW
        for reference in episodes:
            assert replayed(work.episodes.history(reference)) == work.episodes.get(reference)
    assert watch.once() == ARE_DUE
    watch.engine.dispose()
