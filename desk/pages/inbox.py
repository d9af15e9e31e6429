"""The inbox: what the viewer's team has to do now, the most urgent first."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from desk.asking import Asks
from desk.news import KINDS
from desk.pages.landing import landing
from pathways.access.table import Right

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(asking: Asks) -> RedirectResponse:
    """Go to the first page that the viewer's role has."""
    return RedirectResponse(landing(asking.viewer), 303)


@router.get("/inbox")
def show(asking: Asks) -> HTMLResponse:
    """Show the inbox of the viewer's team."""
    asking.require(Right.SEE_BOARD)
    inbox = asking.service.boards.inbox(asking.viewer.network, str(asking.viewer.team))
    pathways, _networks = asking.service.publishing.published()
    known = {(each.pathway, each.in_force_from): each for each in pathways}
    shown = {item.wait.episode for item in inbox.items}
    news = asking.service.looks.with_news(asking.viewer, shown, KINDS)
    return asking.page("inbox.html", news=news, inbox=inbox, known=known, network=inbox.network)
