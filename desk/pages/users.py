"""The pages of users: who may sign in and as what, for whoever administers a network, or one organisation in it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User, read_login
from pathways.definition.texts import Language
from pathways.errors import HandslagError, NotFound, Refused

router = APIRouter(include_in_schema=False)
_SHOWN = 100
_ANSWERS = {"confirm": "role-confirmed", "decline": "role-declined"}
_EVERYWHERE = ""
"""What the form says for all of the network instead of one team."""


@router.get("/users")
def show(asking: Asks, find: str = "", done: str = "") -> HTMLResponse:
    """Show those whom the viewer administers, or of them those whose name, login or team holds some letters."""
    asking.require(Right.MANAGE_USERS)
    return _list(asking, find=find, done=done)


@router.post("/users")
def add(asking: Presses, form: Typed) -> Response:
    """Let somebody sign in, or give a role to somebody who does so already."""
    asking.require(Right.MANAGE_USERS)

    def do() -> Response:
        login, membership, users = read_login(text(form, "login")), _membership(asking, form), asking.service.users
        if _may_sign_in(asking, login):
            holds = users.give(login, membership, asking.viewer)
            return went_well(_address(login), "role-given" if holds else "role-waits")
        user = User(
            login=login,
            name=text(form, "name"),
            language=_language(form),
            memberships=(membership,),
            is_system=bool(text(form, "program")),
        )
        holds = users.add(user, asking.viewer)
        return went_well(_address(login), "user-added" if holds else "role-waits")

    return tried(do, lambda fault: _list(asking, 409, fault=fault, typed=form))


@router.get("/users/{login:path}")
def show_one(asking: Asks, login: str, done: str = "") -> HTMLResponse:
    """Show one user."""
    asking.require(Right.MANAGE_USERS)
    return _one(asking, asking.service.users.administered(login, asking.viewer), done=done)


@router.post("/users/waiting/{number}/{answer}")
def decide(asking: Presses, number: int, answer: str) -> Response:
    """Confirm a role that another administrator asked for, or decline it."""
    asking.require(Right.MANAGE_USERS)

    def do() -> Response:
        if answer not in _ANSWERS:
            raise NotFound("There is no such button.", "Load the page again.")
        decided = asking.service.users.confirm if answer == "confirm" else asking.service.users.decline
        decided(number, asking.viewer)
        return went_well("/users", _ANSWERS[answer])

    return tried(do, lambda fault: _list(asking, 409, fault=fault))


@router.post("/users/{login:path}/{action}")
def press(asking: Presses, login: str, action: str, form: Typed) -> Response:
    """Change what a user may do; where it is refused, show why, with all that was typed."""
    asking.require(Right.MANAGE_USERS)
    user = asking.service.users.administered(login, asking.viewer)

    def do() -> Response:
        make = _MADE.get(action)
        if make is None:
            raise NotFound("There is no such button.", "Load the page again.")
        holds = make(asking, user, form)
        is_shown = any(each.login == user.login for each in asking.service.users.listed(by=asking.viewer))
        return went_well(
            _address(user.login) if is_shown else "/users", "role-waits" if holds is False else f"user-{action}"
        )

    def otherwise(fault: HandslagError) -> HTMLResponse:
        return _one(asking, user, 409, fault=fault, typed=form, action=action)

    return tried(do, otherwise)


def _list(asking: Asking, status: int = 200, find: str = "", **values: Any) -> HTMLResponse:
    found = [user for user in asking.service.users.listed(by=asking.viewer) if _holds(asking, user, find.casefold())]
    given = {"users": found[:_SHOWN], "more": len(found) - _SHOWN, "find": find}
    return asking.page("users.html", status, **{**_common(asking), **given, **values})


def _one(asking: Asking, user: User, status: int = 200, **values: Any) -> HTMLResponse:
    teams = asking.service.users.teams(asking.viewer)
    own = [each for each in user.memberships if each.network == asking.viewer.network and each.team in teams]
    given = {
        "user": user,
        "own": own,
        "is_all": len(own) == len(user.memberships),
        "is_self": user.login == asking.viewer.user.login,
        "action": "",
    }
    return asking.page("user.html", status, **{**_common(asking), **given, **values})


def _common(asking: Asking) -> Mapping[str, Any]:
    return {
        "network": asking.network,
        "teams": asking.service.users.teams(asking.viewer),
        "roles": list(Role),
        "languages": list(Language),
        "typed": {},
        "fault": None,
        "done": "",
        "waiting": asking.service.users.waiting(asking.viewer),
    }


def _holds(asking: Asking, user: User, letters: str) -> bool:
    found = [asking.network.teams.get(each.team or "") for each in user.memberships]
    names = [team.name for team in found if team]
    return any(letters in words.casefold() for words in (user.name, user.login, *names))


def _may_sign_in(asking: Asking, login: str) -> bool:
    try:
        return asking.service.users.get(login).ended_at is None
    except NotFound:
        return False


def _membership(asking: Asking, form: FormData) -> Membership:
    """The role that was chosen, in the viewer's network. Raises Refused."""
    role, team = text(form, "role"), text(form, "team")
    if role not in set(Role):
        raise Refused("No role was chosen.", "Choose one, then press again.")
    if Role(role).is_in_care and team == _EVERYWHERE:
        raise Refused("Whoever takes part in care belongs to a team.", "Choose the team, then press again.")
    return Membership(network=asking.viewer.network, team=team or None, role=Role(role))


def _language(form: FormData) -> Language:
    language = text(form, "language")
    if language not in set(Language):
        raise Refused("No language was chosen.", "Choose one, then press again.")
    return Language(language)


def _give(asking: Asking, user: User, form: FormData) -> bool:
    return asking.service.users.give(user.login, _membership(asking, form), asking.viewer)


def _take(asking: Asking, user: User, form: FormData) -> None:
    asking.service.users.take(user.login, _membership(asking, form), asking.viewer)


def _rename(asking: Asking, user: User, form: FormData) -> None:
    asking.service.users.rename(user.login, text(form, "name"), _language(form), asking.viewer)


def _end(asking: Asking, user: User, _form: FormData) -> None:
    asking.service.users.end(user.login, asking.viewer)


def _back(asking: Asking, user: User, _form: FormData) -> bool:
    return asking.service.users.add(user.model_copy(update={"ended_at": None}), asking.viewer)


_MADE: Mapping[str, Callable[[Asking, User, FormData], bool | None]] = {
    "give": _give,
    "take": _take,
    "rename": _rename,
    "end": _end,
    "back": _back,
}
"""What each button does; False where a second administrator has to confirm it first."""


def _address(login: str) -> str:
    return f"/users/{quote(login)}"
