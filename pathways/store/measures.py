"""What is measured of the whole, in a constant number of queries, each on an index. It names no patient and no episode.

The cost grows with what runs and what waits now, and with what happened in a day: not with all that ever was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal_column, select
from sqlmodel import Session

from pathways.store.tables import CLOCK, LAST_RUN, NOTICE, NoticeStatus
from pathways.store.upserts import upsert

A_DAY = timedelta(days=1)
"""What was sent and what was late is counted for so long."""

_RUNS = CLOCK.c.stopped_at.is_(None)


class Age(StrEnum):
    """For how long something has been waited for."""

    UP_TO_AN_HOUR = "up-to-1h"
    UP_TO_A_DAY = "up-to-1d"
    UP_TO_A_WEEK = "up-to-7d"
    LONGER = "longer"


_UP_TO = {
    Age.UP_TO_AN_HOUR: timedelta(hours=1),
    Age.UP_TO_A_DAY: timedelta(days=1),
    Age.UP_TO_A_WEEK: timedelta(days=7),
}


class NoticeOutcome(StrEnum):
    """How it went with notices: not tried yet, tried in vain and tried again, given up on, sent within a day."""

    WAITING = "waiting"
    TRIED_AGAIN = "tried-again"
    GIVEN_UP_ON = "given-up-on"
    SENT = "sent-within-a-day"


@dataclass(frozen=True)
class Waiting:
    """How many clocks of a kind have run for so long, and how many of them are past their limit."""

    kind: str
    age: Age
    count: int
    overdue: int


@dataclass(frozen=True)
class Notices:
    """How many notices there are of an outcome. `error`: the code of what went wrong with them last, else empty."""

    outcome: NoticeOutcome
    error: str
    count: int


class Measures:
    """Measures within one unit of work, and records when a scheduled flow has run."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ran(self, flow: str, now: datetime) -> None:
        """Record that a run of a scheduled flow has done all that it is for."""
        upsert(self._session.connection(), LAST_RUN, {"flow": flow}, {"ended_at": now})

    def last_runs(self) -> Mapping[str, datetime]:
        """When each scheduled flow last did all that it is for, of those that ever did."""
        return {row.flow: row.ended_at for row in self._rows(select(LAST_RUN))}

    def waiting(self, now: datetime) -> tuple[Waiting, ...]:
        """What is waited for, by kind and age."""
        age = _age(now)
        overdue = func.sum(case((CLOCK.c.due_at < now, 1), else_=0))
        query = select(CLOCK.c.kind, age, func.count(), overdue).where(_RUNS).group_by(CLOCK.c.kind, age)
        return tuple(Waiting(kind, Age(age), count, overdue) for kind, age, count, overdue in self._rows(query))

    def passed(self, now: datetime) -> Mapping[str, int]:
        """How many limits of each kind were due within a day and have passed unmet, whether met since or not."""
        late = (CLOCK.c.passed > literal_column("0"), CLOCK.c.due_at > now - A_DAY, CLOCK.c.due_at <= now)
        query = select(CLOCK.c.kind, func.count()).where(*late).group_by(CLOCK.c.kind)
        return {row[0]: row[1] for row in self._rows(query)}

    def due_since(self, now: datetime) -> datetime | None:
        """When the clock that has been due for the longest was to be acted on; None where none is due."""
        query = select(func.min(CLOCK.c.next_at)).where(_RUNS, CLOCK.c.next_at <= now)
        found: datetime | None = self._rows(query)[0][0]
        return found

    def notices(self, now: datetime) -> tuple[Notices, ...]:
        """The notices by outcome and code."""
        error = func.coalesce(NOTICE.c.error, "")
        was_tried = case((NOTICE.c.attempts > 0, 1), else_=0)
        of = NoticeStatus
        waiting = select(was_tried, error, func.count()).where(_is(of.WAITING)).group_by(was_tried, error)
        dead = select(error, func.count()).where(_is(of.DEAD)).group_by(error)
        sent = select(func.count()).where(_is(of.SENT), NOTICE.c.sent_at > now - A_DAY)
        return (
            *(Notices(_OF_TRIED[tried], code, count) for tried, code, count in self._rows(waiting)),
            *(Notices(NoticeOutcome.GIVEN_UP_ON, code, count) for code, count in self._rows(dead)),
            Notices(NoticeOutcome.SENT, "", self._rows(sent)[0][0]),
        )

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        return self._session.connection().execute(query).all()


_OF_TRIED = (NoticeOutcome.WAITING, NoticeOutcome.TRIED_AGAIN)


def _is(status: NoticeStatus) -> ColumnElement[bool]:
    """A status written out: a database uses an index of one status only where it reads it."""
    return NOTICE.c.status == literal_column(f"'{status}'")


def _age(now: datetime) -> ColumnElement[str]:
    """Written out as well, so that PostgreSQL sees that what is selected is what is grouped by."""
    steps: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (CLOCK.c.started_at > now - limit, literal_column(f"'{age}'")) for age, limit in _UP_TO.items()
    ]
    return case(*steps, else_=literal_column(f"'{Age.LONGER}'")).label("age_step")
