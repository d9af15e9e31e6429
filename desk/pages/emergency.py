"""The page to open an episode in an emergency: for whoever gives care, but whose team has no part in it."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from pathways.access.table import Right

router = APIRouter(include_in_schema=False)


@router.get("/emergency")
def show(asking: Asks, reference: str = "") -> HTMLResponse:
    """Show the form: which episode, and why; and what is open now, and until when."""
    asking.require(Right.OPEN_IN_EMERGENCY)
    return _page(asking, typed={"reference": reference})


@router.post("/emergency")
def open_one(asking: Presses, form: Typed) -> Response:
    """Open an episode for a while; where it is refused, show why, with all that was typed."""
    asking.require(Right.OPEN_IN_EMERGENCY)

    def do() -> Response:
        asking.request.app.state.look_ups.count(asking.viewer.user.login)
        reference = text(form, "reference")
        asking.service.access.open_in_emergency(asking.viewer, reference, text(form, "reason"))
        return went_well(f"/episodes/{quote(reference, safe='')}", "opened")

    return tried(do, lambda fault: _page(asking, 409, fault=fault, typed=form))


def _page(asking: Asking, status: int = 200, **values: object) -> HTMLResponse:
    common = {
        "minutes": asking.service.settings.emergency_minutes,
        "opened": asking.service.access.opened_in_emergency(asking.viewer),
        "fault": None,
    }
    return asking.page("emergency.html", status, **{**common, **values})
