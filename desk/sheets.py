"""Pages to print: the night sheet of an episode, noted in it once it is made, and how any such page is shown."""

import base64
import re
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from fastapi.responses import HTMLResponse, Response

from pathways.access.table import Right
from pathways.access.users import Viewer
from pathways.care.commands import NoteNightSheet
from pathways.operations.service import Operations
from pathways.reports.night_sheets import Sheet

Made = TypeVar("Made")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def made_sheet(service: Operations, viewer: Viewer, reference: str, make: Callable[[Sheet], Made]) -> Made:
    """What `make` makes of the sheet, in the viewer's language. Raises NotFound without access, Refused, Failed."""
    with service.access.acting(viewer, reference, Right.READ_NIGHT_SHEET) as episode:
        sheet = service.night_sheets.shown_to(episode, viewer.actor, viewer.user.language)
        made = make(sheet)
        service.perform(episode, NoteNightSheet(actor=viewer.actor, mark=sheet.mark, number=sheet.number))
    return made


def printed(page: str) -> Response:
    """A page to print. It has a style of its own, and no other: the policy names it by what it says."""
    styles = [base64.b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page)]
    allowed = " ".join(f"'sha256-{each}'" for each in styles)
    policy = f"default-src 'none'; style-src {allowed}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})
