"""The night sheet of an episode, made for a viewer: as what is asked for, and noted in the episode once it is made."""

from collections.abc import Callable
from typing import TypeVar

from pathways.access.table import Right
from pathways.access.users import Viewer
from pathways.care.commands import NoteNightSheet
from pathways.operations.service import Operations
from pathways.reports.night_sheets import Sheet

Made = TypeVar("Made")


def made_sheet(service: Operations, viewer: Viewer, reference: str, make: Callable[[Sheet], Made]) -> Made:
    """What `make` makes of the sheet, in the viewer's language. Raises NotFound without access, Refused, Failed."""
    with service.access.acting(viewer, reference, Right.READ_NIGHT_SHEET) as episode:
        sheet = service.night_sheets.read(episode, viewer.actor, viewer.user.language)
        made = make(sheet)
        service.perform(episode, NoteNightSheet(actor=viewer.actor, mark=sheet.mark, number=sheet.number))
    return made
