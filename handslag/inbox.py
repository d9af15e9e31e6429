"""Owns the built-in inbox: an SMTP server on loopback that keeps what it is sent, for the demonstration and for tests.

It delivers nothing to anyone. On request it refuses recipients, or holds its answers back as a slow host does.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Letter:
    """One message as it arrived: the envelope's sender and recipients, and the message itself."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject in plain text; empty if there is none."""
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        """The message's plain text with `\\n` line ends; empty if it has none."""
        body = self.message.get_body(preferencelist=("plain",))
        return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


class Inbox:
    """An SMTP server that keeps every letter. Use it as a context manager, or call `start` and `stop`.

    `on_letter` is called for each letter as it arrives, in the server's own thread: it must be quick, and what it
    raises the sender hears as a refusal. `port` 0 takes a free one; a port in use raises OSError at `start`.
    """

    def __init__(self, on_letter: Callable[[Letter], None] | None = None, port: int = 0) -> None:
        self._on_letter = on_letter
        self._letters: list[Letter] = []
        self._refused: frozenset[str] = frozenset()
        self._arrival = threading.Condition()
        self._is_holding = threading.Event()
        self._answers = asyncio.Event()
        self._answers.set()
        self._is_open = False
        self._server = _Server(self, HOST, port, server_hostname="localhost")

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def port(self) -> int:
        """The port that it listens on, known once it has started."""
        return int(self._server.port)

    @property
    def letters(self) -> Sequence[Letter]:
        """All letters so far, the oldest first."""
        with self._arrival:
            return tuple(self._letters)

    def address(self, recipient: str, sender: str = "handslag@example.org") -> str:
        """The Apprise URL by which a notice to `recipient` ends up here."""
        return f"mailto://{HOST}:{self.port}/?from={sender}&to={recipient}"

    def start(self) -> None:
        """Listen. Returns when the port is open."""
        self._server.start()
        self._is_open = True

    def stop(self) -> None:
        """Hang up, close the port and end the thread. The letters stay; stopping twice does no harm."""
        if self._is_open:
            self._server.stop()
            self._is_open = False

    def wait_for(self, is_wanted: Callable[[Letter], bool], timeout_seconds: float) -> Letter:
        """The first letter that `is_wanted`, of those that came or will come. Raises TimeoutError if none comes."""
        with self._arrival:
            self._arrival.wait_for(lambda: any(map(is_wanted, self._letters)), timeout_seconds)
            found = next(filter(is_wanted, self._letters), None)
        if found is None:
            raise TimeoutError(f"No such letter came within {timeout_seconds:g} s.")
        return found

    def refuse(self, *recipients: str) -> None:
        """Refuse letters to these recipients from now on, and to no others."""
        self._refused = frozenset(recipients)

    def hold(self) -> None:
        """Be slow: answer no letter until `release`."""
        self._server.loop.call_soon_threadsafe(self._answers.clear)

    def wait_until_holding(self, timeout_seconds: float) -> None:
        """Wait until a letter is held back. Raises TimeoutError if none is."""
        if not self._is_holding.wait(timeout_seconds):
            raise TimeoutError(f"No letter was held back within {timeout_seconds:g} s.")

    def release(self) -> None:
        """Answer what was held, and be quick again."""
        self._server.loop.call_soon_threadsafe(self._answers.set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: Any, session: Any, envelope: Any, address: str, rcpt_options: list[str]
    ) -> str:
        """Say whether letters to `address` are taken."""
        if address in self._refused:
            return "550 No such recipient here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        """Keep a letter, and tell everyone who waits for it."""
        if not self._answers.is_set():
            self._is_holding.set()
            await self._answers.wait()
            self._is_holding.clear()
        message = message_from_bytes(envelope.content, policy=policy.default)
        letter = Letter(envelope.mail_from, tuple(envelope.rcpt_tos), message)
        with self._arrival:
            self._letters.append(letter)
            self._arrival.notify_all()
        if self._on_letter is not None:
            self._on_letter(letter)
        return "250 OK"


class _Server(Controller):
    """A controller that may be given port 0, and that says at once when its port is in use."""

    def start(self) -> None:
        # Named as TCP, asyncio sends its short answers at once; unnamed, each letter would take 40 ms longer.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind((self.hostname, self.port))
        except OSError:
            self._listener.close()
            self.loop.close()
            raise
        self.port = self._listener.getsockname()[1]
        super().start()

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)
