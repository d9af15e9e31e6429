"""The page of one's own sessions: where each was begun and when it was last used; each can be ended."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.asking import Asking, Asks, Presses, tried, went_well

router = APIRouter(include_in_schema=False)


@router.get("/sessions")
def show(asking: Asks, done: str = "") -> HTMLResponse:
    """Show the viewer's sessions."""
    return _page(asking, done=done)


@router.post("/sessions/end-all")
def end_all(asking: Presses) -> Response:
    """End all of the viewer's sessions, this one too."""
    asking.service.sessions.sign_out_everywhere(asking.token)
    return RedirectResponse("/sign-in", 303)


@router.post("/sessions/{handle}/end")
def end(asking: Presses, handle: str) -> Response:
    """End one of the viewer's sessions."""

    def do() -> Response:
        asking.service.sessions.end_one(asking.token, handle)
        return went_well("/sessions", "session-ended")

    return tried(do, lambda fault: _page(asking, 409, fault=fault))


def _page(asking: Asking, status: int = 200, **values: Any) -> HTMLResponse:
    given = {"sessions": asking.service.sessions.of(asking.token), "fault": None, "done": ""}
    return asking.page("sessions.html", status, **{**given, **values})
