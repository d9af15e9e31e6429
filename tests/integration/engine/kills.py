"""Processes that are killed, as by `kill -9`, at a named point of an operation on a database.

`Point` names the points; `killed_at` runs one piece of work in a process of its own that dies when it gets there.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, event

from engine.programs import started
from engine.world import START, Day, a_day
from pathways.notices.outcomes import Outcome
from pathways.settings import Settings
from pathways.store.database import open_engine


class Point(StrEnum):
    """Where a process dies: within the transaction of a decision, around its commit, or while it sends what it owes."""

    BEFORE_READING = "before-reading"
    AFTER_STATE = "after-state"
    AFTER_HANDOVER = "after-handover"
    AFTER_CLOCKS = "after-clocks"
    AFTER_HISTORY = "after-history"
    AFTER_NOTICES = "after-notices"
    AT_COMMIT = "at-commit"
    AFTER_COMMIT = "after-commit"
    WHILE_SENDING = "while-sending"

    @property
    def is_committed(self) -> bool:
        """Whether the decision holds by then."""
        return self in (Point.AFTER_COMMIT, Point.WHILE_SENDING)


_AFTER_STATEMENTS = {
    Point.AFTER_STATE: ("UPDATE episode",),
    Point.AFTER_HANDOVER: ("INSERT INTO handover", "UPDATE handover"),
    Point.AFTER_CLOCKS: ("INSERT INTO clock", "UPDATE clock"),
    Point.AFTER_HISTORY: ("INSERT INTO event",),
    Point.AFTER_NOTICES: ("INSERT INTO notice",),
}


@dataclass(frozen=True)
class Place:
    """A database and settings, as another process needs them; and how far the clock has gone."""

    url: str
    settings: Settings
    seconds: float = 0

    def day(self) -> Day:
        """The operations there, with an engine of this process."""
        day = a_day(open_engine(self.url), self.settings, is_published=True)
        day.clock.forward(seconds=self.seconds)
        return day


def place_of(day: Day, url: str) -> Place:
    """Where a day takes place, for others."""
    return Place(url, day.operations.settings, (day.clock.now - START).total_seconds())


def killed_at(point: Point, place: Place, work: Callable[..., object], *arguments: object) -> None:
    """Do `work(day, *arguments)` in a process that dies at a point. Fails where it never got there."""
    program = started(_work_until, point, place, work, arguments)
    program.join()
    assert program.exitcode == -signal.SIGKILL, f"the process ended with {program.exitcode} instead of dying at {point}"


def _work_until(point: Point, place: Place, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    day = place.day()
    _arrange_death(point, day)
    work(day, *arguments)


def _arrange_death(point: Point, day: Day) -> None:
    engine: Engine = day.operations.engine
    commits: list[Any] = []

    def before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if point is Point.BEFORE_READING or (point is Point.AFTER_COMMIT and commits):
            _die()

    def after(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(_AFTER_STATEMENTS.get(point, ())):
            _die()

    def at_commit(connection: Any) -> None:
        if point is Point.AT_COMMIT:
            _die()
        commits.append(connection)

    def while_sending(key: str) -> Outcome:
        _die()
        raise AssertionError("dead processes send nothing")

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "commit", at_commit)
    if point is Point.WHILE_SENDING:
        day.post.answer = while_sending


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
