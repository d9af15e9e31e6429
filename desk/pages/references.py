"""The way to the page of a reference, as notices and the Prefect UI name it. It tells nothing of what exists."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from desk.asking import Asks
from pathways.care.references import ReferenceKind, referred
from pathways.errors import NotFound

router = APIRouter(include_in_schema=False)
_PAGES = {ReferenceKind.EPISODE: "/episodes/", ReferenceKind.HANDOVER: "/handovers/"}


@router.get("/to/{reference}")
def to(_asking: Asks, reference: str) -> RedirectResponse:
    """Go to the page of an episode or a handover, or to the triage list for the list of a meeting."""
    found = referred(reference)
    if found is None:
        raise NotFound("There is no such page.", "Go back to the inbox.")
    kind, written = found
    return RedirectResponse(f"{_PAGES[kind]}{written}" if kind in _PAGES else "/triage", 303)
