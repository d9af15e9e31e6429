"""Users and their memberships as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.definition.texts import Language
from pathways.store.access_tables import NO_TEAM, MembershipRow, UserRow


class Users:
    """Reads and writes users within one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, login: str, *, for_writing: bool = False) -> User | None:
        """The user with this login, if there is one. `for_writing` keeps other writers about them waiting."""
        query = select(UserRow).where(UserRow.login == login)
        row = self._session.exec(query.with_for_update() if for_writing else query).one_or_none()
        return self._users([row])[0] if row else None

    def listed(self, network: str | None = None) -> tuple[User, ...]:
        """All users, or those with a membership in a network, by login."""
        query = select(UserRow).order_by(col(UserRow.login))
        if network is not None:
            members = select(MembershipRow.login).where(MembershipRow.network == network)
            query = query.where(col(UserRow.login).in_(members))
        return self._users(self._session.exec(query).all())

    def add(self, user: User) -> None:
        """Keep a new user. The database refuses a login that is there already, whoever wrote it a moment ago."""
        self._session.add(UserRow(login=user.login, **_values(user)))
        self._session.flush()
        self._add_memberships(user)

    def change(self, user: User) -> None:
        """Keep a user as they are now. Read them `for_writing` first, so that no other change is overwritten."""
        self._session.exec(update(UserRow).where(col(UserRow.login) == user.login).values(**_values(user)))
        self._session.exec(delete(MembershipRow).where(col(MembershipRow.login) == user.login))
        self._add_memberships(user)

    def _add_memberships(self, user: User) -> None:
        for position, each in enumerate(user.memberships):
            unit = {"network": each.network, "team": each.team or NO_TEAM, "role": each.role}
            self._session.add(MembershipRow(login=user.login, position=position, **unit))
        self._session.flush()

    def _users(self, rows: Sequence[UserRow]) -> tuple[User, ...]:
        query = select(MembershipRow).where(col(MembershipRow.login).in_([row.login for row in rows]))
        held: dict[str, list[Membership]] = {row.login: [] for row in rows}
        for each in self._session.exec(query.order_by(col(MembershipRow.login), col(MembershipRow.position))):
            held[each.login].append(membership_of(each.network, each.team, each.role))
        return tuple(
            User(
                login=row.login,
                name=row.name,
                language=Language(row.language),
                memberships=tuple(held[row.login]),
                is_system=row.is_system,
                ended_at=row.ended_at,
            )
            for row in rows
        )


def _values(user: User) -> dict[str, Any]:
    return user.model_dump(include={"name", "language", "is_system", "ended_at"})


def membership_of(network: str, team: str, role: str) -> Membership:
    """The membership that columns tell."""
    return Membership(network=network, team=None if team == NO_TEAM else team, role=Role(role))
