"""The databases of the integration tests: every test that asks for one runs on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from bench.clusters import Cluster, NoPostgres, running_cluster
from engine.databases import Database, PostgresDatabases, Server, SqliteFiles, one_from


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The one PostgreSQL cluster of the test run. Only CI may not do without it."""
    try:
        with running_cluster() as cluster:
            yield cluster
    except NoPostgres as missing:
        if "CI" in os.environ:
            raise
        pytest.skip(f"{missing} Only SQLite was tried.")


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases(cluster: Cluster) -> PostgresDatabases:
    return PostgresDatabases(cluster)


@pytest.fixture(scope="session", params=["sqlite_files", "postgres_databases"], ids=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server:
    """Where this round's databases are made."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A fresh database with the present schema."""
    with one_from(server) as database:
        yield database


@pytest.fixture
def empty_database(server: Server) -> Iterator[Database]:
    """A fresh database with nothing in it."""
    with one_from(server, is_empty=True) as database:
        yield database


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine
