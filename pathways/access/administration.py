"""The rules of administering users: who gives, takes and confirms which role or token, and whose log a reviewer reads.

Pure, and the only place that decides: the desk, the API and the command line ask here, through the operations. What
opens patients, users or the log is given by two: one administrator asks, another one confirms. The installation itself,
which is whoever may use the command line on its host, asks nobody.
"""

from collections.abc import Mapping

from pathways.access.table import Right, Role
from pathways.access.users import Membership, User, Viewer, Way
from pathways.definition.networks import Network
from pathways.errors import Refused

NEEDS_SECOND: Mapping[Role, bool] = {
    Role.COORDINATOR: True,
    Role.TEAM_MEMBER: True,
    Role.CARE_MANAGER: True,
    Role.PATHWAY_EDITOR: True,
    Role.NETWORK_ADMIN: True,
    Role.LOG_REVIEWER: True,
    Role.IT: False,
}
"""Whether a role, and a program's token for it, holds only once a second administrator has confirmed it."""

FOR_PERSONS = frozenset({Role.NETWORK_ADMIN, Role.LOG_REVIEWER})
"""The roles that no program has."""


def needs_second(by: Viewer | None, membership: Membership) -> bool:
    """Whether a second administrator has to confirm this. `by` is None for the installation itself."""
    return by is not None and NEEDS_SECOND[membership.role]


def administers(by: Viewer, network: Network, membership: Membership) -> bool:
    """Whether an administrator may give this: in all of the network, or in the teams of their own organisation."""
    if not by.may(Right.MANAGE_USERS) or not by.network == network.network == membership.network:
        return False
    if by.team is None:
        return True
    own, other = network.teams.get(by.team), network.teams.get(membership.team or "")
    return own is not None and other is not None and own.organisation == other.organisation


def require_administers(by: Viewer, network: Network, login: str, *memberships: Membership) -> None:
    """These memberships of this login are for the administrator to give and take; not their own. Raises Refused.

    Whoever has no membership at all is nobody's but the installation's.
    """
    if by.user.login == login:
        raise Refused("Nobody changes what they themselves may do.", "Ask another administrator.")
    if not memberships or not all(administers(by, network, each) for each in memberships):
        raise Refused("That is not for you to administer.", "Ask who administers that network or organisation.")


def require_may_have(user: User, *memberships: Membership) -> None:
    """No program administers users or reviews the log. Raises Refused."""
    if user.is_system and any(each.role in FOR_PERSONS for each in memberships):
        raise Refused("A program neither administers users nor reviews the log.", "Give that role to a person.")


def require_confirms(by: Viewer, network: Network, login: str, membership: Membership, asked_by: str | None) -> None:
    """This is for the administrator to confirm: asked for by another one, and not for themselves. Raises Refused."""
    require_administers(by, network, login, membership)
    if by.user.login == asked_by:
        raise Refused("Whoever asked for it does not confirm it.", "Ask another administrator.")
    if by.via is not Way.DESK:
        raise Refused("What another administrator asked for is confirmed at the desk.", "Sign in there.")


def organisation_read(network: Network, team: str | None) -> str | None:
    """Whose part of the log a reviewer of this team reads: their own organisation's; None, all of the network's.

    Raises Refused where the team is gone.
    """
    if team is None:
        return None
    if team not in network.teams:
        raise Refused("Your team is no longer in this network.", "Ask whoever administers its users.")
    return network.teams[team].organisation


def is_read(network: Network, organisation: str | None, team: str | None) -> bool:
    """Whether an entry of the log that was made for `team` is in the part of an organisation; None, of all."""
    if organisation is None:
        return True
    found = network.teams.get(team or "")
    return found is not None and found.organisation == organisation
