"""Real connections: whose head does not come, how many at once, and who is believed about who asks."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from handslag.connections import Connection, is_within
from handslag.processes import free_port

HERE = ip_network("127.0.0.0/8")


async def who_asks(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        request = Request(scope)
        host = request.client.host if request.client else ""
        await PlainTextResponse(f"{host} {request.url.scheme}")(scope, receive, send)


@contextmanager
def served(proxies: str = "", most: int = 50, of_one: int = 50) -> Iterator[int]:
    class Limited(Connection):
        most_of_one, head_seconds = of_one, 0.3

    Limited.most, Limited.proxies = most, (ip_network(proxies),) if proxies else ()
    port = free_port()
    config = uvicorn.Config(
        who_asks,
        port=port,
        http=Limited,
        lifespan="off",
        log_config=None,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[proxies],
        timeout_keep_alive=30,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        thread.join(0.02)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


def ended(connection: socket.socket) -> bool:
    """Whether the other side closes the connection, rather than waiting for more."""
    connection.settimeout(10)
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


def answer_on(connection: socket.socket) -> bool:
    """Whether a whole answer comes."""
    got = b""
    while not got.endswith(b" http"):
        piece = connection.recv(1000)
        if not piece:
            return False
        got += piece
    return b"200 OK" in got


def send_drops(connection: socket.socket) -> None:
    """Send a byte twenty times a second, for much longer than there is time."""
    for _ in range(400):
        connection.sendall(b"a")
        threading.Event().wait(0.05)


def test_a_connection_that_says_nothing_or_not_enough_is_closed() -> None:
    with served() as port:
        for said in (b"", b"GET / HTTP/1.1\r\nHost: a\r\n"):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(said)
                assert ended(connection)


def test_a_head_that_comes_in_drops_has_one_time_for_all_of_it() -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_drops(connection)


def test_the_second_request_of_a_connection_has_the_same_time() -> None:
    with served() as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer_on(connection)
        threading.Event().wait(0.5)  # kept open between two requests, as browsers do
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer_on(connection)
        connection.sendall(b"GET / HT")
        assert ended(connection)


def test_one_address_has_so_many_connections_but_a_trusted_proxy_has_more() -> None:
    for proxies, one_more in (("", False), ("127.0.0.1/32", True)):
        with served(proxies=proxies, of_one=2) as port, ExitStack() as stack:
            found = [_answered(port, stack) for _ in range(3)]
            assert found == [True, True, one_more]


def test_in_all_there_are_no_more_than_so_many_connections() -> None:
    with served(proxies="127.0.0.1/32", most=2) as port, ExitStack() as stack:
        assert [_answered(port, stack) for _ in range(3)] == [True, True, False]


def test_only_a_proxy_of_the_settings_is_believed_who_asks_and_how() -> None:
    told = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    for proxies, answer in (
        ("", "127.0.0.1 http"),
        ("10.0.0.0/8", "127.0.0.1 http"),
        ("127.0.0.1", "198.51.100.7 https"),
    ):
        with served(proxies=proxies) as port:
            assert httpx.get(f"http://127.0.0.1:{port}/", headers=told).text == answer


def test_what_is_no_address_is_within_no_network() -> None:
    assert not is_within("", (HERE,))
    assert not is_within("testclient", (HERE,))
    assert is_within("127.0.0.9", (HERE,))


def _answered(port: int, stack: ExitStack) -> bool:
    """Whether one more connection, that stays open, is answered on."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
    connection.settimeout(10)
    try:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return answer_on(connection)
    except OSError:
        return False
