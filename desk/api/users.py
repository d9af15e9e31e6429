"""Users of the caller's network, for whoever administers them; and the caller's own tokens, which are made elsewhere.

A token is made at the desk or on the command line only: one token makes no other.
"""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from desk.api.calling import Calling, Calls, Limit, Skip
from desk.typed import Number
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Language
from pathways.store.tokens import Token

router = APIRouter()
Login = Annotated[str, Field(max_length=254, description="The HSA-id or e-mail address that the login service tells.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Named(Frozen):
    """A user."""

    login: Login


class InRole(Named):
    """A user, and a role in the network: of a team or, for roles that see no patient, perhaps of all of it."""

    role: Role
    team: str | None = None

    @model_validator(mode="after")
    def _has_a_team(self) -> Self:
        if self.role.is_in_care and self.team is None:
            raise ValueError("whoever takes part in care belongs to a team")
        return self

    def member(self, calling: Calling) -> Membership:
        """The membership in the caller's network."""
        return Membership(network=calling.viewer.network, team=self.team, role=self.role)


class NewUser(InRole):
    """Who may sign in from now on, and as what. `is_system`: a program, which gets a token and never signs in."""

    name: Name
    language: Language = Language.SWEDISH
    is_system: bool = False


class Renamed(Named):
    """A user's new name and language."""

    name: Name
    language: Language


class WaitingRole(Frozen):
    """A role that one administrator asked for, and that does not hold until another one has confirmed it."""

    number: int
    login: str
    membership: Membership
    asked_by: str
    asked_at: datetime


class ShownToken(Frozen):
    """A token, but for itself: whose it is, what it gives, and how long it holds. `ending`: its last characters."""

    number: int
    label: str
    ending: str
    login: str
    membership: Membership
    scope: tuple[Right, ...]
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    used_at: datetime | None
    is_waiting: bool
    made_by: str | None


@router.get("/users", tags=["users"])
def show_users(
    calling: Calls,
    find: Annotated[str, Query(max_length=100, description="Letters of a name or login.")] = "",
    limit: Limit = 100,
    skip: Skip = 0,
) -> tuple[User, ...]:
    """Show those whom the caller administers."""
    calling.require(Right.MANAGE_USERS)
    letters = find.casefold()
    found = (
        user
        for user in calling.service.users.listed(by=calling.viewer)
        if letters in user.name.casefold() or letters in user.login
    )
    return tuple(found)[skip : skip + limit]


@router.get("/users/waiting", tags=["users"])
def show_waiting(calling: Calls) -> tuple[WaitingRole, ...]:
    """Show the roles that wait for a second administrator, who confirms them at the desk."""
    calling.require(Right.MANAGE_USERS)
    found = [each.request for each in calling.service.users.waiting(calling.viewer)]
    return tuple(
        WaitingRole(
            number=each.number,
            login=each.login,
            membership=each.membership,
            asked_by=each.asked_by,
            asked_at=each.asked_at,
        )
        for each in found
    )


@router.post("/users", status_code=201, tags=["users"])
def add_user(calling: Calls, body: NewUser) -> User:
    """Let somebody sign in; also who was ended, and is back. A role that needs a second administrator waits."""
    calling.require(Right.MANAGE_USERS)
    user = User(
        login=body.login,
        name=body.name,
        language=body.language,
        memberships=(body.member(calling),),
        is_system=body.is_system,
    )
    calling.service.users.add(user, calling.viewer)
    return calling.service.users.administered(user.login, calling.viewer)


@router.post("/users/give", tags=["users"])
def give_role(calling: Calls, body: InRole) -> User:
    """Give a user one more role; where it needs a second administrator, it waits."""
    calling.require(Right.MANAGE_USERS)
    calling.service.users.give(body.login, body.member(calling), calling.viewer)
    return calling.service.users.administered(body.login, calling.viewer)


@router.post("/users/take", tags=["users"])
def take_role(calling: Calls, body: InRole) -> User:
    """Take a role from a user: what is open in it ends at once."""
    calling.require(Right.MANAGE_USERS)
    user = calling.service.users.administered(body.login, calling.viewer)
    calling.service.users.take(user.login, body.member(calling), calling.viewer)
    return calling.service.users.get(user.login)


@router.post("/users/rename", tags=["users"])
def rename_user(calling: Calls, body: Renamed) -> User:
    """Give a user another name or language."""
    calling.require(Right.MANAGE_USERS)
    user = calling.service.users.administered(body.login, calling.viewer)
    calling.service.users.rename(user.login, body.name, body.language, calling.viewer)
    return calling.service.users.administered(body.login, calling.viewer)


@router.post("/users/end", tags=["users"])
def end_user(calling: Calls, body: Named) -> User:
    """Let a user no longer sign in: every session and token ends at once."""
    calling.require(Right.MANAGE_USERS)
    user = calling.service.users.administered(body.login, calling.viewer)
    calling.service.users.end(user.login, calling.viewer)
    return calling.service.users.administered(body.login, calling.viewer)


@router.get("/tokens", tags=["caller"])
def show_tokens(calling: Calls) -> tuple[ShownToken, ...]:
    """Show the caller's own tokens, the newest first: never the tokens themselves."""
    return tuple(_shown(each) for each in calling.service.tokens.of(calling.viewer.user.login))


@router.post("/tokens/{number}/end", tags=["caller"])
def end_token(calling: Calls, number: Number) -> ShownToken:
    """Let one of the caller's own tokens, or of a program that the caller administers, no longer hold."""
    return _shown(calling.service.tokens.end(number, calling.viewer))


def _shown(token: Token) -> ShownToken:
    return ShownToken(**{**vars(token), "scope": tuple(sorted(token.scope))})
