"""Real receivers for notices: a webhook, hosts that are dead or silent, and a mail server that wants encryption."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from apprise import NotifyBase, NotifyType
from apprise.plugins import N_MGR
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


class Request(NamedTuple):
    """One request that a webhook got: its path, its headers in lower case, its JSON."""

    path: str
    headers: dict[str, str]
    content: dict[str, Any]


class Webhook(ThreadingHTTPServer):
    """An HTTP server that keeps requests and answers with `status`, once `may_answer` is set."""

    daemon_threads = True

    def __init__(self, status: int = 200) -> None:
        super().__init__((HOST, 0), _Handler)
        self.status = status
        self.requests: SimpleQueue[Request] = SimpleQueue()
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def address(self) -> str:
        return f"json://user:hush-hush@{HOST}:{self.server_port}/secret-path"


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.put(Request(self.path, headers, content))
        self.server.may_answer.wait()
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output quiet."""


@contextmanager
def webhook(status: int = 200) -> Iterator[Webhook]:
    """A webhook that runs."""
    with Webhook(status) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.may_answer.set()
            server.shutdown()
            thread.join()


@contextmanager
def silent_host() -> Iterator[int]:
    """The port of a host that takes connections and says nothing."""
    with socket.create_server((HOST, 0)) as listener:
        yield int(listener.getsockname()[1])


def dead_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def own_certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS settings with a certificate for loopback that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime(2025, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=365 * 50))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "loopback.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


class Post:
    """An aiosmtpd handler that keeps the texts of what it gets, and the passwords that it was shown."""

    def __init__(self) -> None:
        self.texts: SimpleQueue[bytes] = SimpleQueue()
        self.passwords: SimpleQueue[bytes] = SimpleQueue()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.texts.put(envelope.content)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, shown: Any) -> AuthResult:
        assert isinstance(shown, LoginPassword)
        self.passwords.put(shown.password)
        return AuthResult(success=shown.password == b"right", handled=False)


@contextmanager
def mail_server(post: Post, **settings: Any) -> Iterator[int]:
    """The port of a mail server with aiosmtpd's `settings`, handing what it gets to `post`."""
    port = dead_port()
    server = Controller(post, HOST, port, server_hostname="localhost", **settings)
    server.start()
    try:
        yield port
    finally:
        server.stop()


@contextmanager
def bell() -> Iterator[list[tuple[str, str]]]:
    """A service of our own in Apprise, `bell://`, and what was rung. A cracked bell breaks when it is looked at."""
    rung: list[tuple[str, str]] = []

    class Bell(NotifyBase):  # type: ignore[no-untyped-call]  # apprise is typed in part
        """Keeps titles and texts."""

        service_name = "Bell"  # type: ignore[assignment]  # as above

        def send(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **kwargs: Any) -> bool:
            rung.append((title, body))
            return True

        @staticmethod
        def parse_url(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
            if "cracked" in url:
                raise RuntimeError("the bell is cracked")
            return {"schema": "bell", "host": "tower"}

    N_MGR.add(Bell, schemas="bell")  # type: ignore[no-untyped-call]  # as above
    try:
        yield rung
    finally:
        N_MGR.remove("bell")  # type: ignore[no-untyped-call]  # as above
