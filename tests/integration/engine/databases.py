"""Fresh migrated databases, quickly: a copy of a file on SQLite, a copy of a template on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from bench.clusters import Cluster
from pathways.store.database import open_engine
from pathways.store.schema import upgrade

_NUMBERS = count(1)


@dataclass(frozen=True)
class Database:
    """A database with the engine of this process on it. Others open their own by `url`."""

    url: str
    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


class Server(Protocol):
    """Where databases are made."""

    def migrated(self) -> Database:
        """A new database with the present schema."""
        ...

    def empty(self) -> Database:
        """A new database with nothing in it."""
        ...

    def drop(self, database: Database) -> None:
        """Throw a database away, whoever is connected."""
        ...

    def raw(self, database: Database) -> bytes:
        """All that a thief of the database would get."""
        ...


class SqliteFiles:
    """Databases as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        engine = open_engine(f"sqlite:///{self._template}")
        upgrade(engine)
        engine.dispose()

    def migrated(self) -> Database:
        path = self._fresh()
        shutil.copyfile(self._template, path)
        return self._opened(path)

    def empty(self) -> Database:
        return self._opened(self._fresh())

    def drop(self, database: Database) -> None:
        database.engine.dispose()

    def raw(self, database: Database) -> bytes:
        path = Path(database.engine.url.database or "")
        files = [path, *path.parent.glob(f"{path.name}-*")]
        return b"".join(file.read_bytes() for file in files)

    def _fresh(self) -> Path:
        return self._folder / f"{next(_NUMBERS)}.db"

    def _opened(self, path: Path) -> Database:
        url = f"sqlite:///{path}"
        return Database(url, open_engine(url))


class PostgresDatabases:
    """Databases of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        cluster.execute("CREATE DATABASE template_of_tests")
        engine = open_engine(cluster.url("template_of_tests"))
        upgrade(engine)
        engine.dispose()

    def migrated(self) -> Database:
        return self._made("TEMPLATE template_of_tests")

    def empty(self) -> Database:
        return self._made("TEMPLATE template0")

    def drop(self, database: Database) -> None:
        database.engine.dispose()
        self.cluster.execute(f"DROP DATABASE {database.engine.url.database} WITH (FORCE)")

    def raw(self, database: Database) -> bytes:
        return self.cluster.dump(str(database.engine.url.database)).encode()

    def _made(self, how: str) -> Database:
        name = f"test_{next(_NUMBERS)}"
        url = self.cluster.make_database(name, how)
        return Database(url, open_engine(url))


@contextmanager
def one_from(server: Server, *, is_empty: bool = False) -> Iterator[Database]:
    """A database of its own, thrown away at the end."""
    database = server.empty() if is_empty else server.migrated()
    try:
        yield database
    finally:
        server.drop(database)
