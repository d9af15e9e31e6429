"""Users at a browser: whoever administers a network lets people sign in, and takes away what they may do."""

import pytest
from playwright.sync_api import Page, expect

from pages.desk_on_test import NETWORK, NORTH, SSIH, Desk, People, keep_picture, press, unfold
from pathways.access.table import Role
from pathways.access.users import Membership, User

LOGIN = "ny.kollega+1/2@region.example"
_TEAM = Membership(network=NETWORK, team=NORTH, role=Role.COORDINATOR)


def _administrator(people: People, **settings: str) -> Page:
    return people.signed_in(Role.NETWORK_ADMIN, locale="sv-SE", **settings)


def _confirmed(desk: Desk) -> None:
    """Another administrator confirms all that waits."""
    for each in desk.service.users.waiting():
        desk.service.users.confirm(each.request.number)


def test_a_second_administrator_confirms_a_role_at_the_desk_and_the_first_one_cannot(
    desk: Desk, people: People
) -> None:
    second = "second-admin@region.example"
    member = Membership(network=NETWORK, team=None, role=Role.NETWORK_ADMIN)
    desk.service.users.add(User(login=second, name="Andra Påhittad", memberships=(member,)))
    page, other = _administrator(people), people.signed_in(second, locale="sv-SE")
    page.fill("#login", "vantar@region.example")
    page.fill("#name", "Väntar Påhittad")
    page.select_option("#role", Role.COORDINATOR)
    page.select_option("#team", NORTH)
    press(page, "Låt logga in")
    expect(page.get_by_text("väntar på en annan administratör")).to_be_visible()
    page.goto(f"{desk.url}/users")
    assert page.get_by_role("button", name="Bekräfta rollen för Väntar Påhittad").count() == 0
    other.goto(f"{desk.url}/users")
    keep_picture(other, "users-waiting")
    press(other, "Bekräfta rollen för Väntar Påhittad")
    expect(other.get_by_text("Rollen gäller nu.")).to_be_visible()
    assert desk.service.users.get("vantar@region.example").memberships == (_TEAM,)
    for login in (second, "vantar@region.example"):
        desk.service.users.end(login)


def test_an_administrator_lets_somebody_sign_in_gives_another_role_and_ends_the_user(
    desk: Desk, people: People
) -> None:
    page = _administrator(people)
    assert page.url.endswith("/users")
    page.fill("#login", LOGIN.upper())
    page.fill("#name", "Nya Kollega")
    page.select_option("#role", Role.COORDINATOR)
    press(page, "Låt logga in")
    expect(page.get_by_role("alert")).to_contain_text("team")
    assert page.input_value("#login") == LOGIN.upper()
    page.select_option("#team", NORTH)
    keep_picture(page, "users")
    press(page, "Låt logga in")
    expect(page.locator("h1")).to_have_text("Nya Kollega")
    _confirmed(desk)
    page.reload()
    assert desk.service.users.get(LOGIN).memberships == (_TEAM,)
    unfold(page, "Ge en roll")
    page.select_option("#role", Role.TEAM_MEMBER)
    page.select_option("#team", SSIH)
    press(page, "Ge")
    _confirmed(desk)
    page.goto(page.url.partition("?")[0])
    assert len(desk.service.users.get(LOGIN).memberships) == 2
    keep_picture(page, "user")
    unfold(page, "Ta bort")
    press(page, "Ta bort")
    assert [each.team for each in desk.service.users.get(LOGIN).memberships] == [SSIH]
    unfold(page, "Namn och språk")
    page.fill("#name", "Nyare Kollega")
    page.select_option("#language", "da")
    press(page, "Spara")
    expect(page.locator("h1")).to_have_text("Nyare Kollega")
    unfold(page, "Avsluta")
    press(page, "Avsluta användaren")
    expect(page.locator("h1")).to_contain_text("avslutad")
    assert desk.service.users.get(LOGIN).ended_at is not None
    press(page, "Låt logga in igen")
    assert desk.service.users.get(LOGIN).memberships == ()
    _confirmed(desk)
    assert desk.service.users.get(LOGIN).ended_at is None


def test_somebody_who_signs_in_elsewhere_already_is_given_the_role_and_keeps_their_name(
    desk: Desk, people: People
) -> None:
    page = _administrator(people)
    page.fill("#login", f"{SSIH}@{NETWORK}.example")
    page.fill("#name", "Någon Annan")
    page.select_option("#role", Role.COORDINATOR)
    page.select_option("#team", NORTH)
    before = desk.service.users.get(f"{SSIH}@{NETWORK}.example")
    press(page, "Låt logga in")
    _confirmed(desk)
    after = desk.service.users.get(before.login)
    assert after.name == before.name
    assert after.memberships == (*before.memberships, _TEAM)
    desk.service.users.take(before.login, _TEAM)


def test_users_are_found_by_the_name_of_their_team(people: People) -> None:
    page = _administrator(people)
    page.fill("#find", f"{NORTH}@")
    press(page, "Sök")
    assert page.locator("tbody tr").count() == 1
    page.fill("#find", "ingen som finns")
    press(page, "Sök")
    expect(page.get_by_text("Ingen hittades.")).to_be_visible()


def test_nobody_changes_what_they_themselves_may_do(desk: Desk, people: People) -> None:
    page = _administrator(people)
    page.goto(f"{desk.url}/users/{Role.NETWORK_ADMIN}@{NETWORK}.example")
    expect(page.get_by_text("Ingen ändrar vad de själva får göra.")).to_be_visible()
    assert page.locator("main form").count() == 0


def test_the_users_fit_on_a_phone(people: People) -> None:
    page = people.signed_in(Role.NETWORK_ADMIN, locale="sv-SE", viewport={"width": 390, "height": 844})
    keep_picture(page, "users-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", ["/users", f"/users/{SSIH}@{NETWORK}.example"])
def test_for_whoever_does_not_administer_users_there_is_no_such_page(desk: Desk, people: People, path: str) -> None:
    page = people.coordinator(NORTH)
    assert page.locator("nav a[href='/users']").count() == 0
    answer = page.goto(desk.url + path)
    assert answer
    assert answer.status == 404


def test_a_user_of_whom_an_administrator_may_not_know_is_no_page(desk: Desk, people: People) -> None:
    answer = _administrator(people).goto(f"{desk.url}/users/nobody@region.example")
    assert answer
    assert answer.status == 404
