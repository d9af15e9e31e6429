"""Every role through every door: no administrator alone, and no program, makes anybody more than they were."""

import re
from collections.abc import Callable, Mapping

import pytest

from pages.api_on_test import Caller, Installation
from pages.desk_on_test import NETWORK, SSIH
from pathways.access.administration import FOR_PERSONS, NEEDS_SECOND
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User
from pathways.errors import Refused

Door = Callable[[Caller, str, Role], int]


def _added_at_the_desk(admin: Caller, login: str, role: Role) -> int:
    form = {"login": login, "name": "Ny", "language": "sv", "role": role, "team": SSIH}
    return int(admin.page("POST", "/users", form).status_code)


def _given_at_the_desk(admin: Caller, login: str, role: Role) -> int:
    return int(admin.page("POST", f"/users/{login}/give", {"role": role, "team": SSIH}).status_code)


def _added_through_the_api(admin: Caller, login: str, role: Role) -> int:
    return int(admin.post("/users", {"login": login, "name": "Ny", "role": role, "team": SSIH}).status_code)


def _given_through_the_api(admin: Caller, login: str, role: Role) -> int:
    return int(admin.post("/users/give", {"login": login, "role": role, "team": SSIH}).status_code)


DOORS: Mapping[str, tuple[Door, bool]] = {
    "add at the desk": (_added_at_the_desk, False),
    "give at the desk": (_given_at_the_desk, True),
    "add through the API": (_added_through_the_api, False),
    "give through the API": (_given_through_the_api, True),
}
"""The doors by which a role is given, and whether the user has to be there before."""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("door", DOORS)
def test_what_needs_a_second_administrator_waits_for_one_behind_every_door(
    installed: Installation, door: str, role: Role
) -> None:
    open_door, is_known = DOORS[door]
    admin = installed.caller(Role.NETWORK_ADMIN, None, name="lonely")
    login = f"{re.sub('[^a-z]', '-', door.lower())}-{role}@roles.example"
    if is_known:
        own = Membership(network=NETWORK, team=None, role=Role.IT)
        installed.service.users.add(User(login=login, name="Ny", memberships=(own,)))
    assert open_door(admin, login, role) < 400
    held = {each.role for each in installed.service.users.get(login).memberships if each.team == SSIH}
    assert held == (set() if NEEDS_SECOND[role] else {role})
    for each in installed.service.users.waiting():
        if each.user.login == login:
            assert admin.page("POST", f"/users/waiting/{each.request.number}/confirm").status_code == 409
    assert {each.role for each in installed.service.users.get(login).memberships if each.team == SSIH} == held


@pytest.mark.parametrize("role", Role)
def test_a_program_gives_nobody_a_role_nor_its_maker_whatever_its_own(installed: Installation, role: Role) -> None:
    login, own = f"robot-{role}@roles.example", Membership(network=NETWORK, team=SSIH, role=role)
    program_user = User(login=login, name="Program", memberships=(own,), is_system=True)
    if role in FOR_PERSONS:
        with pytest.raises(Refused, match="A program neither"):
            installed.service.users.add(program_user)
        return
    installed.service.users.add(program_user)
    token = installed.service.tokens.make(login, own, tuple(Right), 1)
    program = Caller(installed.client, token, "", "")
    for path, body in (
        ("/users", {"login": "maker@roles.example", "name": "Maker", "role": role, "team": SSIH}),
        ("/users/give", {"login": "maker@roles.example", "role": role, "team": SSIH}),
        ("/log/reviews", {}),
    ):
        assert program.post(path, body).status_code == 404
    for path in ("/users", "/users/waiting", "/log/reviews"):
        assert program.get(path).status_code == 404
