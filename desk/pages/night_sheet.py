"""The night sheet of an episode, made when somebody presses for it: as a page, or as PDF to print."""

import base64
import re
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Presses, Typed, text, tried
from desk.pages.episode import page_of
from desk.sheets import made_sheet
from pathways.errors import HandslagError
from pathways.reports.night_sheets import Sheet, html, pdf
from pathways.reports.paper import Printer

router = APIRouter(include_in_schema=False)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


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
    """The sheet as a page. It has a style of its own, and no other: the policy names it by what it says."""
    page = html(sheet, templates)
    styles = [base64.b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page)]
    allowed = " ".join(f"'sha256-{each}'" for each in styles)
    policy = f"default-src 'none'; style-src {allowed}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _paper(sheet: Sheet, templates: Path) -> Response:
    name = f'attachment; filename="night-sheet-{sheet.reference}.pdf"'
    made = pdf(sheet, templates, Printer())
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})
