"""Signing in: through the login service of the installation (OpenID Connect), or, in the demonstration, by choosing.

Who somebody is, the login service says; what they may do here, the users of the network.
"""

from datetime import datetime, timedelta
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from httpx import HTTPError

from desk.asking import Presses, Typed, is_reached_by_tls, operations_of, session_cookie, text
from desk.browsers import browser_of
from desk.intake import address_of
from desk.rendering import Reader, page
from desk.security import Tries, is_from_this_machine
from pathways.access.logins import login_of, proved_at
from pathways.access.users import Membership
from pathways.definition.texts import Language
from pathways.errors import HandslagError, NotFound, Refused
from pathways.operations.service import Operations

router = APIRouter(include_in_schema=False)
_SERVICE = "login"
_DONE = "/sign-in/done"
"""Where the login service leads back to, at the address of the settings: whatever host a request names."""

_PATIENCE_SECONDS = 10
_TIME_ZONE = "Europe/Stockholm"
"""Nobody's time is shown before somebody is signed in."""


def login_service(service: Operations) -> OAuth | None:
    """The login service that the settings name, if they name one."""
    settings = service.settings
    if settings.login_url is None:
        return None
    found, secret = OAuth(), settings.login_client_secret.get_secret_value()
    found.register(
        _SERVICE,
        server_metadata_url=f"{settings.login_url}/.well-known/openid-configuration",
        client_id=settings.login_client_id,
        client_secret=secret or None,
        client_kwargs={
            "scope": settings.login_scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            "timeout": _PATIENCE_SECONDS,
        },
    )
    return found


@router.get("/sign-in")
def sign_in_page(request: Request, back: str = "/", again: str = "") -> HTMLResponse:
    """The page to sign in. `again`: somebody who is signed in already is to prove anew who they are."""
    return _page(request, back=_own(back), again=bool(again))


@router.get("/sign-in/service")
async def to_the_login_service(request: Request, back: str = "/", again: str = "") -> Response:
    """Go to the login service; it leads back to `/sign-in/done`. `again`: it is to let them prove anew who they are."""
    client = _client(request)
    _tries(request).count(_who(request))
    request.session["back"], request.session["again"] = _own(back), bool(again)
    try:
        settings = operations_of(request).settings
        asked = {"acr_values": settings.login_acr} if settings.login_acr else {}
        if again:
            asked |= {"prompt": "login", "max_age": str(settings.fresh_login_minutes * 60)}
        found: Response = await client.authorize_redirect(request, f"{settings.desk_address}{_DONE}", **asked)
    except (HTTPError, OAuthError, RuntimeError, ValueError):
        return _page(request, 502, fault=_away())
    return found


@router.get(_DONE)
async def back_from_the_login_service(request: Request) -> Response:
    """Come back from the login service."""
    client = _client(request)
    settings = operations_of(request).settings
    back, again = _own(str(request.session.get("back", "/"))), bool(request.session.get("again"))
    try:
        _tries(request).require(_failed(request))
        token = await client.authorize_access_token(request)
        claims = token.get("userinfo") or {}
        login = login_of(
            claims,
            claim=settings.login_claim,
            client=settings.login_client_id,
            levels=settings.login_acr.split(),
        )
        within = timedelta(minutes=settings.fresh_login_minutes) if again else None
        return _signed_in(request, login, back, proved_at(claims, operations_of(request).clock(), within))
    except OAuthError:
        _tries(request).note(_failed(request))
        return _page(request, 403, back=back, fault=Refused("Signing in was broken off.", "Try again."))
    except (HTTPError, RuntimeError, ValueError):
        return _page(request, 502, back=back, fault=_away())
    except HandslagError as fault:
        return _page(request, 403, back=back, fault=fault)
    finally:
        request.session.clear()


@router.post("/sign-in/demo")
def sign_in_to_the_demonstration(request: Request, form: Typed) -> Response:
    """Choose whom to be, in the demonstration and on this very machine only."""
    _require_demonstration(request)
    back = _own(text(form, "back"))
    try:
        _tries(request).count(_who(request))
        return _signed_in(request, text(form, "login"), back, operations_of(request).clock())
    except HandslagError as fault:
        return _page(request, 403, back=back, fault=fault)


@router.post("/act-as")
def act_as(asking: Presses, form: Typed) -> Response:
    """Go on in another of one's memberships."""
    role, network, team = [*text(form, "membership").split("|"), "", ""][:3]
    own = asking.viewer.user.memberships
    chosen = next((m for m in own if (m.role, m.network, m.team or "") == (role, network, team)), None)
    if chosen is not None:
        asking.service.sessions.act_as(asking.token, chosen)
    return RedirectResponse("/", 303)


@router.post("/sign-out")
def sign_out(asking: Presses) -> Response:
    """End the session."""
    asking.service.sessions.sign_out(asking.token)
    answer = RedirectResponse("/sign-in?back=/", 303)
    name = session_cookie(asking.service)
    answer.delete_cookie(name, path="/", secure=is_reached_by_tls(asking.service), httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _signed_in(request: Request, login: str, back: str, proved: datetime | None) -> Response:
    service, name = operations_of(request), session_cookie(operations_of(request))
    browser = browser_of(request.headers.get("user-agent", ""))
    token = service.sessions.sign_in(login, proved_at=proved, address=address_of(request.scope), browser=browser)
    if before := request.cookies.get(name):
        service.sessions.sign_out(before)
    answer = RedirectResponse(back, 303)
    is_secure = is_reached_by_tls(service) or request.url.scheme == "https"
    answer.set_cookie(name, token, path="/", httponly=True, samesite="lax", secure=is_secure)
    return answer


def _page(request: Request, status: int = 200, **values: Any) -> HTMLResponse:
    service = operations_of(request)
    people = service.users.listed() if _is_demonstration(request) else ()
    language = language_of(request)
    reader = Reader(language, _TIME_ZONE, service.clock())
    given = {
        "people": people,
        "has_service": request.app.state.login is not None,
        "fault": None,
        "back": "/",
        "again": False,
        "viewer": None,
        "network": _names_of(service, people) if people else {},
    }
    return HTMLResponse(page("sign-in.html", service.settings.templates_folder, reader, {**given, **values}), status)


def _names_of(service: Operations, people: Any) -> dict[Membership, str]:
    """What each membership of the demonstration's people is called: the team, or the network."""
    _pathways, networks = service.publishing.published()
    known = {network.network: network for network in networks}
    memberships = [membership for user in people for membership in user.memberships]
    return {
        each: known[each.network].teams[each.team].name if each.team else each.network
        for each in memberships
        if each.network in known
    }


def language_of(request: Request) -> Language:
    """The language that a browser asks for, of those that there are."""
    wanted = request.headers.get("accept-language", "").lower()
    places = {language: wanted.find(language.value) for language in Language}
    known = [language for language, place in places.items() if place >= 0]
    return min(known, key=lambda language: places[language]) if known else Language.ENGLISH


def _client(request: Request) -> Any:
    login: OAuth | None = request.app.state.login
    if login is None:
        raise NotFound("There is no login service.", "Set HANDSLAG_LOGIN_URL.")
    return login.create_client(_SERVICE)


def _require_demonstration(request: Request) -> None:
    if not _is_demonstration(request):
        raise NotFound("There is no such page.", "Sign in through the login service.")


def _is_demonstration(request: Request) -> bool:
    """Whether this is the demonstration, asked for from this very machine."""
    return operations_of(request).settings.is_demo and is_from_this_machine(request)


def _tries(request: Request) -> Tries:
    found: Tries = request.app.state.tries
    return found


def _who(request: Request) -> str:
    return address_of(request.scope)


def _failed(request: Request) -> str:
    """Whose attempts that came to nothing are counted: a sign-in that succeeds counts once, when it begins."""
    return f"failed {_who(request)}"


def _own(back: str) -> str:
    """A page of the desk to go to: no other host's."""
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"


def _away() -> Refused:
    return Refused("The login service does not answer.", "Try again; if it goes on, tell IT.")
