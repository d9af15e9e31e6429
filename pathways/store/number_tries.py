"""How often somebody uses patients' numbers, as rows. They are kept only as long as they count."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from pathways.store.access_tables import NumberTryRow


class NumberTries:
    """Counts tries within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, login: str, now: datetime, since: datetime) -> int:
        """Count one more try of somebody; gives how many there have been after `since`, with this one.

        What was before is forgotten, whoever it was.
        """
        self._session.exec(delete(NumberTryRow).where(col(NumberTryRow.at) <= since))
        self._session.add(NumberTryRow(login=login, at=now))
        self._session.flush()
        query = select(func.count()).select_from(NumberTryRow).where(NumberTryRow.login == login)
        return self._session.exec(query).one()

    def counted(self, since: datetime) -> Mapping[str, int]:
        """How many tries each login has made after `since`."""
        query = select(NumberTryRow.login, func.count()).where(col(NumberTryRow.at) > since)
        return dict(self._session.exec(query.group_by(NumberTryRow.login)).all())
