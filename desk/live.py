"""Tells open pages that something has changed, within two seconds: server-sent events, from one look a second.

However many pages are open, each network is looked at once: a page hears only that it should ask again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from desk.asking import Asks
from desk.intake import Streams, address_of

router = APIRouter(include_in_schema=False)
_log = logging.getLogger("handslag.desk")
_LOOK_EACH_SECONDS = 1.0
_KEEP_ALIVE_SECONDS = 15.0
_LOOK_AGAIN_WHO_ASKS_SECONDS = 240.0
"""Then the browser asks anew, and whoever is no longer signed in hears nothing more."""


class Stamps:
    """The stamp of each network that a page is open on. A stamp changes with every change of the network."""

    def __init__(self, look: Callable[[str], str]) -> None:
        self._look = look
        self._stamps: dict[str, str] = {}
        self._listeners: dict[str, set[asyncio.Event]] = {}

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Look at the networks within this block, as long as somebody listens."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    @contextmanager
    def heard(self, network: str) -> Iterator[asyncio.Event]:
        """An event that is set when something has changed in the network."""
        changed = asyncio.Event()
        changed.set()  # what it has not seen may have changed before it began to listen
        self._listeners.setdefault(network, set()).add(changed)
        try:
            yield changed
        finally:
            self._listeners[network].discard(changed)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EACH_SECONDS)
            for network in [network for network, listeners in self._listeners.items() if listeners]:
                await self._look_at(network)

    async def _look_at(self, network: str) -> None:
        try:
            stamp = await asyncio.to_thread(self._look, network)
        except Exception as error:  # noqa: BLE001 - it looks again in a second, whatever it was
            _log.warning("The desk could not look for changes: %s", type(error).__name__)
            return
        if self._stamps.get(network) != stamp:
            self._stamps[network] = stamp
            for listener in self._listeners[network]:
                listener.set()

    def latest(self, network: str) -> str | None:
        """The stamp at the latest look; None before the first."""
        return self._stamps.get(network)


@router.get("/live")
async def live(request: Request, asking: Asks, since: str = "") -> Response:
    """An endless stream that says `changed` when the pages of the viewer's network should be looked at again.

    `since`: the stamp that the page was made at, so that nothing is missed between the page and the stream.
    """
    stamps: Stamps = request.app.state.stamps
    streams: Streams = request.app.state.streams
    places = streams.places(asking.token, address_of(request.scope))
    if not streams.has_room(places):  # the page is shown and pressed on as before; it asks again after a while
        return Response(status_code=429, headers={"Retry-After": "60"})
    stream = _changes(stamps, asking.viewer.network, since, streams.taken(places))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _changes(
    stamps: Stamps, network: str, shown: str, listening: AbstractContextManager[None]
) -> AsyncIterator[str]:
    until = asyncio.get_running_loop().time() + _LOOK_AGAIN_WHO_ASKS_SECONDS
    with listening, stamps.heard(network) as changed:
        yield "retry: 2000\n\n"
        while asyncio.get_running_loop().time() < until:
            try:
                await asyncio.wait_for(changed.wait(), _KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield ": nothing new\n\n"
                continue
            changed.clear()
            latest = stamps.latest(network)
            if latest is not None and latest != shown:
                shown = latest
                yield "event: changed\ndata: look\n\n"
