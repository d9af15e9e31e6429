"""Where each role begins: the first page that is for it."""

from pathways.access.table import Right
from pathways.access.users import Viewer

_PLACES = (
    (Right.SEE_BOARD, "/inbox"),
    (Right.REVIEW_LOG, "/log"),
    (Right.MANAGE_USERS, "/users"),
    (Right.SEE_NOTICES, "/notices"),
    (Right.SEE_DEFINITIONS, "/pathways"),
)


def landing(viewer: Viewer) -> str:
    """The address of the first page for a viewer."""
    return next((place for right, place in _PLACES if viewer.may(right)), "/cover")
