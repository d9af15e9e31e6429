"""The lists of the meetings that a viewer's team holds or sits in."""

from pathways.access.users import Viewer
from pathways.errors import NotFound
from pathways.operations.meetings import MeetingList
from pathways.operations.service import Operations


def lists_of(service: Operations, viewer: Viewer) -> tuple[MeetingList, ...]:
    """The lists as they stand now; none where no pathway holds any meeting."""
    try:
        return service.meetings.lists(network=viewer.network, seen_by=viewer.team)
    except NotFound:
        return ()
