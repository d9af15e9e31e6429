"""Signing in through a real login service (OpenID Connect), and who is not let in."""

import os
import re
import time
from collections.abc import Iterator

import httpx
import oidc_provider_mock
import pytest

from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from pages.desk_on_test import MUNICIPALITY, Desk
from pathways.access.table import Role
from pathways.access.users import Membership, User
from pathways.definition.texts import Language

LOGIN = "alva@region.example"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a login service beside it, that lets anybody say who they are."""
    people = [
        oidc_provider_mock.User(sub=name, claims=claims)
        for name, claims in (
            ("alva", {"email": LOGIN.upper(), "email_verified": True}),
            ("unverified", {"email": LOGIN, "email_verified": False}),
            ("stale", {"email": LOGIN, "email_verified": True, "auth_time": int(time.time()) - 7200}),
            ("silent", {"email": LOGIN, "email_verified": True, "auth_time": 0}),
            ("nobody", {"email": "nobody@region.example", "email_verified": True}),
            ("nameless", {}),
        )
    ]
    before = dict(os.environ)
    with (
        oidc_provider_mock.run_server_in_thread(user_claims=people) as provider,
        Inbox(lambda _letter: None) as inbox,
        Playground(
            tmp_path_factory.mktemp("login"),
            inbox,
            free_port(),
            extra={
                "HANDSLAG_LOGIN_URL": f"http://localhost:{provider.server_port}",
                "HANDSLAG_LOGIN_CLIENT_SECRET": "made-up",
                "HANDSLAG_TRUSTED_PROXIES": "127.0.0.1",
                "HANDSLAG_SIGN_INS_A_MINUTE": "30",
            },
        ) as playground,
    ):
        playground.prepare(("jonkoping-demo",))
        membership = Membership(network="jonkoping-demo", team=MUNICIPALITY, role=Role.COORDINATOR)
        playground.service.users.add(
            User(login=LOGIN, name="Alva Påhittad", language=Language.SWEDISH, memberships=(membership,))
        )
        playground.start_desk()
        yield Desk(playground)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def client(desk: Desk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url, follow_redirects=True, timeout=20) as found:
        yield found


def _signed_in_as(client: httpx.Client, name: str, back: str = "/board") -> httpx.Response:
    page = client.get("/sign-in/service", params={"back": back})
    return client.post(page.url, data={"sub": name})


def test_whoever_the_login_service_knows_and_the_network_has_is_led_to_the_page_wished(client: httpx.Client) -> None:
    page = _signed_in_as(client, "alva")
    assert page.status_code == 200
    assert page.url.path == "/board"
    assert "Alva Påhittad" in page.text
    assert 'lang="sv"' in page.text


def test_the_cookie_of_a_session_is_for_the_server_alone(desk: Desk, client: httpx.Client) -> None:
    _signed_in_as(client, "alva")
    (cookie,) = [each for each in client.cookies.jar if each.name == "handslag"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert len(cookie.value or "") >= 43
    assert (cookie.value or "").encode() not in (desk.folder / "handslag.db").read_bytes()


def test_whom_the_network_does_not_have_is_told_so_and_not_let_in(client: httpx.Client) -> None:
    page = _signed_in_as(client, "nobody")
    assert page.status_code == 403
    assert "You may not use Handslag here, or no longer." in page.text
    assert "nobody@region.example" not in page.text
    assert client.get("/inbox").url.path == "/sign-in"


def test_an_answer_that_does_not_say_who_it_is_lets_nobody_in(client: httpx.Client) -> None:
    page = _signed_in_as(client, "nameless")
    assert page.status_code == 403
    assert "did not say who you are" in page.text


def test_an_address_that_the_login_service_has_not_verified_lets_nobody_in(client: httpx.Client) -> None:
    page = _signed_in_as(client, "unverified")
    assert page.status_code == 403
    assert "has not verified your e-mail address" in page.text
    assert client.get("/inbox").url.path == "/sign-in"


def test_an_answer_to_another_question_is_refused_and_nothing_goes_wrong(desk: Desk, client: httpx.Client) -> None:
    """Another state, and the code of an answer that was made for another browser's question: another nonce."""
    for_another = httpx.get(f"{desk.url}/sign-in/service").headers["location"]
    asked = client.get("/sign-in/service", follow_redirects=False).headers["location"]
    answered = httpx.post(for_another, data={"sub": "alva"})
    code = httpx.URL(answered.headers["location"]).params["code"]
    state = httpx.URL(asked).params["state"]
    for given in ({"code": code, "state": "made-up"}, {"code": code, "state": state}):
        assert client.get("/sign-in/done", params=given).status_code in (403,)
    assert client.get("/inbox").url.path == "/sign-in"


def _again(client: httpx.Client, name: str) -> httpx.Response:
    page = client.get("/sign-in/service", params={"back": "/tokens", "again": "yes"})
    assert (page.url.params["prompt"], page.url.params["max_age"]) == ("login", "900")
    return client.post(page.url, data={"sub": name})


def _make_token(client: httpx.Client) -> httpx.Response:
    csrf = re.search(r'name="csrf" value="(\w+)"', client.get("/tokens").text)
    assert csrf
    return client.post("/tokens", data={"csrf": csrf[1], "label": "x", "scope": "look", "days": "1"})


def test_a_token_asks_for_a_login_that_the_login_service_says_is_fresh(client: httpx.Client) -> None:
    for name in ("silent", "stale"):
        _signed_in_as(client, name)
        assert _make_token(client).status_code == 409, "it did not say when, or long ago"
        assert _again(client, name).status_code == 403, "it was to ask anew, and did not"
    assert _again(client, "alva").url.path == "/tokens"
    assert _make_token(client).status_code == 200


def test_the_login_service_leads_back_to_the_desks_own_address_whatever_host_is_named(desk: Desk) -> None:
    asked = httpx.get(f"{desk.url}/sign-in/service", headers={"Host": "elsewhere.example"}).headers["location"]
    assert httpx.URL(asked).params["redirect_uri"] == f"{desk.url}/sign-in/done"


def test_signing_in_anew_ends_the_session_before(client: httpx.Client) -> None:
    _signed_in_as(client, "alva")
    before = client.cookies["handslag"]
    _signed_in_as(client, "alva")
    assert client.cookies["handslag"] != before
    client.cookies.set("handslag", before)
    assert client.get("/board").url.path == "/sign-in"


def test_an_answer_that_nobody_asked_for_lets_nobody_in(client: httpx.Client) -> None:
    page = client.get("/sign-in/done", params={"code": "made-up", "state": "made-up"})
    assert page.status_code == 403
    assert client.get("/inbox").url.path == "/sign-in"


@pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_led_elsewhere(client: httpx.Client, back: str) -> None:
    page = _signed_in_as(client, "alva", back)
    assert page.url.path == "/inbox"
    assert "elsewhere" not in str(page.url)


def test_after_signing_out_the_session_is_over_for_whoever_kept_the_cookie(client: httpx.Client) -> None:
    page = _signed_in_as(client, "alva")
    kept = client.cookies["handslag"]
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert csrf
    assert client.post("/sign-out", data={"csrf": csrf[1]}).url.path == "/sign-in"
    client.cookies.set("handslag", kept)
    assert client.get("/board").url.path == "/sign-in"


def test_who_is_ended_is_out_at_once(desk: Desk, client: httpx.Client) -> None:
    _signed_in_as(client, "alva")
    assert client.get("/board").url.path == "/board"
    desk.service.users.end(LOGIN)
    assert client.get("/board").url.path == "/sign-in"
    membership = Membership(network="jonkoping-demo", team=MUNICIPALITY, role=Role.COORDINATOR)
    desk.service.users.add(User(login=LOGIN, name="Alva Påhittad", memberships=(membership,)))


def test_trying_again_and_again_is_stopped_for_a_while(desk: Desk) -> None:
    with httpx.Client(base_url=desk.url, headers={"X-Forwarded-For": "192.0.2.7"}) as client:
        answers = [client.get("/sign-in/service").status_code]
        while answers[-1] == 302 and len(answers) < 200:  # a slow machine forgets the first while it makes the last
            answers.append(client.get("/sign-in/service").status_code)
    assert (len(answers) > 30, answers[-1]) == (True, 409)


def test_nobody_chooses_whom_to_be_from_another_machine(desk: Desk) -> None:
    with httpx.Client(base_url=desk.url, headers={"X-Forwarded-For": "192.0.2.8"}) as client:
        assert MUNICIPALITY not in client.get("/sign-in").text
        answer = client.post("/sign-in/demo", data={"login": f"{MUNICIPALITY}@jonkoping-demo.example"})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
