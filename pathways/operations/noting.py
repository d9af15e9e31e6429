"""What the audit log is told of viewers and users: who, for which unit, what, of whom, and why they might."""

from datetime import datetime

from pathways.access.table import Role
from pathways.access.users import Membership, Viewer
from pathways.audit.entries import Entry, Outcome
from pathways.store.unit_of_work import UnitOfWork

_INSTALLATION = "command-line"
"""Who it is, where no administrator but the installation itself changes what users may do."""


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


def note_user(
    work: UnitOfWork, by: Viewer | None, at: datetime, what: str, login: str, *memberships: Membership
) -> None:
    """Note in the log of each network concerned what was done about what a user may do, and by whom."""
    for each in memberships:
        why = f"{login}: {each.role}, {each.team or 'all teams'}"
        work.audit.add(entry_of(by, at, what, why) if by else _of_the_installation(each.network, at, what, why))


def _of_the_installation(network: str, at: datetime, what: str, why: str) -> Entry:
    return Entry(at=at, login=_INSTALLATION, name=_INSTALLATION, role=Role.IT, network=network, what=what, why=why)
