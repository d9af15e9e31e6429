"""Incidents: a channel that is away, and notices that reached nobody. One row each, however many they concern."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, exists, func, update
from sqlmodel import Session, col, select

from pathways.store.tables import INCIDENT, NOTICE, IncidentRow, NoticeStatus
from pathways.store.upserts import upsert

DEAD_LETTERS = "dead-letters"
"""The incident of all notices that were given up on while nobody got them instead."""

_PROBES_SECONDS = (5, 10, 20, 30)
_FIRST_REPORT_AFTER = timedelta(minutes=2)
"""A channel that is back sooner is not reported."""
_REPEATED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240))


@dataclass(frozen=True)
class Incident:
    """What is reported of an incident. `key`: a channel, or `DEAD_LETTERS`; `code`: what goes wrong.

    `notices`: how many notices it keeps from leaving now. `reports`: how often it has been reported before.
    """

    key: str
    code: str
    began_at: datetime
    over_at: datetime | None
    notices: int
    reports: int


class Incidents:
    """Reads and writes incidents within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def held_until(self, channel: str, now: datetime, probing_seconds: float) -> datetime | None:
        """Until when nothing goes to a channel that is away; None where it may be tried now.

        One at a time tries a channel that is away, and has so long to say how it went.
        """
        row = self._session.get(IncidentRow, channel, populate_existing=True)
        if row is None or row.over_at is not None:
            return None
        if row.next_probe_at > now:
            return row.next_probe_at
        until = now + timedelta(seconds=probing_seconds)
        taken: CursorResult[Any] = self._session.exec(
            update(IncidentRow)
            .where(col(IncidentRow.key) == channel, col(IncidentRow.next_probe_at) == row.next_probe_at)
            .values(next_probe_at=until)
        )
        return None if taken.rowcount == 1 else until

    def away(self, channel: str, code: str, now: datetime) -> datetime:
        """Record that a channel was tried in vain; gives when it is tried next, at most half a minute later."""
        row = self._session.get(IncidentRow, channel, populate_existing=True)
        probes = 0 if row is None or row.over_at is not None else row.probes
        next_probe_at = now + timedelta(seconds=_PROBES_SECONDS[min(probes, len(_PROBES_SECONDS) - 1)])
        values = {"code": code, "next_probe_at": next_probe_at, "probes": probes + 1}
        is_open = (col(IncidentRow.key) == channel, col(IncidentRow.over_at).is_(None))
        known: CursorResult[Any] = self._session.exec(update(IncidentRow).where(*is_open).values(**values))
        if known.rowcount == 0:
            begun = values | _begun(now, now + _FIRST_REPORT_AFTER)
            upsert(self._session.connection(), INCIDENT, {"key": channel}, begun)
        return next_probe_at

    def is_away(self, channel: str) -> bool:
        """Whether a channel is away, as far as is known."""
        row = self._session.get(IncidentRow, channel, populate_existing=True)
        return row is not None and row.over_at is None

    def over(self, key: str, now: datetime) -> None:
        """Record that an incident is over, where there is one. One that was never reported is forgotten."""
        mine = col(IncidentRow.key) == key
        self._session.exec(delete(IncidentRow).where(mine, col(IncidentRow.reports) == 0))
        is_open = col(IncidentRow.over_at).is_(None)
        self._session.exec(update(IncidentRow).where(mine, is_open).values(over_at=now, next_report_at=now))

    def settle(self, now: datetime) -> None:
        """Let what is an incident be one, and what is none any more be over: see `_notices`."""
        is_known = self._session.get(IncidentRow, DEAD_LETTERS, populate_existing=True)
        if self._notices(DEAD_LETTERS) and (is_known is None or is_known.over_at is not None):
            values = {"code": "given-up", "next_probe_at": now, "probes": 0, **_begun(now, now)}
            upsert(self._session.connection(), INCIDENT, {"key": DEAD_LETTERS}, values)
        for key in self._session.exec(select(IncidentRow.key).where(col(IncidentRow.over_at).is_(None))).all():
            if not self._notices(key):
                self.over(key, now)

    def open(self) -> Sequence[Incident]:
        """The incidents that are not over, the oldest first."""
        query = select(IncidentRow).where(col(IncidentRow.over_at).is_(None)).order_by(col(IncidentRow.began_at))
        return [self._incident(row) for row in self._session.exec(query)]

    def take_reports(self, now: datetime) -> Sequence[Incident]:
        """The incidents to report now, which nobody else reports: first, again ever later, and that they are over."""
        query = select(IncidentRow).where(col(IncidentRow.next_report_at) <= now)
        return [self._incident(row) for row in self._session.exec(query).all() if self._take(row, now)]

    def _take(self, row: IncidentRow, now: datetime) -> bool:
        """An incident whose end is reported is forgotten."""
        mine = (col(IncidentRow.key) == row.key, col(IncidentRow.next_report_at) == row.next_report_at)
        if row.over_at is not None:
            ended: CursorResult[Any] = self._session.exec(delete(IncidentRow).where(*mine))
            return ended.rowcount == 1
        again_at = now + _REPEATED_AFTER[min(row.reports, len(_REPEATED_AFTER) - 1)]
        values = {"reports": row.reports + 1, "next_report_at": again_at}
        taken: CursorResult[Any] = self._session.exec(update(IncidentRow).where(*mine).values(**values))
        return taken.rowcount == 1

    def _incident(self, row: IncidentRow) -> Incident:
        notices = self._notices(row.key)
        return Incident(row.key, row.code, row.began_at, row.over_at, notices=notices, reports=row.reports)

    def _notices(self, key: str) -> int:
        """How many notices wait for a channel, or are dead letters that nobody got instead."""
        instead = NOTICE.alias("instead")
        if key == DEAD_LETTERS:
            is_tried = exists().where(instead.c.instead_of == NOTICE.c.id, instead.c.status == NoticeStatus.WAITING)
            concerned = (NOTICE.c.status == NoticeStatus.DEAD, ~is_tried)
        else:
            concerned = (NOTICE.c.status == NoticeStatus.WAITING, NOTICE.c.channel == key)
        return self._session.exec(select(func.count()).select_from(NOTICE).where(*concerned)).one()


def _begun(now: datetime, report_at: datetime) -> dict[str, Any]:
    return {"began_at": now, "over_at": None, "next_report_at": report_at, "reports": 0}
