"""Calendars from real files and a real web server: what is taken, what is refused, and that no address leaks."""

import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from pathways.cover.feeds import LARGEST_FEED
from pathways.operations.calendars import FetchFault, fetch_calendar

TEXT = "BEGIN:VCALENDAR\r\nX-NAME:Jour på Höglandet\r\nEND:VCALENDAR\r\n"


class Rotas(BaseHTTPRequestHandler):
    """Serves a calendar and what else may lie at an address."""

    def do_GET(self) -> None:
        status, body = {
            "/rota.ics": (200, TEXT.encode()),
            "/moved": (302, b""),
            "/round": (302, b""),
            "/large": (200, b"x" * (LARGEST_FEED + 1)),
            "/latin": (200, TEXT.encode("latin-1")),
        }.get(self.path.partition("?")[0], (404, b"no"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/rota.ics" if self.path == "/moved" else "/round")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Rotas) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetched(address: str) -> str | FetchFault:
    return fetch_calendar(SecretStr(address), 5)


def test_a_calendar_is_fetched_over_the_web_and_where_it_has_moved_to(web: str) -> None:
    assert fetched(f"{web}/rota.ics?key=hunter2") == TEXT
    assert fetched(f"{web}/moved") == TEXT


def test_a_calendar_is_read_from_a_file_with_or_without_a_mark_at_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "jour på natten.ics"
    file.write_text(TEXT, encoding="utf-8-sig", newline="")
    assert fetched(file.as_uri()) == TEXT


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/gone.ics", FetchFault.NOT_GIVEN),
        ("/round", FetchFault.NOT_REACHED),
        ("/large", FetchFault.TOO_LARGE),
        ("/latin", FetchFault.NOT_UTF_8),
    ],
)
def test_what_a_web_server_gives_instead_is_told_by_its_code(path: str, fault: FetchFault, web: str) -> None:
    assert fetched(web + path) is fault


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://127.0.0.1:1/rota.ics", FetchFault.NOT_REACHED),
        ("webcal://127.0.0.1:1/rota.ics", FetchFault.NOT_REACHED),
        ("file:///nowhere/rota.ics", FetchFault.NOT_REACHED),
        ("file:///tmp", FetchFault.NOT_REACHED),
        ("file:///a%00b", FetchFault.WRONG_ADDRESS),
        ("ftp://example.org/rota.ics", FetchFault.WRONG_ADDRESS),
        ("rota.ics", FetchFault.WRONG_ADDRESS),
        ("http://[::1/rota.ics", FetchFault.WRONG_ADDRESS),
        ("https://", FetchFault.NOT_REACHED),
        ("http://exa mple:port/", FetchFault.WRONG_ADDRESS),
    ],
)
def test_an_address_that_leads_nowhere_is_told_by_its_code(address: str, fault: FetchFault) -> None:
    assert fetched(address) is fault


def test_a_file_that_is_too_large_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "rota.ics"
    file.write_bytes(b"x" * (LARGEST_FEED + 1))
    assert fetched(file.as_uri()) is FetchFault.TOO_LARGE


def test_no_log_tells_the_address(web: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert fetched(f"{web}/rota.ics?key=hunter2") == TEXT
        assert fetched("http://hunter2:hunter2@127.0.0.1:1/hunter2") is FetchFault.NOT_REACHED
    assert "hunter2" not in caplog.text
