"""The database goes away, is busy or forgets: one sentence, nothing half done, nothing of a patient in any of it."""

import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bench.clusters import Cluster
from engine.databases import Database, PostgresDatabases, SqliteFiles, one_from
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, Day, HandClock, a_day, settings
from pathways.care.states import Action, MarkKind
from pathways.errors import Failed, SettingsError
from pathways.notices.outcomes import Outcome, Sent
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient
from pathways.operations.views import Views
from pathways.store.database import open_engine
from pathways.store.unit_of_work import UnitOfWork

SENTENCE = "The database does not answer. Have IT look at it: handslag doctor."


@pytest.fixture
def on_postgres(postgres_databases: PostgresDatabases, tmp_path: Path) -> Iterator[Day]:
    with one_from(postgres_databases) as database:
        yield a_day(database.engine, settings(tmp_path))


@pytest.fixture
def on_sqlite(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Day]:
    with one_from(sqlite_files) as database:
        yield a_day(open_engine(f"{database.url}?timeout=0.05"), settings(tmp_path))


@contextmanager
def a_writer_that_never_ends(engine: Engine) -> Iterator[None]:
    connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


@contextmanager
def away(cluster: Cluster) -> Iterator[None]:
    cluster.stop()
    try:
        yield
    finally:
        cluster.start()


def test_when_postgresql_stops_in_the_middle_everything_says_so_and_goes_on_afterwards(
    on_postgres: Day, cluster: Cluster
) -> None:
    day, asked = on_postgres, on_postgres.begun()
    handover = day.requested(asked)
    day.clock.forward(minutes=31)
    with away(cluster):
        for ask in (
            lambda: day.do(handover, Action.ACCEPT),
            lambda: day.operations.views.show(handover),
            day.operations.pass_due_clocks,
            day.operations.delivery.deliver,
        ):
            with pytest.raises(Failed) as failure:
                ask()
            assert str(failure.value) == SENTENCE

    day.do(handover, Action.ACCEPT)

    assert day.operations.views.show(handover).handover(handover).mark(MarkKind.ACCEPTED) is not None


def test_when_it_stops_after_the_decision_the_decision_stands_and_its_notice_leaves_later(
    on_postgres: Day, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    day, episode = on_postgres, on_postgres.begun()

    def stop(key: str) -> Outcome:
        cluster.stop()
        return Sent()

    day.post.answer = stop
    try:
        handover = day.requested(episode)
    finally:
        cluster.start()

    assert day.woken == [handover]
    assert f"Notices are sent later: {SENTENCE}" in caplog.text
    day.post.answer = lambda key: Sent()
    day.clock.forward(minutes=1)
    assert len(day.operations.delivery.deliver().sent) == 1


def test_a_locked_sqlite_file_is_told_after_the_time_that_its_address_allows(on_sqlite: Day) -> None:
    episode = on_sqlite.begun()
    with a_writer_that_never_ends(on_sqlite.operations.engine):
        assert on_sqlite.operations.views.show(episode).episode.reference == episode  # reading needs no lock
        with pytest.raises(Failed, match=SENTENCE):
            on_sqlite.requested(episode)

    assert not on_sqlite.operations.views.show(episode).episode.handovers


def test_clocks_are_left_for_the_next_time_when_the_database_stays_away(on_sqlite: Day) -> None:
    for _ in range(5):
        on_sqlite.requested(on_sqlite.begun())
    on_sqlite.clock.forward(minutes=31)

    with a_writer_that_never_ends(on_sqlite.operations.engine), pytest.raises(Failed, match=SENTENCE):
        on_sqlite.operations.pass_due_clocks()

    assert on_sqlite.operations.pass_due_clocks() == 5 * 2  # that nobody opened it, and that nobody answered


def test_a_database_without_its_tables_says_where_to_look(empty_database: Database) -> None:
    views = Views(empty_database.engine, HandClock())

    with pytest.raises(Failed, match="handslag doctor"):
        views.show("E222-2222")


def test_whoever_only_reads_cannot_write_on_postgresql(on_postgres: Day) -> None:
    with UnitOfWork(on_postgres.operations.engine, writes=False) as work, pytest.raises(DBAPIError, match="read-only"):
        work.people.add("a-network", b"x", "y")


@pytest.mark.parametrize("column", ["sealed", "fingerprint"])
def test_no_error_and_no_log_record_holds_anything_of_a_patient(
    database: Database, tmp_path: Path, column: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    day = a_day(database.engine, settings(tmp_path))
    table = {"sealed": "person", "fingerprint": "person_identifier"}[column]
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME COLUMN {column} TO gone"))

    with pytest.raises(Failed) as failure:
        day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home", Patient(NUMBER, NAME)), MUNICIPAL)

    told = "".join(traceback.format_exception(failure.value)) + caplog.text + repr(Patient(NUMBER, NAME))
    for secret in (NUMBER, NUMBER[2:], NUMBER[-4:] + "'", *NAME.split(), "gAAAA"):
        assert secret not in told


@pytest.mark.parametrize("url", ["mysql://localhost/x", "no address at all"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HANDSLAG_DATABASE_URL"):
        open_engine(url)


def test_an_address_of_postgresql_may_set_its_own_limits(on_postgres: Day, cluster: Cluster) -> None:
    database = on_postgres.operations.engine.url.database
    engine = open_engine(f"{cluster.url(str(database))}&options=-c%20lock_timeout%3D7s")
    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "7s"
    engine.dispose()
    with on_postgres.operations.engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "30s"
