"""What the audit log is told of a viewer: who, for which unit, what, of whom, and why they might."""

from datetime import datetime

from pathways.access.users import Viewer
from pathways.audit.entries import Entry, Outcome


def entry_of(
    viewer: Viewer,
    at: datetime,
    what: str,
    why: str,
    *,
    episode: str | None = None,
    person: int | None = None,
    is_emergency: bool = False,
    outcome: Outcome = Outcome.DONE,
) -> Entry:
    """The entry that says that a viewer saw or changed something."""
    return Entry(
        at=at,
        login=viewer.user.login,
        name=viewer.user.name,
        role=viewer.role,
        network=viewer.network,
        team=viewer.team,
        what=what,
        episode=episode,
        person=person,
        why=why,
        is_emergency=is_emergency,
        outcome=outcome,
    )
