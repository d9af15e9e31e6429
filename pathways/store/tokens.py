"""Tokens of the API as rows. A token is found by its hash, never read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from pathways.access.table import Right
from pathways.access.users import Membership
from pathways.store.access_tables import NO_TEAM, TokenRow
from pathways.store.users import membership_of


@dataclass(frozen=True)
class Token:
    """A token as it is known: everything but itself. Without `ended_at` it holds until it expires.

    `label`: what its owner calls it. `ending`: its last characters. While it `is_waiting` it does not hold yet: another
    administrator than the one who made it, `made_by`, has to confirm it.
    """

    number: int
    login: str
    membership: Membership
    scope: frozenset[Right]
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    used_at: datetime | None = None
    label: str = ""
    ending: str = ""
    made_by: str | None = None
    is_waiting: bool = False


class Tokens:
    """Reads and writes tokens within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        token_hash: str,
        login: str,
        membership: Membership,
        scope: frozenset[Right],
        made_at: datetime,
        expires_at: datetime,
        label: str,
        ending: str,
        made_by: str | None = None,
        *,
        is_waiting: bool = False,
    ) -> None:
        """Keep a new token."""
        row = TokenRow(
            hash=token_hash,
            login=login,
            network=membership.network,
            team=membership.team or NO_TEAM,
            role=membership.role,
            scope=sorted(scope),
            made_at=made_at,
            expires_at=expires_at,
            label=label,
            ending=ending,
            made_by=made_by,
            is_waiting=is_waiting,
        )
        self._session.add(row)
        self._session.flush()

    def get(self, token_hash: str) -> Token | None:
        """The token with this hash, if there is one, in time or not."""
        row = self._session.exec(select(TokenRow).where(TokenRow.hash == token_hash)).one_or_none()
        return _token(row) if row else None

    def numbered(self, number: int) -> Token | None:
        """The token with this number, if there is one."""
        row = self._session.get(TokenRow, number)
        return _token(row) if row else None

    def of(self, login: str) -> Sequence[Token]:
        """The tokens of a user, the newest first."""
        query = select(TokenRow).where(TokenRow.login == login).order_by(col(TokenRow.id).desc())
        return [_token(row) for row in self._session.exec(query)]

    def used(self, number: int, now: datetime) -> None:
        """Note that a token was used."""
        self._session.exec(update(TokenRow).where(col(TokenRow.id) == number).values(used_at=now))

    def confirm(self, number: int) -> None:
        """Let a token hold that waited for it."""
        self._session.exec(update(TokenRow).where(col(TokenRow.id) == number).values(is_waiting=False))

    def end(self, number: int, now: datetime) -> None:
        """Let a token no longer hold, unless it has ended already."""
        this = col(TokenRow.id) == number, col(TokenRow.ended_at).is_(None)
        self._session.exec(update(TokenRow).where(*this).values(ended_at=now))

    def end_all(self, login: str, now: datetime, membership: Membership | None = None) -> None:
        """Let no token of a user hold any longer, or none of those for one membership."""
        query = select(TokenRow).where(TokenRow.login == login, col(TokenRow.ended_at).is_(None))
        for row in self._session.exec(query):
            if membership in (None, _token(row).membership):
                row.ended_at = now
        self._session.flush()


def _token(row: TokenRow) -> Token:
    if row.id is None:
        raise AssertionError("a row that was read has a number")
    return Token(
        row.id,
        row.login,
        membership_of(row.network, row.team, row.role),
        frozenset(Right(each) for each in row.scope),
        row.made_at,
        row.expires_at,
        row.ended_at,
        row.used_at,
        row.label or "",
        row.ending or "",
        row.made_by,
        bool(row.is_waiting),
    )
