"""What gives power over patients or users asks for a fresh login; and everybody sees, and ends, their own sessions."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import httpx
import pytest
from playwright.sync_api import expect

from pages.api_on_test import Caller, Installation, installation
from pages.desk_on_test import MUNICIPALITY, NETWORK, SSIH, Desk, People, keep_picture, press
from pages.worlds import at_home
from pathways.access.freshness import Step
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User
from pathways.operations.people import Patient

_NUMBERS = count(1)
_IT = Membership(network=NETWORK, team=None, role=Role.IT)


@dataclass(frozen=True)
class World:
    """An installation; `first` asks for what others confirm. `episode`: of a patient whose number is known."""

    installed: Installation
    first: Caller
    episode: str

    def user(self, *, is_program: bool = False) -> str:
        """Somebody who is to be given something."""
        login = f"given-{next(_NUMBERS)}@fresh.example"
        self.installed.service.users.add(User(login=login, name="Ny", memberships=(_IT,), is_system=is_program))
        return login


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with installation(tmp_path_factory.mktemp("fresh")) as installed:
        episode = at_home(installed, Patient("19640823-3234", "Alva Påhittad"))
        yield World(installed, installed.caller(Role.NETWORK_ADMIN, None, name="first"), episode)


_ROLE = {"role": Role.COORDINATOR, "team": SSIH}


def _give(world: World, who: Caller) -> httpx.Response:
    return who.page("POST", f"/users/{world.user()}/give", _ROLE)


def _add(_world: World, who: Caller) -> httpx.Response:
    login = f"added-{next(_NUMBERS)}@fresh.example"
    return who.page("POST", "/users", {"login": login, "name": "Ny", "language": "sv", **_ROLE})


def _confirm_role(world: World, who: Caller) -> httpx.Response:
    login = world.user()
    world.first.page("POST", f"/users/{login}/give", _ROLE)
    number = next(each.request.number for each in world.installed.service.users.waiting() if each.user.login == login)
    return who.page("POST", f"/users/waiting/{number}/confirm")


def _make_token(_world: World, who: Caller) -> httpx.Response:
    return who.page("POST", "/tokens", {"label": "statistik", "scope": "look", "days": "1"})


def _confirm_token(world: World, who: Caller) -> httpx.Response:
    login = world.user(is_program=True)
    service = world.installed.service
    member = Membership(network=NETWORK, team=SSIH, role=Role.COORDINATOR)
    service.users.give(login, member)
    session = service.sessions.viewer_of(world.first.session)
    assert session
    service.tokens.make(login, member, tuple(Right), 1, session.viewer)
    return who.page("POST", f"/tokens/{service.tokens.of(login)[0].number}/confirm")


def _protect(world: World, who: Caller) -> httpx.Response:
    return who.page("POST", f"/episodes/{world.episode}/patient/protect")


def _lift(world: World, who: Caller) -> httpx.Response:
    return who.page("POST", f"/episodes/{world.episode}/patient/unprotect")


def _name_reader(world: World, who: Caller) -> httpx.Response:
    return who.page("POST", f"/episodes/{world.episode}/patient/name-reader", {"login": world.user()})


Door = Callable[[World, Caller], httpx.Response]
DOORS: Mapping[str, tuple[Step, Role, Door]] = {
    "give a role": (Step.GIVE_ROLE, Role.NETWORK_ADMIN, _give),
    "add a user": (Step.GIVE_ROLE, Role.NETWORK_ADMIN, _add),
    "confirm a role": (Step.CONFIRM_ROLE, Role.NETWORK_ADMIN, _confirm_role),
    "make a token": (Step.MAKE_TOKEN, Role.NETWORK_ADMIN, _make_token),
    "confirm a token": (Step.CONFIRM_TOKEN, Role.NETWORK_ADMIN, _confirm_token),
    "protect an identity": (Step.PROTECT, Role.COORDINATOR, _protect),
    "name a reader": (Step.NAME_READER, Role.COORDINATOR, _name_reader),
    "lift a protection": (Step.LIFT_PROTECTION, Role.COORDINATOR, _lift),
}
"""Each protected step of the desk, with who may take it."""


def test_no_protected_step_has_been_forgotten() -> None:
    assert {step for step, _role, _door in DOORS.values()} == set(Step)


@pytest.mark.parametrize("door", DOORS)
def test_a_protected_step_asks_for_a_fresh_login_and_is_taken_with_one(world: World, door: str) -> None:
    _step, role, knock = DOORS[door]
    team = MUNICIPALITY if role.is_in_care else None
    stale = world.installed.caller(role, team, name="second", is_fresh=False)
    answer = knock(world, stale)
    assert answer.status_code == 409
    assert "within the last 15 minutes" in answer.text or "senaste 15 minuterna" in answer.text
    assert re.search(r'href="/sign-in\?back=[^"]*&amp;again=yes"', answer.text)
    fresh = world.installed.caller(role, team, name="second")
    answer = knock(world, fresh)
    assert "again=yes" not in answer.text
    assert answer.status_code in ((409,) if door == "lift a protection" else (200, 303)), "none of them was named"


@pytest.mark.parametrize("path", ["protection", "readers"])
def test_a_token_lifts_no_protection_and_names_nobody(world: World, path: str) -> None:
    nurse = world.installed.caller(Role.COORDINATOR, MUNICIPALITY)
    body = {"is_protected": False} if path == "protection" else {"login": world.user(), "is_named": True}
    answer = nurse.post(f"/episodes/{world.episode}/{path}", body)
    assert (answer.status_code, "No token is enough" in answer.text) == (409, True)


def test_the_page_of_sessions_shows_where_each_was_begun_and_ends_it(desk: Desk, people: People) -> None:
    first, second = people.coordinator(SSIH), people.coordinator(SSIH)
    first.goto(f"{desk.url}/inbox")
    first.locator("details.who > summary").click()
    first.get_by_role("link", name="Var du är inloggad").click()
    expect(first.locator(".cards li", has_text="den här")).to_have_count(1)
    expect(first.locator(".cards li").first).to_contain_text("Chrome")
    expect(first.locator(".cards li").first).to_contain_text("127.0.0.1")
    keep_picture(first, "sessions")
    while first.get_by_role("button", name="Avsluta sessionen").count():
        with first.expect_navigation():
            first.get_by_role("button", name="Avsluta sessionen").first.click()
    second.goto(f"{desk.url}/board")
    assert "/sign-in" in second.url
    first.goto(f"{desk.url}/sessions")
    press(first, "Logga ut överallt")
    first.goto(f"{desk.url}/board")
    assert "/sign-in" in first.url


def test_nobody_ends_a_session_of_somebody_else(installed: Installation) -> None:
    own = installed.caller(Role.COORDINATOR, SSIH, name="whose-session")
    other = installed.caller(Role.COORDINATOR, MUNICIPALITY, name="who-tries")
    (handle,) = [each.handle for each in installed.service.sessions.of(own.session)]
    assert other.page("POST", f"/sessions/{handle}/end").status_code == 409
    assert other.page("POST", f"/sessions/{handle}/end", {"csrf": "0"}).status_code == 403
    assert own.page("GET", "/sessions").status_code == 200
    assert own.session not in own.page("GET", "/sessions").text


def test_whoever_signs_in_again_comes_back_to_the_page(desk: Desk, people: People) -> None:
    page = people.coordinator(SSIH)
    page.goto(f"{desk.url}/sign-in?back=/tokens&again=yes")
    expect(page.locator("main .notice")).to_contain_text("prove anew")
    with page.expect_navigation():
        page.locator(f"form:has(input[value='{SSIH}@{NETWORK}.example']) button").click()
    assert page.url.endswith("/tokens")
