"""The page of a patient's own extract of the log: which unit saw or changed what, when and why; to print, or as PDF."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, tried
from pathways.access.table import Right
from pathways.care.references import ReferenceKind, read_reference
from pathways.definition.texts import Language
from pathways.errors import Refused
from pathways.notices import local_times
from pathways.operations.audit import Reviewer
from pathways.reports.log_extracts import Extract, html
from pathways.reports.paper import Printer
from pathways.reports.words import words_of

router = APIRouter(include_in_schema=False)


@router.get("/log/extract")
def show(asking: Asks) -> HTMLResponse:
    """Show the form: of whose episode, in which language, and whether staff are named."""
    asking.require(Right.REVIEW_LOG)
    return _page(asking)


@router.post("/log/extract")
def make(asking: Presses, form: Typed) -> Response:
    """Make the extract, as a page or as PDF."""
    asking.require(Right.REVIEW_LOG)

    def do() -> Response:
        asking.request.app.state.look_ups.count(asking.viewer.user.login)
        reference, language = read_reference(text(form, "reference"), ReferenceKind.EPISODE), text(form, "language")
        if language not in set(Language):
            raise Refused("No language was chosen.", "Choose one, then press again.")
        found = asking.service.log_extracts.made(reference, Reviewer.of(asking.viewer), Language(language))
        is_named = text(form, "names") == "yes"
        if text(form, "as") == "pdf":
            return _pdf(asking, found, reference, is_named=is_named)
        words = words_of("log-extract", found.language, asking.service.settings.templates_folder)
        return _page(asking, extract=found, w=words, with_names=is_named, typed=form)

    return tried(do, lambda fault: _page(asking, 409, fault=fault, typed=form))


def _page(asking: Asking, status: int = 200, **values: Any) -> HTMLResponse:
    given: dict[str, Any] = {
        "languages": list(Language),
        "extract": None,
        "typed": {},
        "fault": None,
        "time": local_times.on_paper,
    }
    return asking.page("log-extract.html", status, **{**given, **values})


def _pdf(asking: Asking, extract: Extract, reference: str, *, is_named: bool) -> Response:
    page = html(extract, asking.service.settings.templates_folder, with_names=is_named)
    name = f'attachment; filename="{reference}.pdf"'
    return Response(Printer().laid_out(page).pdf(), media_type="application/pdf", headers={"Content-Disposition": name})
