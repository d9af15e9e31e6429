"""Calendars from real files and a real web server: what is taken, what is refused, and that no address leaks."""

import logging
import resource
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from pathways.cover.feeds import LARGEST_FEED, FeedFault
from pathways.operations.calendar_checks import fault_within_limits
from pathways.operations.calendars import FetchFault, Networks, fetch_calendar

TEXT = "BEGIN:VCALENDAR\r\nX-NAME:Jour på Höglandet\r\nEND:VCALENDAR\r\n"


REDIRECTS = {
    "/moved": "/rota.ics",
    "/round": "/round",
    "/away": "http://169.254.169.254/latest/meta-data/",
    "/to-a-file": "file:///etc/passwd",
}


class Rotas(BaseHTTPRequestHandler):
    """Serves a calendar and what else may lie at an address."""

    def do_GET(self) -> None:
        status, body = {
            "/rota.ics": (200, TEXT.encode()),
            "/moved": (302, b""),
            "/round": (302, b""),
            "/away": (302, b""),
            "/to-a-file": (302, b""),
            "/large": (200, b"x" * (LARGEST_FEED + 1)),
            "/latin": (200, TEXT.encode("latin-1")),
        }.get(self.path.partition("?")[0], (404, b"no"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", REDIRECTS[self.path])
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


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HERE = (ip_network("127.0.0.0/8"),)


def fetched(address: str, seconds: float = 20, allowed: Networks = HERE) -> str | FetchFault:
    return fetch_calendar(SecretStr(address), seconds, allowed)


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
        ("/away", FetchFault.PRIVATE_ADDRESS),
        ("/to-a-file", FetchFault.WRONG_ADDRESS),
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


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0", "10.0.0.1"),
        *("192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]", "224.0.0.1"),
    ],
)
def test_what_only_this_machine_or_its_network_reaches_is_not_asked_unless_allowed(host: str) -> None:
    assert fetched(f"http://{host}:1/rota.ics", allowed=()) is FetchFault.PRIVATE_ADDRESS
    assert fetched(f"http://{host}:1/rota.ics", allowed=(ip_network("203.0.113.0/24"),)) is FetchFault.PRIVATE_ADDRESS


def drip(server: socket.socket, piece: bytes) -> None:
    """Answer one connection with the same few bytes twenty times a second, until it hangs up."""
    connection, _ = server.accept()
    with connection:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"" if piece.startswith(b"X") else b"\r\n"))
            while True:
                connection.sendall(piece)
                threading.Event().wait(0.05)
        except OSError:
            return


@pytest.mark.parametrize("piece", [b"x", b"X: y\r\n"])
def test_whoever_answers_in_drops_has_one_time_for_all_of_it(piece: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server, piece), daemon=True)
        thread.start()
        assert fetched(f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=2) is FetchFault.TOO_SLOW
        thread.join(20)
        assert not thread.is_alive()


def rota(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""])


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "UID:1", "DTSTART:20260302T210000Z", "DTEND:20260303T070000Z", *lines, "END:VEVENT")


NEVER = [f"RRULE:FREQ={often};BYMONTH=2;BYMONTHDAY=30" for often in ("DAILY", "WEEKLY", "MONTHLY")]


def test_a_small_calendar_that_costs_minutes_is_given_up_within_its_limits() -> None:
    text = rota(*(line for rule in NEVER * 60 for line in event(rule)))
    assert len(text) < 30_000
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert fault_within_limits(text, ZoneInfo("Europe/Stockholm"), NOW, processor_seconds=3) == FeedFault.TOO_MUCH
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - spent.ru_utime < 8


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (rota(*event("RRULE:FREQ=DAILY")), None),
        (rota(*event("RRULE:FREQ=NEVER")), "unreadable-event"),
        ("no calendar, \ud800 and so on", "no-calendar"),
    ],
)
def test_any_other_calendar_is_judged_as_it_is(text: str, fault: str | None) -> None:
    assert fault_within_limits(text, ZoneInfo("Europe/Stockholm"), NOW) == fault
