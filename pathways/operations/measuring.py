"""What is told of the whole to those who look after the machines: whether it works, and how much waits.

Kinds, codes, counts and times; never a patient, a reference, a team or a text. Looked at seldom, however often asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from pathways.clock import Clock
from pathways.errors import HandslagError
from pathways.store.measures import Notices, Waiting
from pathways.store.schema import head, revision
from pathways.store.unit_of_work import UnitOfWork

T = TypeVar("T")

WATCH = "watch"
"""The flow whose runs act on limits: without it they pass unseen."""

DELIVER = "deliver"
"""The flow that sends notices, and the name under which it is recorded that a process of itself has looked for some."""

WATCH_MAY_BE_SILENT_FOR = timedelta(minutes=5)
"""It runs every minute."""

_AN_HOUR = timedelta(hours=1)
_MEASURED_FOR = timedelta(seconds=10)
_LOOKED_AT_FOR = timedelta(seconds=2)


class Part(StrEnum):
    """What must be well for Handslag to be ready."""

    DATABASE = "database"
    SCHEMA = "schema"
    WATCH = "watch"


class Health(StrEnum):
    """What is found of a part. Unknown: it could not be looked at, because what it rests on is not well."""

    WELL = "well"
    NOT_WELL = "not-well"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Measured:
    """What was measured at one moment.

    `passed`: by kind, the limits that were due within a day and passed unmet. `watch_lag`: for how long the oldest
    clock that is due has not been acted on. `last_runs`: when each scheduled flow last did all that it is for.
    `numbers_used`: how often patients' numbers were used within an hour; `logins_stopped`: how many logins used more
    than one may.
    """

    at: datetime
    waiting: tuple[Waiting, ...]
    passed: Mapping[str, int]
    notices: tuple[Notices, ...]
    watch_lag: timedelta
    last_runs: Mapping[str, datetime]
    numbers_used: int
    logins_stopped: int


class Measuring:
    """Measures the whole."""

    def __init__(self, engine: Engine, clock: Clock, numbers_an_hour: int) -> None:
        self._engine = engine
        self._numbers_an_hour = numbers_an_hour
        self._clock = clock
        self._measured = _Kept(self._measure, clock, _MEASURED_FOR)
        self._health = _Kept(self._look, clock, _LOOKED_AT_FOR)

    def ran(self, flow: str) -> None:
        """Record that a run of a scheduled flow has done all that it is for."""
        with UnitOfWork(self._engine) as work:
            work.measures.ran(flow, self._clock())
            work.commit()

    def is_silent(self, flow: str, longer_than: timedelta) -> bool:
        """Whether a scheduled flow has not done what it is for within so long, or is said to have done it later on.

        The second is so after the clock of the machine was set back: until it comes there again, Prefect plans no run.
        """
        with UnitOfWork(self._engine, writes=False) as work:
            last = work.measures.last_runs().get(flow)
        return last is None or not timedelta(0) <= self._clock() - last <= longer_than

    def measured(self) -> Measured:
        """What is measured now, or was some seconds ago. Raises Failed when the database does not answer."""
        return self._measured()

    def health(self) -> Mapping[Part, Health]:
        """What is well, now or a moment ago. It never raises for what the database does."""
        return self._health()

    def _measure(self) -> Measured:
        now = self._clock()
        with UnitOfWork(self._engine, writes=False) as work:
            due_since = work.measures.due_since(now)
            tries = work.number_tries.counted(now - _AN_HOUR).values()
            return Measured(
                at=now,
                waiting=work.measures.waiting(now),
                passed=work.measures.passed(now),
                notices=work.measures.notices(now),
                watch_lag=now - due_since if due_since else timedelta(0),
                last_runs=work.measures.last_runs(),
                numbers_used=sum(tries),
                logins_stopped=sum(count > self._numbers_an_hour for count in tries),
            )

    def _look(self) -> Mapping[Part, Health]:
        try:
            is_current = revision(self._engine) == self._head
        except DBAPIError:
            return {Part.DATABASE: Health.NOT_WELL, Part.SCHEMA: Health.UNKNOWN, Part.WATCH: Health.UNKNOWN}
        if not is_current:
            return {Part.DATABASE: Health.WELL, Part.SCHEMA: Health.NOT_WELL, Part.WATCH: Health.UNKNOWN}
        return {Part.DATABASE: Health.WELL, Part.SCHEMA: Health.WELL, Part.WATCH: self._health_of_watch()}

    def _health_of_watch(self) -> Health:
        try:
            with UnitOfWork(self._engine, writes=False) as work:
                last = work.measures.last_runs().get(WATCH)
        except HandslagError:
            return Health.UNKNOWN
        has_run_lately = last is not None and self._clock() - last <= WATCH_MAY_BE_SILENT_FOR
        return Health.WELL if has_run_lately else Health.NOT_WELL

    @cached_property
    def _head(self) -> str | None:
        return head()


class _Kept(Generic[T]):
    """Makes something anew only when it is older than so long, and only once however many ask at the same time."""

    def __init__(self, make: Callable[[], T], clock: Clock, keeps: timedelta) -> None:
        self._make = make
        self._clock = clock
        self._keeps = keeps
        self._lock = Lock()
        self._made: tuple[datetime, T] | None = None

    def __call__(self) -> T:
        with self._lock:
            now = self._clock()
            if self._made is None or not timedelta(0) <= now - self._made[0] < self._keeps:
                self._made = (now, self._make())
            return self._made[1]
