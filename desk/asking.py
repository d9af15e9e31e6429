"""Who asks for a page: the session behind a request, what a press must bring, and the answer as a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hmac import compare_digest
from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from desk.rendering import Reader, page
from desk.words import N_
from pathways.access.relations import UNRELATED
from pathways.access.table import Right
from pathways.access.users import Viewer
from pathways.care.late_entries import LONGEST_AGO
from pathways.definition.networks import Network
from pathways.errors import HandslagError, NotFound
from pathways.instants import came_twice
from pathways.operations.service import Operations
from pathways.operations.sessions import Session

COOKIE = "handslag"
"""The cookie of the session, on a desk that is reached without TLS: on loopback."""

HOST_COOKIE = f"__Host-{COOKIE}"
"""The same on a desk that is reached by https: a browser takes it from this very host alone, and only over TLS."""

NAVIGATION = (
    (Right.SEE_BOARD, "/inbox", N_("Inbox")),
    (Right.SEE_BOARD, "/board", N_("Board")),
    (Right.BEGIN, "/begin", N_("Begin")),
    (Right.SEE_BOARD, "/places", N_("Places")),
    (Right.SEE_TRIAGE, "/triage", N_("Triage list")),
    (Right.SEE_COVER, "/cover", N_("Cover")),
    (Right.SEE_NOTICES, "/notices", N_("Not sent")),
    (Right.MANAGE_USERS, "/users", N_("Users")),
    (Right.SEE_DEFINITIONS, "/pathways", N_("Pathways")),
    (Right.SEE_DEFINITIONS, "/agreements", N_("Agreements")),
    (Right.REVIEW_LOG, "/log", N_("Log review")),
    (Right.OPEN_IN_EMERGENCY, "/emergency", N_("Emergency")),
)
"""The pages that are always at hand: the right that one needs, the address, and the words. The first ones first."""

RUNS = {
    "/inbox": "/artifacts/key/waiting",
    "/board": "/artifacts/key/waiting",
    "/begin": "/runs?tag=begin",
    "/places": "/runs?tag=watch",
    "/triage": "/runs?tag=meetings",
    "/cover": "/runs?tag=cover",
    "/notices": "/runs?tag=notices",
}
"""Where in the Prefect UI the flow runs behind a page are seen. An episode and a handover lead to their own."""

_AT_MOST_FIELDS = 200


class NotSignedInError(Exception):
    """Nobody is signed in, or no longer. `back_to`: the page to come back to."""

    def __init__(self, back_to: str) -> None:
        super().__init__(back_to)
        self.back_to = back_to


class NotFromHereError(Exception):
    """A press that no page of ours made for this session."""


@dataclass(frozen=True)
class Asking:
    """One request of somebody who is signed in. `stamp`: of the network, before anything was read."""

    request: Request
    service: Operations
    session: Session
    token: str
    stamp: str

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.session.viewer

    @cached_property
    def network(self) -> Network:
        """The network that the viewer acts in."""
        return self.service.publishing.network(self.viewer.network)

    @cached_property
    def reader(self) -> Reader:
        """For whom the page is written."""
        return Reader(self.viewer.user.language, self.network.time_zone, self.service.clock())

    @property
    def today(self) -> date:
        """The day that it is where the network is."""
        return self.reader.now.astimezone(ZoneInfo(self.network.time_zone)).date()

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of the desk for the viewer."""
        common = {
            "viewer": self.viewer,
            "network": self.network,
            "acts_for": self.network.teams[self.viewer.team].name if self.viewer.team else self.network.network,
            "csrf": self.session.csrf,
            "ends_at": self.session.ends_at,
            "here": self.request.url.path,
            "back": _page_of(self.request),
            "stamp": self.stamp,
            "prefect": self.service.settings.prefect_api_url.removesuffix("/api"),
            "opens_late": "late" in self.request.query_params,
            "came_twice": came_twice(self.reader.now - LONGEST_AGO, self.reader.now, self.network),
            "runs": RUNS.get(f"/{self.request.url.path.split('/')[1]}"),
            "may": self.may,
            "navigation": [(path, words) for right, path, words in NAVIGATION if self.may(right)],
        }
        html = page(template, self.service.settings.templates_folder, self.reader, {**common, **values})
        return HTMLResponse(html, status)

    def may(self, right: str) -> bool:
        """Whether the viewer may do this, of no one patient or of one in whom their team has no part."""
        return self.viewer.may(Right(right), UNRELATED)

    def require(self, right: Right) -> None:
        """Answer as if the page did not exist to whoever may not see it. Raises NotFound."""
        if not self.may(right):
            raise NotFound("There is no such page.", "Go back to the inbox.")


def is_reached_by_tls(service: Operations) -> bool:
    """Whether people reach the desk by https."""
    return service.settings.desk_address.startswith("https://")


def session_cookie(service: Operations) -> str:
    """The name of the cookie of the session."""
    return HOST_COOKIE if is_reached_by_tls(service) else COOKIE


def operations_of(request: Request) -> Operations:
    """The operations behind the desk."""
    service: Operations = request.app.state.service
    return service


def _signed_in(request: Request, *, is_press: bool) -> Asking:
    service, token = operations_of(request), request.cookies.get(session_cookie(operations_of(request)), "")
    session = service.sessions.viewer_of(token, is_press=is_press) if token else None
    if session is None:
        raise NotSignedInError(_page_of(request))
    found = Asking(request, service, session, token, service.boards.stamp(session.viewer.network))
    request.state.asking = found
    return found


def asking(request: Request) -> Asking:
    """Who asks for a page. Raises NotSignedInError."""
    return _signed_in(request, is_press="hx-request" not in request.headers)


async def typed(request: Request) -> FormData:
    """What was typed into the form that was sent."""
    return await request.form(max_fields=_AT_MOST_FIELDS, max_files=0)


Typed = Annotated[FormData, Depends(typed)]


def pressing(request: Request, form: Typed) -> Asking:
    """Who presses a button of one of our pages. Raises NotSignedInError, or NotFromHereError for a foreign one."""
    found = _signed_in(request, is_press=True)
    if not compare_digest(str(form.get("csrf", "")).encode(), found.session.csrf.encode()):
        raise NotFromHereError
    return found


Asks = Annotated[Asking, Depends(asking)]
Presses = Annotated[Asking, Depends(pressing)]


def text(form: FormData, name: str) -> str:
    """One field of a form, without spaces around; empty where it is missing."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> tuple[str, ...]:
    """All values of a field, those that say something."""
    return tuple(value.strip() for value in form.getlist(name) if isinstance(value, str) and value.strip())


def went_well(path: str, done: str = "") -> RedirectResponse:
    """Show a page again after a press, so that loading it anew presses nothing. `done`: a word for what was done."""
    return RedirectResponse(f"{path}?done={quote(done)}" if done else path, status_code=303)


def tried(press: Callable[[], Response], otherwise: Callable[[HandslagError], Response]) -> Response:
    """What a press leads to: where it leads on to or, where it is refused or fails, the page with what was typed."""
    try:
        return press()
    except HandslagError as fault:
        return otherwise(fault)


def _page_of(request: Request) -> str:
    """The page that somebody is on: of a press, the one that the button stood on."""
    if request.method == "GET" and "hx-request" not in request.headers:
        return request.url.path
    came_from = urlsplit(request.headers.get("referer", ""))
    return came_from.path if came_from.netloc == request.url.netloc and came_from.path.startswith("/") else "/"
