"""Somebody who guesses references, changes forms and presses from elsewhere: nothing is seen, nothing happens."""

import re
from collections.abc import Iterator

import httpx
import pytest

from desk.security import HEADERS
from pages.desk_on_test import MUNICIPALITY, SSIH, Desk
from pages.worlds import SITUATION, OnTheWay, on_the_way
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import Action, HandoverStatus
from pathways.operations.people import Patient

SOUTH = "short-term-south"
TOLVAN = Patient(identifier="19390206-9834", name="Tolvan Påhittad")
OTHER = Patient(identifier="19640823-3234", name="Agnes Påhittad")
UNKNOWN_EPISODE, UNKNOWN_HANDOVER = (new_reference(kind) for kind in (ReferenceKind.EPISODE, ReferenceKind.HANDOVER))


class Client:
    """Somebody at a browser that does as it is told."""

    def __init__(self, desk: Desk, login: str) -> None:
        self.http = httpx.Client(base_url=desk.url, follow_redirects=True, timeout=30)
        self.http.post("/sign-in/demo", data={"login": login, "back": "/cover"})

    @property
    def csrf(self) -> str:
        """What a form of one of the pages brings along."""
        found = re.search(r'name="csrf" value="(\w+)"', self.http.get("/inbox").text)
        return found[1] if found else ""

    def press(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        return self.http.post(path, data={"csrf": self.csrf, **fields})


@pytest.fixture(scope="module")
def way(desk: Desk) -> OnTheWay:
    return on_the_way(desk, OTHER)


@pytest.fixture(scope="module")
def south(desk: Desk) -> Iterator[Client]:
    """A coordinator of a unit that has no part in it."""
    client = Client(desk, f"{SOUTH}@jonkoping-demo.example")
    yield client
    client.http.close()


@pytest.fixture(scope="module")
def ssih(desk: Desk) -> Iterator[Client]:
    """A coordinator of the unit that is asked."""
    client = Client(desk, f"{SSIH}@jonkoping-demo.example")
    yield client
    client.http.close()


def _told(answer: httpx.Response, reference: str) -> tuple[int, str]:
    body = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    return answer.status_code, (body[0] if body else "").replace(reference, "REFERENCE")


@pytest.mark.parametrize("page", ["/episodes/{}", "/episodes/{}/number", "/episodes/{}/moves/home-to-short-term"])
def test_an_episode_of_others_is_answered_as_one_that_is_not_there(south: Client, way: OnTheWay, page: str) -> None:
    theirs = south.http.get(page.format(way.episode))
    nobodys = south.http.get(page.format(UNKNOWN_EPISODE))
    assert theirs.status_code == 404
    assert _told(theirs, way.episode) == _told(nobodys, UNKNOWN_EPISODE)


@pytest.mark.parametrize("action", ["", *(f"/{action}" for action in Action), "/settle", "/no-such-button"])
def test_a_handover_of_others_is_answered_as_one_that_is_not_there_whatever_is_pressed(
    south: Client, desk: Desk, way: OnTheWay, action: str
) -> None:
    fields = {"reason": "no-place", "words": "x", "item": "receiver-named", "team": SSIH, "severity": "stable"}
    fields |= {"next_action": "x", "contingency": "x", "number": "1"}
    for reference in (way.handover, UNKNOWN_HANDOVER):
        answer = (
            south.press(f"/handovers/{reference}{action}", **fields)
            if action
            else south.http.get(f"/handovers/{reference}")
        )
        assert answer.status_code == 404
    assert desk.service.views.show(way.handover).handover(way.handover).status in (
        HandoverStatus.REQUESTED,
        HandoverStatus.RECEIVED,
    )


def test_a_hidden_field_makes_nobody_a_member_of_another_team(south: Client, desk: Desk, way: OnTheWay) -> None:
    answer = south.press(f"/handovers/{way.handover}/accept", team=SSIH)
    assert answer.status_code == 404
    assert desk.service.views.show(way.handover).handover(way.handover).status is not HandoverStatus.ACCEPTED


def test_the_receiver_does_not_do_what_is_the_senders(ssih: Client, desk: Desk, way: OnTheWay) -> None:
    answer = ssih.press(f"/handovers/{way.handover}/cancel", reason="x", team=MUNICIPALITY)
    assert answer.status_code in (404, 409)
    assert desk.service.views.show(way.handover).handover(way.handover).is_open


def test_a_press_without_the_sessions_own_mark_does_nothing(ssih: Client, desk: Desk, way: OnTheWay) -> None:
    for fields in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        answer = ssih.http.post(f"/handovers/{way.handover}/accept", data=fields)
        assert answer.status_code == 403
        assert "Ladda sidan på nytt" in answer.text
    assert desk.service.views.show(way.handover).handover(way.handover).status is not HandoverStatus.ACCEPTED


def test_the_mark_of_one_session_is_none_of_another(ssih: Client, south: Client, way: OnTheWay) -> None:
    answer = ssih.http.post(f"/handovers/{way.handover}/accept", data={"csrf": south.csrf})
    assert answer.status_code == 403


@pytest.mark.parametrize("login", ["it@jonkoping-demo.example", "network-admin@jonkoping-demo.example"])
def test_who_gives_no_care_sees_no_patient(desk: Desk, way: OnTheWay, login: str) -> None:
    client = Client(desk, login)
    for page in (f"/episodes/{way.episode}", f"/handovers/{way.handover}", "/board", "/inbox", "/begin"):
        assert client.http.get(page).status_code == 404
    client.http.close()


def test_every_answer_has_the_headers_that_protect_it(desk: Desk, ssih: Client) -> None:
    for path in ("/sign-in", "/inbox", "/no-such-page", "/static/desk.css", "/episodes/E222-2222"):
        answer = ssih.http.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "server" not in answer.headers
    assert ssih.http.get("/inbox").headers["cache-control"] == "no-store"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/inbox", "/board", "/episodes/E222-2222", "/begin", "/live"])
def test_nobody_sees_a_page_without_signing_in(desk: Desk, path: str) -> None:
    answer = httpx.get(desk.url + path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?back=")


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "'; DROP TABLE episode; --", "\ud800", "x" * 100_000, "\x00"]
)
def test_odd_words_are_words_or_refused_and_break_nothing(ssih: Client, way: OnTheWay, typed: str) -> None:
    answer = ssih.press(f"/handovers/{way.handover}/ask", words=typed.encode("utf-8", "replace").decode())
    assert answer.status_code in (200, 409)
    assert "<script>alert" not in answer.text
    assert ssih.http.get(f"/handovers/{way.handover}").status_code == 200


def test_neither_patients_nor_what_is_written_of_them_is_in_the_log_of_the_desk(desk: Desk, ssih: Client) -> None:
    seen = on_the_way(desk, TOLVAN)
    page = ssih.http.get(f"/handovers/{seen.handover}").text
    assert "Tolvan Påhittad" in page
    assert SITUATION in page
    ssih.http.get("/episodes/Tolvan Påhittad")
    ssih.http.get("/board?team=Tolvan")
    for secret in ("Tolvan", "39020698", SITUATION, ssih.http.cookies["handslag"]):
        assert secret not in desk.log
