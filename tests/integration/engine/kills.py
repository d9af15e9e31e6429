"""Processes that are killed, as by `kill -9`, at a named point of an operation on a database.

`Point` names the points; `killed_at` runs one piece of work in a process of its own that dies when it gets there. It
dies by what any user of the engine, the sender and the wake may hook into: nothing of the product is replaced.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event

from engine.programs import started
from engine.world import START, Day, a_day
from pathways.notices.outcomes import Outcome, Sent
from pathways.notices.words import Words
from pathways.settings import Settings
from pathways.store.database import open_engine


class Point(StrEnum):
    """Where a process dies: within the transaction of a decision, around its commit, or while it does what follows."""

    BEFORE_READING = "before-reading"
    AFTER_DECIDING = "after-deciding"
    AFTER_STATE = "after-state"
    AFTER_STAY = "after-stay"
    AFTER_HANDOVER = "after-handover"
    AFTER_MARK = "after-mark"
    AFTER_CLOCKS = "after-clocks"
    AFTER_HISTORY = "after-history"
    AFTER_NOTICES = "after-notices"
    AT_COMMIT = "at-commit"
    COMMIT_UNANSWERED = "commit-unanswered"
    AFTER_COMMIT = "after-commit"
    BEFORE_SENDING = "before-sending"
    AFTER_SENDING = "after-sending"
    AT_COMMIT_OF_SENDING = "at-commit-of-sending"
    BEFORE_WAKING = "before-waking"
    AFTER_WAKING = "after-waking"

    @property
    def is_committed(self) -> bool | None:
        """Whether the decision holds by then; None where nobody can know."""
        if self is Point.COMMIT_UNANSWERED:
            return None
        return list(Point).index(self) > list(Point).index(Point.COMMIT_UNANSWERED)

    @property
    def may_have_arrived(self) -> bool:
        """Whether a notice was claimed by then, and nobody has recorded what became of it."""
        return self in (Point.BEFORE_SENDING, Point.AFTER_SENDING, Point.AT_COMMIT_OF_SENDING)


_AFTER_STATEMENTS = {
    Point.AFTER_STATE: ("UPDATE episode",),
    Point.AFTER_STAY: ("INSERT INTO stay", "UPDATE stay"),
    Point.AFTER_HANDOVER: ("INSERT INTO handover", "UPDATE handover"),
    Point.AFTER_MARK: ("INSERT INTO mark",),
    Point.AFTER_CLOCKS: ("INSERT INTO clock", "UPDATE clock"),
    Point.AFTER_HISTORY: ("INSERT INTO event",),
    Point.AFTER_NOTICES: ("INSERT INTO notice",),
}


@dataclass(frozen=True)
class Place:
    """A database and settings, as another process needs them; how far the clock has gone; and where letters arrive."""

    url: str
    settings: Settings
    seconds: float = 0

    @property
    def letters(self) -> Path:
        """A line for each letter that arrived: the notice's key, and whether it says that it may be a repeat."""
        return self.settings.data_folder / "letters"

    @property
    def woken(self) -> Path:
        """A line for each handover that was woken."""
        return self.settings.data_folder / "woken"

    def later(self, seconds: float) -> "Place":
        """The same place, some seconds later."""
        return replace(self, seconds=self.seconds + seconds)

    def day(self, point: Point | None = None) -> Day:
        """The operations there, with an engine of this process, which dies at the point."""
        engine = open_engine(self.url)
        death = _Death(point)
        death.hook_into(engine)
        day = a_day(engine, self.settings, _Letterbox(self.letters, death), is_published=True, wake=self._wake(death))
        day.clock.forward(seconds=self.seconds)
        return day

    def _wake(self, death: "_Death") -> Callable[[str], None]:
        def wake(handover: str) -> None:
            death.come(Point.BEFORE_WAKING)
            _write(self.woken, handover)
            death.come(Point.AFTER_WAKING)

        return wake


def place_of(day: Day, url: str) -> Place:
    """Where a day takes place, for others."""
    return Place(url, day.operations.settings, (day.clock.now - START).total_seconds())


def killed_at(point: Point, place: Place, work: Callable[..., object], *arguments: object) -> None:
    """Do `work(day, *arguments)` in a process that dies at a point. Fails where it never got there."""
    program = started(_work_until, point, place, work, arguments)
    program.join()
    assert program.exitcode == -signal.SIGKILL, f"the process ended with {program.exitcode} instead of dying at {point}"


def done_by_another(place: Place, work: Callable[..., object], *arguments: object) -> None:
    """Do `work(day, *arguments)` in another process. Fails where it does not end well."""
    program = started(_work_until, None, place, work, arguments)
    program.join()
    assert program.exitcode == 0


def _work_until(point: Point | None, place: Place, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    work(place.day(point), *arguments)


class _Letterbox:
    """A sender whose letters outlive the process."""

    def __init__(self, file: Path, death: "_Death") -> None:
        self._file = file
        self._death = death

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        self._death.come(Point.BEFORE_SENDING)
        _write(self._file, f"{notice_key}\t{'repeat' if REPEAT in words.body else 'first'}")
        self._death.come(Point.AFTER_SENDING)
        self._death.has_sent = True
        return Sent()

    def shown_sender(self, address: SecretStr) -> str:
        return "Handslag"


REPEAT = "kan ha skickats till er tidigare"
"""What the body of a letter says that may be a repeat."""


class _Death:
    """Waits at one point for the process to get there."""

    def __init__(self, point: Point | None) -> None:
        self._point = point
        self._has_written = self._is_committed = False
        self.has_sent = False

    def come(self, point: Point) -> None:
        """Die, if this is the point."""
        if point is self._point:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook_into(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "commit", self._at_commit)

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.come(Point.BEFORE_READING)
        if self._is_committed:
            self.come(Point.AFTER_COMMIT)
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self.come(Point.AFTER_DECIDING)
            self._has_written = True

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        for point, beginnings in _AFTER_STATEMENTS.items():
            if statement.startswith(beginnings):
                self.come(point)

    def _at_commit(self, connection: Connection) -> None:
        if self.has_sent:
            self.come(Point.AT_COMMIT_OF_SENDING)
        if not self._has_written:
            return
        self.come(Point.AT_COMMIT)
        if self._point is Point.COMMIT_UNANSWERED and connection.dialect.name == "postgresql":
            driver: Any = connection.connection.driver_connection
            driver.pgconn.send_query(b"COMMIT")
            driver.pgconn.flush()
        self.come(Point.COMMIT_UNANSWERED)
        self._is_committed = True


def _write(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"{line}\n")
