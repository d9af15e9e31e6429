"""The night sheet of an episode, made when somebody presses for it: as a page, or as PDF to print."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Presses, Typed, text, tried
from desk.pages.episode import page_of
from desk.sheets import made_sheet, printed
from pathways.errors import HandslagError
from pathways.reports.night_sheets import Sheet, html, pdf
from pathways.reports.paper import Printer

router = APIRouter(include_in_schema=False)


@router.post("/episodes/{reference}/night-sheet")
def make(asking: Presses, reference: str, form: Typed) -> Response:
    """Make the sheet in the reader's language. That it was made is noted in the episode, as from the command line."""
    service, viewer = asking.service, asking.viewer

    def do() -> Response:
        made = _paper if text(form, "as") == "pdf" else _shown
        return made_sheet(service, viewer, reference, lambda sheet: made(sheet, service.settings.templates_folder))

    def otherwise(fault: HandslagError) -> HTMLResponse:
        return page_of(asking, service.access.see(viewer, reference), 409, fault=fault, action="night-sheet")

    return tried(do, otherwise)


def _shown(sheet: Sheet, templates: Path) -> Response:
    return printed(html(sheet, templates))


def _paper(sheet: Sheet, templates: Path) -> Response:
    name = f'attachment; filename="night-sheet-{sheet.reference}.pdf"'
    made = pdf(sheet, templates, Printer())
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})
