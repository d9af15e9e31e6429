"""The rules of administering users, over every role, place and kind of administrator."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import product

import pytest

from pathways.access import administration
from pathways.access.administration import FOR_PERSONS, NEEDS_SECOND
from pathways.access.table import OF_PERSONS, Relation, Right, Role
from pathways.access.users import Membership, User, Viewer, Way
from pathways.definition.networks import Network, Team
from pathways.errors import Refused

CITY, REGION = "city", "region"


def team(organisation: str) -> Team:
    return Team.model_construct(  # type: ignore[call-arg]  # only what the rules look at
        name="T", role="r", organisation=organisation
    )


TEAMS_OF_ALL = {"home": team(CITY), "night": team(CITY), "ward": team(REGION)}
NETWORK = Network.model_construct(  # type: ignore[call-arg]  # only what the rules look at
    network="county", teams=TEAMS_OF_ALL
)


def member(role: Role, team: str | None, network: str = "county") -> Membership:
    return Membership(network=network, team=team, role=role)


def viewer(role: Role, team: str | None, *, login: str = "a", network: str = "county", **more: object) -> Viewer:
    own = member(role, team, network)
    is_system = bool(more.pop("program", False))
    user = User(login=f"{login}@county.example", name="A", memberships=(own,), is_system=is_system)
    return Viewer.model_validate({"user": user, "membership": own, **more})


ADMINS = {
    "network": viewer(Role.NETWORK_ADMIN, None),
    "city": viewer(Role.NETWORK_ADMIN, "home"),
    "region": viewer(Role.NETWORK_ADMIN, "ward"),
    "gone": viewer(Role.NETWORK_ADMIN, "closed-last-year"),
    "elsewhere": viewer(Role.NETWORK_ADMIN, None, network="other"),
    "program": viewer(Role.NETWORK_ADMIN, None, program=True),
    **{f"a {role}": viewer(role, "home") for role in Role if role is not Role.NETWORK_ADMIN},
}
REACH: Mapping[str, Collection[str | None]] = {
    "network": {"home", "night", "ward", "closed", None},
    "city": {"home", "night"},
    "region": {"ward"},
}
TEAMS = ("home", "night", "ward", "closed", None)


def roles_in(team: str | None) -> list[Role]:
    return [role for role in Role if team is not None or not role.is_in_care]


@pytest.mark.parametrize("name", ADMINS)
def test_an_administrator_reaches_their_own_network_or_organisation_and_nobody_else_does(name: str) -> None:
    for place in TEAMS:
        for role in roles_in(place):
            given = member(role, place)
            assert administration.administers(ADMINS[name], NETWORK, given) == (place in REACH.get(name, ()))
            assert not administration.administers(ADMINS[name], NETWORK, member(role, place, "other"))
    assert not administration.administers(ADMINS["elsewhere"], NETWORK, member(Role.IT, None, "other"))


@pytest.mark.parametrize("role", Role)
def test_what_opens_patients_users_or_the_log_is_given_by_two_and_by_the_installation_alone(role: Role) -> None:
    given = member(role, "home")
    assert administration.needs_second(ADMINS["network"], given) == (role is not Role.IT)
    assert not administration.needs_second(None, given)
    assert set(NEEDS_SECOND) == set(Role)


def test_nobody_administers_themselves_nor_somebody_who_has_no_role_anywhere() -> None:
    with pytest.raises(Refused, match="themselves"):
        administration.require_administers(ADMINS["network"], NETWORK, "a@county.example", member(Role.IT, None))
    with pytest.raises(Refused, match="not for you"):
        administration.require_administers(ADMINS["network"], NETWORK, "b@county.example")
    of_both = (member(Role.IT, "home"), member(Role.IT, "ward"))
    with pytest.raises(Refused, match="not for you"):
        administration.require_administers(ADMINS["city"], NETWORK, "b@county.example", *of_both)
    administration.require_administers(ADMINS["city"], NETWORK, "b@county.example", member(Role.COORDINATOR, "night"))


@pytest.mark.parametrize("role", Role)
def test_a_program_neither_administers_nor_reviews_whatever_its_role_and_token(role: Role) -> None:
    person, program = (User(login="x@county.example", name="X", is_system=each) for each in (False, True))
    administration.require_may_have(person, member(role, "home"))
    if role in FOR_PERSONS:
        with pytest.raises(Refused, match="program"):
            administration.require_may_have(program, member(role, "home"))
    else:
        administration.require_may_have(program, member(role, "home"))
    for scope, right, relation in product((None, frozenset(Right)), OF_PERSONS, Relation):
        acting = viewer(role, "home", program=True, scope=scope)
        assert not acting.may(right, frozenset({relation}))
        assert not acting.may_ever(right)


def test_who_asked_who_is_meant_and_a_program_confirm_nothing() -> None:
    given = member(Role.COORDINATOR, "home")
    admin = ADMINS["network"]

    def confirm(by: Viewer, login: str = "b@county.example", asked_by: str | None = "c@county.example") -> None:
        administration.require_confirms(by, NETWORK, login, given, asked_by)

    confirm(admin)
    confirm(ADMINS["city"])
    confirm(admin, asked_by=None)
    stranger = [name for name in ADMINS if name not in ("network", "city")]
    attempts: list[tuple[Callable[[], None], str]] = [
        (partial(confirm, admin, asked_by="a@county.example"), "does not confirm"),
        (partial(confirm, admin, login="a@county.example"), "themselves"),
        (partial(confirm, viewer(Role.NETWORK_ADMIN, None, via=Way.API)), "at the desk"),
        *((partial(confirm, ADMINS[name]), "not for you") for name in stranger),
    ]
    for attempt, said in attempts:
        with pytest.raises(Refused, match=said):
            attempt()


def test_a_reviewer_reads_the_part_of_their_own_organisation() -> None:
    assert administration.organisation_read(NETWORK, None) is None
    assert administration.organisation_read(NETWORK, "night") == CITY
    with pytest.raises(Refused, match="no longer"):
        administration.organisation_read(NETWORK, "closed")
    for team, organisation in product(TEAMS, (None, CITY, REGION)):
        own = {CITY: ("home", "night"), REGION: ("ward",), None: TEAMS}[organisation]
        assert administration.is_read(NETWORK, organisation, team) == (team in own)
