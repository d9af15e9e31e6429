"""The page of tokens: made once, shown once, ended; for oneself, and for the programs of a network."""

import re

import pytest
from playwright.sync_api import expect

from pages.api_on_test import Caller, Installation
from pages.desk_on_test import MUNICIPALITY, SSIH, Desk, People, keep_picture, press
from pathways.access.table import Right, Role

FORM = {"label": "journal", "scope": "look", "days": "7"}


@pytest.fixture(scope="module")
def nurse(installed: Installation) -> Caller:
    return installed.caller(Role.COORDINATOR, MUNICIPALITY, name="maker")


def _token_in(page: str) -> str:
    found = re.search(r'value="(handslag_[\w-]+)"', page)
    assert found is not None
    return found[1]


def _calls(installed: Installation, token: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return int(installed.client.get(f"/api/v1{path}", headers=headers).status_code)


def test_a_token_is_shown_once_and_known_by_its_label_and_end(installed: Installation, nurse: Caller) -> None:
    page = nurse.page("POST", "/tokens", FORM)
    assert page.status_code == 200
    token = _token_in(page.text)
    assert _calls(installed, token, "/board") == 200
    assert _calls(installed, token, "/users") == 404
    again = nurse.page("GET", "/tokens").text
    assert token not in again
    assert "journal" in again
    assert f"ends in {token[-4:]}" in again or token[-4:] in again
    rights = [
        each.scope for each in installed.service.tokens.of("maker-coordinator-municipal-palliative-team@api.example")
    ]
    assert Right.SEE_IDENTITY not in rights[0]


def test_a_token_that_is_ended_opens_nothing_and_only_its_owner_ends_it(installed: Installation, nurse: Caller) -> None:
    token = _token_in(nurse.page("POST", "/tokens", {**FORM, "scope": "all"}).text)
    number = installed.service.tokens.of("maker-coordinator-municipal-palliative-team@api.example")[0].number
    other = installed.caller(Role.COORDINATOR, SSIH, name="nosy")
    assert other.page("POST", f"/tokens/{number}/end").status_code == 409
    assert _calls(installed, token, "/me") == 200
    assert nurse.page("POST", f"/tokens/{number}/end").headers["location"] == "/tokens?done=token-ended"
    assert _calls(installed, token, "/me") == 401


@pytest.mark.parametrize(
    "wrong", [{"scope": "everything"}, {"days": "0"}, {"days": "366"}, {"days": "x"}, {"label": "x\ty"}, {"owner": "x"}]
)
def test_what_makes_no_token_keeps_what_was_typed(nurse: Caller, wrong: dict[str, str]) -> None:
    answer = nurse.page("POST", "/tokens", {**FORM, **wrong})
    assert answer.status_code == 409
    assert 'id="fault"' in answer.text
    assert "handslag_" not in answer.text


def test_who_administers_makes_tokens_for_programs_of_the_network_and_nobody_else_does(
    installed: Installation, nurse: Caller
) -> None:
    admin = installed.caller(Role.NETWORK_ADMIN, None, name="tokens")
    added = {"login": "journal@api.example", "name": "Journal", "language": "sv", "role": "team-member", "team": SSIH}
    assert admin.page("POST", "/users", {**added, "program": "yes"}).status_code == 303
    (waiting,) = [each for each in installed.service.users.waiting() if each.user.login == added["login"]]
    other = installed.caller(Role.NETWORK_ADMIN, None, name="second")
    assert admin.page("POST", f"/users/waiting/{waiting.request.number}/confirm").status_code == 409
    assert other.page("POST", f"/users/waiting/{waiting.request.number}/confirm").status_code == 303
    owner = {"owner": f"team-member|{SSIH}|journal@api.example"}
    assert "Journal" in admin.page("GET", "/tokens").text
    token = _token_in(admin.page("POST", "/tokens", {**FORM, **owner}).text)
    assert installed.service.tokens.viewer_of(token) is None
    number = installed.service.tokens.of(added["login"])[0].number
    assert admin.page("POST", f"/tokens/{number}/confirm").status_code == 409
    assert nurse.page("POST", f"/tokens/{number}/confirm").status_code == 404
    assert other.page("POST", f"/tokens/{number}/confirm").status_code == 303
    assert installed.service.tokens.viewer_of(token) is not None
    assert _calls(installed, token, "/board") == 200
    assert nurse.page("POST", "/tokens", {**FORM, **owner}).status_code == 409
    assert "Journal" not in nurse.page("GET", "/tokens").text


@pytest.mark.parametrize("width", [1280, 390])
def test_a_person_makes_a_token_at_a_browser(desk: Desk, people: People, width: int) -> None:
    page = people.coordinator(SSIH, locale="sv-SE", viewport={"width": width, "height": 844})
    page.goto(f"{desk.url}/tokens")
    page.fill("#label-own", "Journalsystemet")
    page.check("input[value=look]")
    press(page, "Skapa åtkomstnyckeln")
    expect(page.locator("#token")).to_have_value(re.compile("handslag_"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep_picture(page, f"token-made-{width}")
    page.goto(f"{desk.url}/tokens")
    assert page.locator("#token").count() == 0
    expect(page.locator("li.card", has_text="Journalsystemet").first).to_contain_text("aldrig använd")
    press(page, "Avsluta åtkomstnyckeln Journalsystemet")
    expect(page.get_by_text("Åtkomstnyckeln gäller inte längre.")).to_be_visible()
