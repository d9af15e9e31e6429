"""What may come in at all: how large, how slowly, how much at once; looked at before any session, token or form."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from loops import run_apart
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from desk.api.problems import MEDIA_TYPE
from desk.app import create_app
from desk.intake import LARGEST_BYTES, Intake, Streams
from desk.security import HEADERS
from pages.api_on_test import Caller, Installation
from pages.desk_on_test import SSIH
from pages.test_machines_that_watch import opened
from pathways.access.table import Role

PAGES = ("/sign-in/demo", "/sign-out", "/begin", "/no-such-page", "/static/desk.css")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/episodes/E222-2222/pause", "/api/v1/no-such-thing"])
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_too_much_is_turned_away_at_every_address_before_anything_is_looked_at(
    installed: Installation, path: str, method: str
) -> None:
    for content in (b"x" * (LARGEST_BYTES + 1), iter([b"x" * LARGEST_BYTES, b"x"])):
        answer = installed.client.request(method, path, content=content, headers=FORM)
        assert (answer.status_code, answer.headers["connection"]) == (413, "close")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert (answer.headers["content-type"] == MEDIA_TYPE) is path.startswith("/api/")
        assert f"{LARGEST_BYTES}" in answer.text


@pytest.mark.parametrize("length", ["-1", "9" * 30, "1e3", "²", ""])
def test_a_length_that_is_none_is_turned_away_as_well(length: str) -> None:
    assert [m["status"] for m in _told([], length=length)] == [413]


def test_as_much_as_is_allowed_is_read(installed: Installation) -> None:
    content = b"login=" + b"x" * (LARGEST_BYTES - 6)
    assert installed.client.post("/sign-in/demo", content=content, headers=FORM).status_code in (403, 404)


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_its_time() -> None:
    piece: Message = {"type": "http.request", "body": b"x", "more_body": True}
    assert [m["status"] for m in _told([piece], length="1000")] == [408]


def test_one_address_has_so_much_open_at_once_and_others_are_not_concerned() -> None:
    run_apart(_one_address_is_full())


async def _one_address_is_full() -> None:
    leave = asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await leave.wait()

    intake = Intake(app, _plain, at_once=2)
    staying = [asyncio.create_task(intake(_scope("10.0.0.1"), _silent, _nothing)) for _ in range(2)]
    await asyncio.sleep(0)
    sent: list[Message] = []
    await intake(_scope("10.0.0.1"), _silent, _to(sent))
    assert sent[0]["status"] == 429
    other = asyncio.create_task(intake(_scope("10.0.0.2"), _silent, _nothing))
    leave.set()
    await asyncio.gather(*staying, other)
    sent.clear()
    await asyncio.wait_for(intake(_scope("10.0.0.1"), _silent, _to(sent)), 1)
    assert sent == []


def test_pages_that_listen_leave_room_for_pages_and_presses() -> None:
    streams = Streams(of_session=2, of_address=5, in_all=10)
    one, other = streams.places("a", "10.0.0.1"), streams.places("b", "10.0.0.1")
    away = streams.places("c", "10.0.0.2")
    with streams.taken(one), streams.taken(one):
        assert not streams.has_room(one)
        with streams.taken(other), streams.taken(other):
            assert not streams.has_room(streams.places("d", "10.0.0.1"))
            assert streams.has_room(away)
    with ExitStack() as stack:
        for number in range(8):
            stack.enter_context(streams.taken(streams.places(f"{number}", f"10.0.1.{number}")))
        assert not streams.has_room(away)
    assert streams.has_room(one)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Installation]:
    service = opened(tmp_path, connections_per_address=10)
    app = create_app(service)
    yield Installation(service, app, TestClient(app, raise_server_exceptions=False, base_url="http://desk.example"))
    service.engine.dispose()


def test_a_page_that_may_not_listen_now_is_told_to_ask_later(busy: Installation) -> None:
    nurse: Caller = busy.caller(Role.COORDINATOR, SSIH)
    places = busy.app.state.streams.places("other", "testclient")
    taken = [busy.app.state.streams.taken(places) for _ in range(8)]
    for each in taken:
        each.__enter__()
    answer = nurse.page("GET", "/live")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert nurse.page("GET", "/inbox").status_code == 200


def _scope(host: str, length: str | None = None) -> Scope:
    headers = [] if length is None else [(b"content-length", length.encode("latin-1"))]
    return {"type": "http", "method": "POST", "path": "/", "client": (host, 1), "headers": headers}


def _plain(scope: Scope, status: int) -> PlainTextResponse:
    assert Headers(scope=scope) is not None
    return PlainTextResponse("", status)


async def _nothing(_message: Message) -> None:
    """Nobody reads what is sent."""


async def _silent() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def _to(sent: list[Message]) -> Send:
    async def send(message: Message) -> None:
        sent.append(message)

    return send


def _told(pieces: list[Message], length: str) -> list[Message]:
    """How a request begins to be answered that sends these pieces, and then nothing more."""
    left, sent = iter(pieces), list[Message]()

    async def receive() -> Message:
        return next(left, None) or await _silent()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("came in")

    intake = Intake(app, _plain, at_once=1, seconds=0.05)
    run_apart(intake(_scope("10.0.0.1", length), receive, _to(sent)))
    return [message for message in sent if message["type"] == "http.response.start"]
