"""A real PostgreSQL cluster, for benchmarks and tests.

It is started from the machine's binaries, on a unix socket, and removed afterwards.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OWNER = "handslag"
_SERVER_USER = "postgres"
_DEBIAN_BINARIES = Path("/usr/lib/postgresql")
_QUICK_AND_FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "listen_addresses": "",
}


class NoPostgres(Exception):
    """PostgreSQL is not installed here."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs. `folder` holds its data and its socket."""

    binaries: Path
    folder: Path

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement of an administrator, outside of any transaction."""
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def make_database(self, name: str, how: str = "TEMPLATE template0") -> str:
        """Make a database; gives its SQLAlchemy URL."""
        self.execute(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    def dump(self, database: str) -> str:
        """All of a database as text."""
        return self._run("pg_dump", "-h", str(self.folder), "-U", OWNER, database).stdout

    def start(self) -> None:
        """Start the server. Returns when it answers."""
        settings = {**_QUICK_AND_FORGETFUL, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self.folder / "log"), "-o", options, "-w", "start")

    def stop(self) -> None:
        """Stop the server as a power cut would, whoever is connected."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def make(self) -> None:
        """Make the data folder."""
        self._run("initdb", "-D", str(self._data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*_as_server_user(), str(self.binaries / program), *arguments]
        with tempfile.TemporaryFile("w+") as errors:  # no pipe: the server would inherit it and keep it open
            try:
                if program == "pg_dump":
                    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=errors)
                return subprocess.run(command, check=True, text=True, stdout=errors, stderr=errors, cwd="/")
            except subprocess.CalledProcessError:
                errors.seek(0)
                raise AssertionError(f"PostgreSQL's {program} failed:\n{errors.read()}") from None


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A fresh cluster, stopped and removed at the end. Raises NoPostgres."""
    folder = Path(tempfile.mkdtemp(prefix="handslag-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(_SERVER_USER)
        os.chown(folder, account.pw_uid, account.pw_gid)
    cluster = Cluster(_binaries(), folder)
    try:
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """The folder that holds initdb, pg_ctl and pg_dump."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    installed = sorted(_DEBIAN_BINARIES.glob("*/bin/initdb"), key=lambda found: float(found.parents[1].name))
    if not installed:
        raise NoPostgres(
            "PostgreSQL 15 is needed: neither is initdb on PATH nor anything under /usr/lib/postgresql. "
            "Install the package postgresql-15 (the server need not run)."
        )
    return installed[-1].parent


def _as_server_user() -> list[str]:
    """What to put before a command: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv"):
        return ["setpriv", f"--reuid={_SERVER_USER}", f"--regid={_SERVER_USER}", "--init-groups", "--"]
    return ["runuser", "-u", _SERVER_USER, "--"]
