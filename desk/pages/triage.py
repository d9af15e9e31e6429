"""The triage list: what stands on the lists of the meetings in which the viewer's team sits, and what they decide."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.meetings import lists_of
from desk.versions import versions_of
from pathways.access.table import Right
from pathways.care.meetings.commands import DecideMatter
from pathways.errors import HandslagError, NotFound

router = APIRouter(include_in_schema=False)


@router.get("/triage")
def show(asking: Asks, done: str = "") -> HTMLResponse:
    """Show the lists of the next meetings as they stand now."""
    asking.require(Right.SEE_TRIAGE)
    return _page(asking, done=done)


@router.post("/triage/{reference}/{meeting}")
def decide(asking: Presses, reference: str, meeting: str, form: Typed) -> Response:
    """Record what the meeting decided on an episode: it leaves the list."""
    asking.require(Right.SEE_TRIAGE)

    def do() -> Response:
        decision = DecideMatter(actor=asking.viewer.actor, meeting=meeting, decision=text(form, "decision"))
        asking.service.access.perform(asking.viewer, reference, decision)
        return went_well("/triage", "decided")

    def otherwise(fault: HandslagError) -> HTMLResponse:
        if isinstance(fault, NotFound):
            raise fault
        return _page(asking, 409, fault=fault)

    return tried(do, otherwise)


def _page(asking: Asking, status: int = 200, *, fault: HandslagError | None = None, done: str = "") -> HTMLResponse:
    in_force = {
        each.term.pathway.pathway: each.term.pathway
        for each in versions_of(asking.service, asking.viewer)
        if each.holds
    }
    return asking.page(
        "triage.html",
        status,
        lists=[each for each in lists_of(asking.service, asking.viewer) if each.pathway in in_force],
        network=asking.network,
        pathways=in_force,
        fault=fault,
        done=done,
    )
