"""The processes that Handslag starts: the Prefect server and the resident worker. Started, watched, stopped together.

A file in the data folder says which processes run and a lock on it says that they are looked after. When the one who
looks after them is killed, the lock is free, and the next start ends what was left behind.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

import httpx
import psutil

from handslag.log_files import LogLimits, turn_over
from pathways.errors import Failed, Refused
from pathways.private_files import make_file, make_folder

_STOP_SECONDS = 15
_PORT_OF = {"server": "HANDSLAG_PREFECT_API_URL", "desk": "HANDSLAG_DESK_PORT"}


class Stopped(BaseException):
    """Somebody asked the program to stop: Ctrl-C or SIGTERM. Not an error."""


@contextmanager
def stop_signals() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into `Stopped` within the block."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class Processes:
    """The processes of one data folder. Leaving the block stops them all, the last started first."""

    def __init__(self, data_folder: Path, logs: LogLimits | None = None) -> None:
        """Of the processes of `data_folder`, whose log files are kept within `logs`."""
        self._folder = data_folder
        self._logs = logs or LogLimits()
        self._ledger: IO[str] | None = None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Processes":
        """Take the folder; ends what a killed predecessor left behind.

        Raises Refused if it is taken, Failed if it cannot be written.
        """
        ledger = self._folder / "processes.json"
        try:
            make_folder(self._folder)
            make_file(ledger)
            self._ledger = ledger.open("a+", encoding="utf-8")
        except OSError as error:
            raise _not_writable(self._folder, error) from None
        try:
            fcntl.flock(self._ledger, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._ledger.close()
            raise Refused(
                f"Handslag is running already on the data folder {self._folder.name}.",
                "Stop it with Ctrl-C there, or set HANDSLAG_DATA_FOLDER to another folder.",
            ) from None
        self._end_what_was_left()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop every process, and give the folder free."""
        for process in reversed(self._running.values()):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
        self._write_down()
        if self._ledger is not None:
            self._ledger.close()

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str], *, without: str | None = None
    ) -> None:
        """Start a process whose output goes to a log file of its name. It gets no signals from the terminal.

        `without`: it gets no variable whose name begins like this.
        """
        given = {**os.environ, **environment}
        file = self._folder / f"{name}.log"
        make_file(file)
        log = file.open("ab")
        self._running[name] = subprocess.Popen(
            command,
            env={key: value for key, value in given.items() if without is None or not key.startswith(without)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,  # what it makes, such as Prefect's database, is for its owner alone as well
        )
        log.close()
        self._write_down()

    def kill(self, name: str) -> None:
        """Kill a process at once, as a crash would."""
        process = self._running.pop(name)
        process.kill()
        process.wait()
        self._write_down()

    def number_of(self, name: str) -> int:
        """The number by which the machine knows a process."""
        return self._running[name].pid

    def require_all(self) -> None:
        """Raise Failed if one of the processes has ended by itself. Keeps their log files within their limits."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise Failed(
                    f"The {name} has stopped (status {process.returncode}).",
                    f"See why in {self._folder / name}.log.",
                )
            turn_over(self._folder / f"{name}.log", self._logs)

    def wait_for(self, name: str, url: str, seconds: float) -> None:
        """Wait until this very process answers at a web address, and no other program that has taken its port.

        Raises Failed if the process ends first, or time runs out, and says whose the port is if another has it.
        """
        until = time.monotonic() + seconds
        port = httpx.URL(url).port or 0
        while time.monotonic() < until:
            self._require_port(name, port)
            self.require_all()
            try:
                if self._listens(name, port) and httpx.get(url, timeout=2).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise Failed(
            f"The {name} does not answer after {seconds:.0f} seconds.", f"See why in {self._folder / name}.log."
        )

    def _require_port(self, name: str, port: int) -> None:
        if self._running[name].poll() is not None and not is_free(port):
            raise Failed(
                f"The {name} has stopped: its port {port} is in use, by {holder_of(port)}.",
                f"End that program, or set another port in {_PORT_OF.get(name, 'the settings')}. "
                f"The log is {self._folder / name}.log.",
            )

    def _listens(self, name: str, port: int) -> bool:
        try:
            sockets = psutil.Process(self._running[name].pid).net_connections("tcp")
        except psutil.NoSuchProcess:  # ended just now: seen when it is looked for next
            return False
        return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in sockets)

    def _write_down(self) -> None:
        if self._ledger is None or self._ledger.closed:
            return
        self._ledger.seek(0)
        self._ledger.truncate()
        rows = {name: _identity(process.pid) for name, process in self._running.items()}
        json.dump(rows, self._ledger)
        self._ledger.flush()

    def _end_what_was_left(self) -> None:
        if self._ledger is None:
            return
        self._ledger.seek(0)
        text = self._ledger.read()
        rows = json.loads(text) if text.strip() else {}
        left = [found for row in rows.values() if row and (found := _found_again(row))]
        for process in left:
            process.terminate()
        _, alive = psutil.wait_procs(left, timeout=_STOP_SECONDS)
        for process in alive:
            process.kill()
        self._write_down()


def _not_writable(folder: Path, error: OSError) -> Failed:
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    try:
        whose = f"{there} is of the user {there.owner()}"
    except (OSError, KeyError):
        whose = f"{there} is of a user whom this machine does not know"
    return Failed(
        f"Cannot write in the data folder {folder} ({error.strerror}): {whose}.",
        "Let this user write there, or set HANDSLAG_DATA_FOLDER to another folder. There is no log yet.",
    )


def _identity(pid: int) -> list[float] | None:
    try:
        return [pid, psutil.Process(pid).create_time()]
    except psutil.NoSuchProcess:
        return None


def _found_again(identity: list[float]) -> psutil.Process | None:
    """The process with this number, if it is still the same one."""
    try:
        process = psutil.Process(int(identity[0]))
        return process if process.create_time() == identity[1] else None
    except psutil.NoSuchProcess:
        return None


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server can listen on a port of this machine now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: one that has ended is no hindrance
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


def holder_of(port: int) -> str:
    """Who listens on a port of this machine, as far as the system tells."""
    try:
        found = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        found = []
    for each in found:
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
            with suppress(psutil.Error):
                return f"{psutil.Process(each.pid).name()} (process {each.pid})"
    return "another program"


def python(*arguments: str) -> list[str]:
    """A command that runs this Python."""
    return [sys.executable, *arguments]
