"""What may come in at all: looked at before a session, a token or a form is. How large, how slowly, how much at once.

A body is read whole, within its size and its time, before anything else happens; whoever sends more, or too slowly, is
answered without the desk having done anything for it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BYTES = 256_000
"""Of the body of a request: far more than the longest form."""

BODY_SECONDS = 20.0
"""Within which a body has to have come."""

_PARTS_FOR_STREAMS = 4, 5
"""Of what an address, or everybody, may have open: the rest is for pages and presses."""

Answer = Callable[[Scope, int], ASGIApp]
"""Makes the answer to a request that is not let in: 408, 413 or 429."""


class Intake:
    """Lets in what is small enough, comes fast enough, and is not too much at once from one address."""

    def __init__(
        self, app: ASGIApp, answer: Answer, at_once: int, largest: int = LARGEST_BYTES, seconds: float = BODY_SECONDS
    ) -> None:
        self._app = app
        self._answer = answer
        self._at_once = at_once
        self._largest = largest
        self._seconds = seconds
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with _counted(self._open, address_of(scope)) as number:
            if number > self._at_once:
                await self._answer(scope, 429)(scope, receive, send)
                return
            await self._within_size(scope, receive, send)

    async def _within_size(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > len(str(self._largest)) or int(length) > self._largest:
            await self._answer(scope, 413)(scope, receive, send)
            return
        if length == "0" and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(self._whole(receive), self._seconds)
        except TimeoutError:
            await self._answer(scope, 408)(scope, receive, send)
            return
        if body is None:
            await self._answer(scope, 413)(scope, receive, send)
            return
        await self._app(scope, _after(body, receive), send)

    async def _whole(self, receive: Receive) -> bytes | None:
        """The body; None where it is too large."""
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._largest:
                return None
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return bytes(body)


Places = tuple[tuple[int, str], ...]
"""What a page that listens takes: one of its session's, one of its address's and one of all."""


class Streams:
    """The pages that listen for changes: so many of one session, of one address and in all."""

    def __init__(self, of_session: int, of_address: int, in_all: int) -> None:
        part, whole = _PARTS_FOR_STREAMS
        self._most = (of_session, of_address * part // whole, in_all * part // whole)
        self._open: Counter[tuple[int, str]] = Counter()

    def places(self, session: str, address: str) -> Places:
        """What one more page of a session at an address would take."""
        return tuple(enumerate((session, address, "")))

    def has_room(self, places: Places) -> bool:
        """Whether one more may listen."""
        return all(self._open[place] < self._most[place[0]] for place in places)

    @contextmanager
    def taken(self, places: Places) -> Iterator[None]:
        """Count one more within the block."""
        self._open.update(places)
        try:
            yield
        finally:
            self._open.subtract(places)
            self._open = +self._open  # keeps only what is open: sessions come and go


def address_of(scope: Scope) -> str:
    """The address that a request comes from: of the client or, of a proxy that the settings trust, whom it names."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _after(body: bytes, receive: Receive) -> Receive:
    """Receive a body that has been read, and then what comes after it."""
    is_given = False

    async def given() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return given


@contextmanager
def _counted(counts: Counter[str], key: str) -> Iterator[int]:
    counts[key] += 1
    try:
        yield counts[key]
    finally:
        counts[key] -= 1
        if counts[key] <= 0:
            del counts[key]
