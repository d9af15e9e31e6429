"""`handslag` as a process of its own, in a data folder of its own, with nothing of this process's settings."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import psutil

T = TypeVar("T")

_OURS = ("HANDSLAG_", "PREFECT_")
_COMMAND = (sys.executable, "-m", "handslag.cli")


@contextmanager
def nothing_set() -> Iterator[None]:
    """Let nothing of ours be set in this process's environment; what is set within the block is undone after it."""
    kept = dict(os.environ)
    for name in [name for name in kept if name.startswith(_OURS)]:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def wait_until(look: Callable[[], T], what: str, seconds: float = 30) -> T:
    """Look until the answer is truthy and give it. The only place in these tests that sleeps."""
    give_up_at = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < give_up_at, f"not within {seconds:g} s: {what}"
        time.sleep(0.01)
    return seen


def environment(folder: Path, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a program that keeps everything in `folder`, and is told nothing but what is given."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**rest, "HANDSLAG_DATA_FOLDER": str(folder), **(given or {})}


def handslag(
    folder: Path, *words: str, given: Mapping[str, str] | None = None, typed: str = "", seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line to its end. `typed`: its standard input."""
    return subprocess.run(
        [*_COMMAND, *words],
        env=environment(folder, given),
        cwd=folder,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every living process that was started for a data folder, or for one inside it, whoever is its parent."""
    return [process for process in psutil.process_iter() if _is_of(process, folder)]


def _is_of(process: psutil.Process, folder: Path) -> bool:
    try:
        given = process.environ()  # a Prefect server is told its own folder alone
        return given.get("HANDSLAG_DATA_FOLDER", given.get("PREFECT_HOME", "")).startswith(str(folder))
    except psutil.Error:  # ended meanwhile, or somebody else's
        return False


class Demo:
    """A demonstration that runs in a process of its own. Leaving the block leaves none of its processes behind."""

    def __init__(self, folder: Path, stories: Sequence[str] = ()) -> None:
        """Start it; it keeps everything in `folder`, and what it prints in `output` files beside it.

        It tells these stories, or the usual one.
        """
        self.folder = folder
        self._number = len(list(folder.glob("output-*.txt")))
        self.output = folder / f"output-{self._number}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*_COMMAND, "demo", "--exit", *(word for story in stories for word in ("--story", story))],
                env=environment(folder),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        """Hand it out."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill what is left of it, so that a test that fails does not disturb the next."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for process in processes_of(self.folder):
            process.kill()

    @property
    def told(self) -> str:
        """What it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_until_told(self, words: str, seconds: float = 90) -> None:
        """Wait until it has printed these words."""

        def is_told() -> bool:
            assert words in self.told or self.process.poll() is None, f"it ended too early:\n{self.told}"
            return words in self.told

        wait_until(is_told, f"the demonstration tells “{words}”", seconds)

    def wait_until_it_has(self, name: str) -> psutil.Process:
        """Wait until it has started the process of this name, and give it."""
        return psutil.Process(wait_until(lambda: self._ledger().get(name, 0), f"the {name} is started"))

    def end(self, seconds: float = 30) -> int:
        """Wait for its end and give its exit code."""
        return self.process.wait(seconds)

    def stop(self) -> int:
        """Press Ctrl-C, wait for its end and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def _ledger(self) -> dict[str, int]:
        path = self.folder / "demo" / "processes.json"
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there yet, or just being written
            return {}
        return {name: int(identity[0]) for name, identity in rows.items()}
