"""The people who can be chosen in a demonstration: a coordinator for each team, and who looks after each network."""

from collections.abc import Iterator, Sequence
from itertools import count, product

from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.definition.networks import Network
from pathways.definition.texts import Language
from pathways.operations.users import Users

_FIRST = ("Alva", "Bo", "Cleo", "Dag", "Eir", "Folke", "Gro", "Hedda", "Ivar", "Juno", "Kaj", "Lova")
_LAST = ("Påhittad", "Opdigtet", "Exempelsson", "Prøvesen")
_ELSEWHERE = (Role.LOG_REVIEWER, Role.NETWORK_ADMIN, Role.PATHWAY_EDITOR, Role.IT)


def let_sign_in(users: Users, networks: Sequence[Network]) -> None:
    """Add made-up users to the networks, unless they are there from an earlier time."""
    known = {user.login for user in users.listed()}
    for user in _made_up(networks):
        if user.login not in known:
            users.add(user)


def _made_up(networks: Sequence[Network]) -> Iterator[User]:
    names = (f"{first} {last}" for last, first in product(_LAST, _FIRST))
    spare = (f"Ny {_LAST[0]} {number}" for number in count(1))
    for network in networks:
        for team, found in network.teams.items():
            yield User(
                login=f"{team}@{network.network}.example",
                name=next(names, None) or next(spare),
                language=Language(found.language),
                memberships=(Membership(network=network.network, team=team, role=Role.COORDINATOR),),
            )
        for role in _ELSEWHERE:
            yield User(
                login=f"{role}@{network.network}.example",
                name=next(names, None) or next(spare),
                language=Language(next(iter(network.teams.values())).language),
                memberships=(Membership(network=network.network, team=None, role=role),),
            )
