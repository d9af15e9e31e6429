"""Roles that wait for a second administrator, as rows. A request is gone once it was confirmed or declined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from pathways.access.users import Membership
from pathways.store.access_tables import NO_TEAM, RoleRequestRow
from pathways.store.users import membership_of


@dataclass(frozen=True)
class RoleRequest:
    """A role that somebody is to have, who asked for that (a login), and when."""

    number: int
    login: str
    membership: Membership
    asked_by: str
    asked_at: datetime


class RoleRequests:
    """Reads and writes requests for roles within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, login: str, membership: Membership, asked_by: str, now: datetime) -> None:
        """Keep a new request; the database refuses a second one for the same role."""
        self._session.add(
            RoleRequestRow(
                login=login,
                network=membership.network,
                team=membership.team or NO_TEAM,
                role=membership.role,
                asked_by=asked_by,
                asked_at=now,
            )
        )
        self._session.flush()

    def get(self, number: int) -> RoleRequest | None:
        """The request of this number, if it still waits; other writers of it wait."""
        row = self._session.get(RoleRequestRow, number, with_for_update=True)
        return _request(row) if row else None

    def of(self, login: str) -> Sequence[RoleRequest]:
        """The requests for a user, in the order in which they were made."""
        return self._found(col(RoleRequestRow.login) == login)

    def listed(self, network: str | None = None) -> Sequence[RoleRequest]:
        """The requests in a network, or all, in the order in which they were made."""
        return self._found(col(RoleRequestRow.network) == network) if network else self._found()

    def remove(self, number: int) -> None:
        """Let a request wait no longer."""
        self._session.exec(delete(RoleRequestRow).where(col(RoleRequestRow.id) == number))

    def _found(self, *conditions: ColumnElement[bool]) -> Sequence[RoleRequest]:
        query = select(RoleRequestRow).where(*conditions).order_by(col(RoleRequestRow.id))
        return [_request(row) for row in self._session.exec(query)]


def _request(row: RoleRequestRow) -> RoleRequest:
    if row.id is None:
        raise AssertionError("a row that was read has a number")
    return RoleRequest(row.id, row.login, membership_of(row.network, row.team, row.role), row.asked_by, row.asked_at)
