"""Processes that are waited for: only their own answer counts, not that of a program that has their port."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from handslag.processes import Processes, free_port, holder_of, is_free, python
from pathways.errors import Failed

_SERVES = """
import sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
"""


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program answers."""
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def test_a_process_that_answers_is_there(tmp_path: Path) -> None:
    port = free_port()
    with Processes(tmp_path) as processes:
        processes.start("server", [sys.executable, "-c", _SERVES, str(port)], {})
        processes.wait_for("server", f"http://127.0.0.1:{port}/health", 60)


def test_another_program_that_has_the_port_is_not_taken_for_it(tmp_path: Path, taken: int) -> None:
    with Processes(tmp_path) as processes:
        processes.start("server", [sys.executable, "-c", _SERVES, str(taken)], {})
        with pytest.raises(Failed, match=f"The server has stopped: its port {taken} is in use"):
            processes.wait_for("server", f"http://127.0.0.1:{taken}/health", 60)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - as another program may
def test_a_port_that_another_has_is_not_free_and_it_is_said_whose_it_is(host: str) -> None:
    with socket.create_server((host, 0)) as other:
        port = other.getsockname()[1]
        assert not is_free(port)
        assert f"(process {os.getpid()})" in holder_of(port)
    assert is_free(port)
    assert holder_of(port) == "another program"


def test_a_process_that_ends_by_itself_is_told_with_the_path_of_its_log(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        processes.start("server", python("-c", "raise SystemExit(7)"), {})
        with pytest.raises(Failed, match=r"status 7") as failed:
            processes.wait_for("server", "http://127.0.0.1:1/", 30)
    assert f"{tmp_path}/server.log" in str(failed.value)


def test_it_is_said_whose_the_port_is_that_a_process_did_not_get(tmp_path: Path, taken: int) -> None:
    with Processes(tmp_path) as processes:
        processes.start("desk", [sys.executable, "-c", _SERVES, str(taken)], {})
        with pytest.raises(Failed) as failed:
            processes.wait_for("desk", f"http://127.0.0.1:{taken}/", 60)
    for said in (f"port {taken}", f"(process {os.getpid()})", "HANDSLAG_DESK_PORT", f"{tmp_path}/desk.log"):
        assert said in str(failed.value)


def test_a_data_folder_that_cannot_be_made_is_told_with_whose_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "demo"
    with pytest.raises(Failed) as failed, Processes(folder):
        pass
    for said in (str(folder), f"is of the user {tmp_path.owner()}", "HANDSLAG_DATA_FOLDER"):
        assert said in str(failed.value)
