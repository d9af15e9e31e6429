"""What the audit log is told of viewers and users: who, for which unit, what, of whom, and why they might."""

from datetime import datetime

from pathways.access.table import Role
from pathways.access.users import Membership, Viewer
from pathways.audit.entries import Entry, Outcome
from pathways.care.actors import Actor, ActorKind
from pathways.care.episodes import Episode
from pathways.store.unit_of_work import UnitOfWork

TAKEN_AT_THEIR_WORD = "taken at their word"
"""Why somebody might whom nobody has identified."""

_UNNAMED = "somebody who gave no name"

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


def note_unidentified(
    work: UnitOfWork, at: datetime, actor: Actor, what: str, episode: Episode, person: int | None = None
) -> None:
    """Note what somebody sees or does whom nobody has identified: on the command line, or in the Prefect UI.

    Whoever is identified acts through `Access`, which notes it with the ground. Clocks and Handslag itself see nothing.
    """
    if actor.kind is not ActorKind.PERSON or actor.is_identified:
        return
    work.audit.add(
        Entry(
            at=at,
            login=actor.via,
            name=actor.name or _UNNAMED,
            role=actor.via,
            network=episode.network,
            team=actor.team,
            what=what,
            episode=episode.reference,
            person=person if person is not None else work.people.of(episode.reference),
            why=TAKEN_AT_THEIR_WORD,
        )
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
