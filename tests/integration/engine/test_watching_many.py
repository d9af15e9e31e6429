"""What a minute's `watch` and `deliver` read grows with what is due, not with what waits, has ended or cannot be sent.

Counted, not timed. `bench/waiting.py` measures the time.
"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from bench.crowds import DUE
from bench.waiting import Watch, crowded
from engine.databases import Database, Server, one_from
from engine.reading import address, what_is_read
from pathways.care.evolution import replayed
from pathways.store.database import open_engine
from pathways.store.tables import NOTICE, NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

FEW, MANY, ARE_DUE, DECIDED = 300, 1_500, 10, 50


def mail_is_away(watch: Watch) -> None:
    """Every notice waits for its next attempt, which is tomorrow."""
    later = DUE + timedelta(days=1)
    with watch.engine.begin() as connection:
        connection.execute(update(NOTICE).values(status=NoticeStatus.WAITING, next_attempt_at=later))
    if watch.engine.dialect.name == "postgresql":  # else it depends on when the database tidies up by itself
        with watch.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.connection.cursor().execute("VACUUM ANALYZE")


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
    with UnitOfWork(watch.engine, writes=False) as work:
        running = work.episodes.waiting(None)
        episodes = {episode for episode, _, _ in running}
        assert len(episodes) == FEW
        for reference in episodes:
            assert replayed(work.episodes.history(reference)) == work.episodes.get(reference)
    assert watch.once() == ARE_DUE
    watch.engine.dispose()
