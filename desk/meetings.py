"""The lists of the meetings that a viewer's team holds or sits in."""

from pathways.access.users import Viewer
from pathways.errors import NotFound
from pathways.operations.meetings import MeetingList
from pathways.operations.service import Operations


def lists_of(
    service: Operations,
    viewer: Viewer,
    meeting: str | None = None,
    team: str | None = None,
    *,
    skip: int = 0,
    limit: int | None = None,
) -> tuple[MeetingList, ...]:
    """The lists as they stand now, of `meeting` and of `team` if named; none where no pathway holds any meeting.

    `skip` and `limit`: which part of each.
    """
    try:
        return service.meetings.lists(
            meeting, team, network=viewer.network, seen_by=viewer.team, skip=skip, limit=limit
        )
    except NotFound:
        return ()
