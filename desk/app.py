"""The desk as one web application: its routes, what protects them, and what is answered when something is wrong."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import Scope

from desk import live, monitoring, signing_in
from desk.api import PATH, create_api
from desk.api.problems import problem
from desk.asking import Asking, NotFromHereError, NotSignedInError, is_reached_by_tls, operations_of
from desk.drawings import Drawings
from desk.following import HEADER, Followed, Times, number_of, route_of
from desk.intake import LARGEST_BYTES, Intake, Streams
from desk.pages import PAGES
from desk.rendering import Reader, page
from desk.security import HEADERS, Tries, with_headers
from desk.signing_in import language_of, login_service
from pathways.access.table import Right
from pathways.care.references import referred
from pathways.errors import Failed, NotFound, Refused, SpokenError
from pathways.operations.service import Operations

_log = logging.getLogger("handslag.desk")
_STATIC = Path(__file__).parent / "static"
_SIGNING_IN_SECONDS = 600
_STREAMS_OF_A_SESSION = 20
_LARGE = 1_000
_NO_PAGE = NotFound("There is no such page.", "Go back to the inbox.")
_NOT_FROM_HERE = Refused("That was not sent from a page of this session.", "Load the page again, then press once more.")
_NOT_LET_IN = {
    408: Refused("That came too slowly.", "Try again, over a better connection."),
    413: Refused(
        "That was more than the desk takes at once.", "Send less: at most {bytes} bytes.", bytes=LARGEST_BYTES
    ),
    429: Refused("Too much is open from this address at once.", "Close some pages, then try again."),
}
_WRONG = Failed("Something went wrong, and nothing was changed.", "Try again; if it goes on, tell IT.")


def create_app(service: Operations) -> FastAPI:
    """The desk on one database."""
    app = FastAPI(title="Handslag", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_life)
    app.state.service = service
    app.state.login = login_service(service)
    settings = service.settings
    app.state.tries, app.state.look_ups = Tries(settings.sign_ins_a_minute), Tries(settings.tries_a_minute)
    app.state.streams = Streams(_STREAMS_OF_A_SESSION, settings.connections_per_address, settings.connections)
    app.state.drawings = Drawings()
    app.state.stamps = live.Stamps(service.boards.stamp)
    app.middleware("http")(with_headers)
    app.add_middleware(GZipMiddleware, minimum_size=_LARGE)
    app.add_middleware(
        SessionMiddleware,
        secret_key=service.settings.hash_key.get_secret_value(),
        session_cookie="__Secure-handslag-signing-in" if is_reached_by_tls(service) else "handslag-signing-in",
        https_only=is_reached_by_tls(service),
        max_age=_SIGNING_IN_SECONDS,
        path="/sign-in",
        same_site="lax",
    )
    app.add_middleware(Intake, answer=_not_let_in, at_once=settings.connections_per_address)
    app.state.registry = registry = CollectorRegistry()
    registry.register(monitoring.Whole(service.measuring))
    app.add_middleware(Followed, times=Times(registry))  # the last one added is the first to be asked
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for router in (signing_in.router, live.router, monitoring.router, *PAGES):
        app.include_router(router)
    app.mount(PATH, create_api(service, app.state.look_ups, app.state.drawings))
    _answer_faults(app)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    stamps: live.Stamps = app.state.stamps
    async with stamps.followed():
        yield


def _answer_faults(app: FastAPI) -> None:
    """Every fault is answered with a page that says what to do; none shows what is inside."""

    @app.exception_handler(NotSignedInError)
    def sign_in_first(request: Request, fault: NotSignedInError) -> Response:
        where = f"/sign-in?back={fault.back_to}"
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"HX-Redirect": where})
        return RedirectResponse(where, 303)

    @app.exception_handler(NotFromHereError)
    def press_again(request: Request, _fault: NotFromHereError) -> HTMLResponse:
        return _page(request, 403, _NOT_FROM_HERE)

    @app.exception_handler(NotFound)
    def no_such(request: Request, fault: NotFound) -> HTMLResponse:
        return _page(request, 404, fault, emergency=_could_be_opened(request))

    @app.exception_handler(Refused)
    def refused(request: Request, fault: Refused) -> HTMLResponse:
        return _page(request, 409, fault)

    @app.exception_handler(Failed)
    def failed(request: Request, fault: Failed) -> HTMLResponse:
        _log.error("%s %s failed: %s", request.method, route_of(request.scope), fault)
        return _page(request, 503, fault)

    @app.exception_handler(RequestValidationError)
    def no_sense(request: Request, _fault: RequestValidationError) -> HTMLResponse:
        return _page(request, 404, _NO_PAGE)

    @app.exception_handler(HTTPException)
    def not_there(request: Request, fault: HTTPException) -> HTMLResponse:
        return _page(request, fault.status_code, _NO_PAGE)

    @app.exception_handler(Exception)
    def wrong(request: Request, fault: Exception) -> HTMLResponse:
        _log.error("%s %s went wrong: %s", request.method, route_of(request.scope), type(fault).__name__)
        answer = _page(request, 500, _WRONG)
        answer.headers.update({**HEADERS, "Cache-Control": "no-store", HEADER: number_of(request.scope)})
        return answer  # nothing else that stands before the answers sees this one


def _not_let_in(scope: Scope, status: int) -> Response:
    """The answer to a request of which nothing was looked at; the connection ends with it."""
    request, fault = Request(scope), _NOT_LET_IN[status]
    if request.url.path.startswith(f"{PATH}/"):
        answer: Response = problem(status, str(fault))
    else:
        answer = _page(request, status, fault)
    answer.headers.update({**HEADERS, "Cache-Control": "no-store", "Connection": "close"})
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _page(request: Request, status: int, fault: SpokenError, **more: str) -> HTMLResponse:
    service = operations_of(request)
    asking = _asking_of(request)
    language = asking.viewer.user.language if asking else language_of(request)
    reader = Reader(language, "UTC", service.clock())
    values = {"viewer": None, "fault": fault, "emergency": "", **more}
    return HTMLResponse(page("fault.html", service.settings.templates_folder, reader, values), status)


def _asking_of(request: Request) -> Asking | None:
    """Who asks, where that was known before something went wrong."""
    found: Asking | None = getattr(request.state, "asking", None)
    return found


def _could_be_opened(request: Request) -> str:
    """The reference that was asked for by whoever may open one in an emergency. It never says whether there is one."""
    asking, found = _asking_of(request), referred(str(request.path_params.get("reference", "")))
    if asking is None or found is None or not asking.may(Right.OPEN_IN_EMERGENCY):
        return ""
    return found[1]
