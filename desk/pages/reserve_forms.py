"""The reserve routine's blank forms, to print beforehand; and the way to where they are typed in afterwards."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.asking import Asks
from desk.pages.begin import carried
from desk.rendering import Reader
from desk.reserve_forms import TITLES, ReserveForm, form_html, languages_of
from desk.sheets import printed
from pathways.access.table import Right
from pathways.care.references import ReferenceKind, referred
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused

router = APIRouter(include_in_schema=False)
_PAGES = {ReferenceKind.EPISODE: "/episodes/", ReferenceKind.HANDOVER: "/handovers/"}


@router.get("/reserve-forms")
def show(asking: Asks) -> HTMLResponse:
    """Show the forms of each pathway that the network carries, and where they are typed in."""
    return _page(asking)


@router.get("/reserve-forms/enter")
def enter(asking: Asks, reference: str = "") -> Response:
    """Go to where a form about this episode or handover is typed in, with the field for its time open."""
    asking.require(Right.SEE_BOARD)
    found = referred(reference)
    if found is None or found[0] not in _PAGES:
        fault = Refused(
            "That is no reference of an episode or a handover.", "Compare it with the form, letter by letter."
        )
        return _page(asking, 409, fault=fault, reference=reference)
    kind, written = found
    return RedirectResponse(f"{_PAGES[kind]}{written}?late=yes", 303)


@router.get("/reserve-forms/{pathway}/{form}")
def blank(asking: Asks, pathway: str, form: ReserveForm, language: Language | None = None) -> Response:
    """Show one form, to print."""
    asking.require(Right.SEE_BOARD)
    network, pathways = carried(asking)
    if pathway not in pathways:
        raise NotFound("Your network does not carry that pathway.", "Go back and choose one.")
    reader = asking.reader
    spoken = Reader(language or reader.language, reader.time_zone, reader.now)
    return printed(form_html(asking.service.settings.templates_folder, spoken, network, pathways[pathway], form))


def _page(asking: Asks, status: int = 200, **values: object) -> HTMLResponse:
    asking.require(Right.SEE_BOARD)
    network, pathways = carried(asking)
    given = {"pathways": pathways, "forms": TITLES, "languages": languages_of(network), "fault": None, "reference": ""}
    return asking.page("reserve-forms.html", status, **{**given, **values})
