"""Who is signed in, as rows. A session is found by the hash of its token, never read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from pathways.access.users import Membership
from pathways.store.access_tables import NO_TEAM, SessionRow
from pathways.store.users import membership_of


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in: as what, since when, and when they last did something.

    `proved_at`: when they last proved who they are, if the login service said. `address` and `browser`: where it began.
    """

    hash: str
    login: str
    membership: Membership
    began_at: datetime
    seen_at: datetime
    proved_at: datetime | None = None
    address: str = ""
    browser: str = ""


class Sessions:
    """Reads and writes sessions within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, begun: SignedIn) -> None:
        """Begin a session."""
        self._session.add(
            SessionRow(
                hash=begun.hash,
                login=begun.login,
                network=begun.membership.network,
                team=begun.membership.team or NO_TEAM,
                role=begun.membership.role,
                began_at=begun.began_at,
                seen_at=begun.seen_at,
                proved_at=begun.proved_at,
                address=begun.address,
                browser=begun.browser,
            )
        )
        self._session.flush()

    def get(self, token_hash: str) -> SignedIn | None:
        """The session with this hash, if there is one, in time or not."""
        row = self._session.get(SessionRow, token_hash)
        return None if row is None else _read(row)

    def of(self, login: str) -> Sequence[SignedIn]:
        """The sessions of a user, in time or not, the latest first."""
        query = select(SessionRow).where(col(SessionRow.login) == login)
        return [_read(row) for row in self._session.exec(query.order_by(col(SessionRow.began_at).desc()))]

    def seen(self, token_hash: str, now: datetime) -> None:
        """Note that somebody has done something."""
        this = col(SessionRow.hash) == token_hash
        self._session.exec(update(SessionRow).where(this).values(seen_at=now))

    def act_as(self, token_hash: str, membership: Membership) -> None:
        """Let the session go on in another membership."""
        unit = {"network": membership.network, "team": membership.team or NO_TEAM, "role": membership.role}
        self._session.exec(update(SessionRow).where(col(SessionRow.hash) == token_hash).values(**unit))

    def end(self, token_hash: str) -> None:
        """End a session."""
        self._session.exec(delete(SessionRow).where(col(SessionRow.hash) == token_hash))

    def end_all(self, login: str) -> None:
        """End every session of a user."""
        self._session.exec(delete(SessionRow).where(col(SessionRow.login) == login))

    def forget(self, before: datetime) -> None:
        """Forget the sessions that began before an instant."""
        self._session.exec(delete(SessionRow).where(col(SessionRow.began_at) < before))


def _read(row: SessionRow) -> SignedIn:
    return SignedIn(
        row.hash,
        row.login,
        membership_of(row.network, row.team, row.role),
        row.began_at,
        row.seen_at,
        row.proved_at,
        row.address or "",
        row.browser or "",
    )
