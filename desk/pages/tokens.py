"""The page of tokens: everybody's own, with which programs act as they do, and those of the programs of a network."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.typed import Number
from desk.words import N_
from pathways.access.table import Right
from pathways.access.users import Membership, User
from pathways.errors import NotFound, Refused
from pathways.operations.tokens import LONGEST_DAYS
from pathways.store.tokens import Token

router = APIRouter(include_in_schema=False)
_USUAL_DAYS = 90
_LOOKS = frozenset(
    {
        Right.SEE_EPISODE,
        Right.SEE_BOARD,
        Right.SEE_TRIAGE,
        Right.SEE_COVER,
        Right.SEE_DEFINITIONS,
        Right.SEE_NOTICES,
    }
)


class Scope(StrEnum):
    """How much a token gives of what the role may do. The command line chooses right by right."""

    LOOK = "look"
    LOOK_AT_WHO = "look-at-who"
    ALL = "all"


RIGHTS: Mapping[Scope, frozenset[Right]] = {
    Scope.LOOK: _LOOKS,
    Scope.LOOK_AT_WHO: _LOOKS | {Right.SEE_IDENTITY},
    Scope.ALL: frozenset(Right),
}
"""What each gives; the role allows no more of it than it does anyway."""

WORDS: Mapping[Scope, str] = {
    Scope.LOOK: N_("only to look, and not at who the patients are"),
    Scope.LOOK_AT_WHO: N_("only to look, also at who the patients are"),
    Scope.ALL: N_("all that the role may do"),
}
_OTHER = N_("some rights, chosen one by one")


@router.get("/tokens")
def show(asking: Asks, done: str = "") -> HTMLResponse:
    """Show the viewer's tokens and, to an administrator, those of the programs that they administer."""
    return _page(asking, done=done)


@router.post("/tokens")
def make(asking: Presses, form: Typed) -> Response:
    """Make a token. The answer shows it, this once."""

    def do() -> HTMLResponse:
        login, membership = _owner(asking, text(form, "owner"))
        made = asking.service.tokens.make(
            login, membership, RIGHTS[_scope(form)], _days(form), asking.viewer, label=text(form, "label")
        )
        return _page(asking, made=made)

    return tried(do, lambda fault: _page(asking, 409, fault=fault, typed=form))


@router.post("/tokens/{number}/confirm")
def confirm(asking: Presses, number: int) -> Response:
    """Confirm a program's token that another administrator made."""
    asking.require(Right.MANAGE_USERS)

    def do() -> Response:
        asking.service.tokens.confirm(number, asking.viewer)
        return went_well("/tokens", "token-confirmed")

    return tried(do, lambda fault: _page(asking, 409, fault=fault))


@router.post("/tokens/{number}/end")
def end(asking: Presses, number: Number) -> Response:
    """End a token."""

    def do() -> Response:
        asking.service.tokens.end(number, asking.viewer)
        return went_well("/tokens", "token-ended")

    return tried(do, lambda fault: _page(asking, 409, fault=fault))


def _page(asking: Asking, status: int = 200, **values: Any) -> HTMLResponse:
    tokens, login = asking.service.tokens, asking.viewer.user.login
    given = {
        "own": tokens.of(login),
        "programs": [(user, tokens.of(user.login)) for user in _programs(asking)],
        "owners": [_written(user, each) for user in _programs(asking) for each in _memberships(asking, user)],
        "network": asking.network,
        "teams": asking.service.users.teams(asking.viewer),
        "scopes": WORDS,
        "gives": _gives,
        "now": asking.reader.now,
        "usual_days": _USUAL_DAYS,
        "longest_days": LONGEST_DAYS,
        "made": None,
        "typed": {},
        "fault": None,
        "done": "",
    }
    return asking.page("tokens.html", status, **{**given, **values})


def _programs(asking: Asking) -> Iterator[User]:
    """The programs that the viewer administers."""
    if asking.may(Right.MANAGE_USERS):
        for user in asking.service.users.listed(by=asking.viewer):
            if user.is_system and user.ended_at is None:
                yield user


def _memberships(asking: Asking, user: User) -> Iterator[Membership]:
    teams = asking.service.users.teams(asking.viewer)
    return (each for each in user.memberships if each.network == asking.viewer.network and each.team in teams)


def _written(user: User, membership: Membership) -> tuple[str, User, Membership]:
    """A program in one of its roles, with how the form names it."""
    return f"{membership.role}|{membership.team or ''}|{user.login}", user, membership


def _owner(asking: Asking, chosen: str) -> tuple[str, Membership]:
    """Whose token it is to be: one's own as one acts now or, where one was chosen, a program's. Raises NotFound."""
    if not chosen:
        return asking.viewer.user.login, asking.viewer.membership
    for user in _programs(asking):
        for each in _memberships(asking, user):
            if _written(user, each)[0] == chosen:
                return user.login, each
    raise NotFound("There is no such program.", "Choose one of the list.")


def _scope(form: FormData) -> Scope:
    chosen = text(form, "scope")
    if chosen not in set(Scope):
        raise Refused("What the token gives was not chosen.", "Choose it, then press again.")
    return Scope(chosen)


def _days(form: FormData) -> int:
    typed = text(form, "days")
    if not typed.isdecimal() or len(typed) > 4:
        raise Refused("That is no number of days.", "Give 1 to {longest_days} days.", longest_days=LONGEST_DAYS)
    return int(typed)


def _gives(token: Token) -> str:
    """What a token gives, in words."""
    return next((WORDS[scope] for scope, rights in RIGHTS.items() if rights == token.scope), _OTHER)
