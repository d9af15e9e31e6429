"""Made-up people who sign in, one for each party of the demonstration."""

from collections.abc import Mapping
from datetime import UTC, datetime

from engine.world import NETWORK
from pathways.access.table import Role
from pathways.access.users import Membership, User, Viewer
from pathways.operations.service import Operations


def membership(team: str | None, role: Role = Role.TEAM_MEMBER, network: str = NETWORK) -> Membership:
    return Membership(network=network, team=team, role=role)


def user(login: str, *memberships: Membership, is_system: bool = False) -> User:
    return User(login=f"{login}@region.example", name=f"Made-up {login}", memberships=memberships, is_system=is_system)


PEOPLE: Mapping[str, User] = {
    each.login.partition("@")[0]: each
    for each in (
        user("municipal", membership("municipal-palliative-team", Role.COORDINATOR)),
        user("ssih", membership("ssih-jonkoping", Role.COORDINATOR)),
        user("north", membership("short-term-north")),
        user("ryhov", membership("ward-ryhov"), membership("ward-ryhov", Role.COORDINATOR)),
        user("admin", membership(None, Role.NETWORK_ADMIN)),
        user("it", membership(None, Role.IT)),
        user("reviewer", membership(None, Role.LOG_REVIEWER)),
    )
}


JUST_NOW = datetime(2199, 1, 1, tzinfo=UTC)
"""When whoever has a fresh login proved who they are."""


def hired(operations: Operations) -> None:
    """Let all of them sign in."""
    for each in PEOPLE.values():
        operations.users.add(each)


def viewer(name: str, place: int = 0) -> Viewer:
    """One of them, acting in one of their memberships, who has just signed in, whatever time it is."""
    return Viewer(user=PEOPLE[name], membership=PEOPLE[name].memberships[place], proved_at=JUST_NOW)
