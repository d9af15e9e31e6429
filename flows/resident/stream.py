"""Listens to the Prefect server's event stream and rings when there is something to look for.

Owns the connection to the stream: it comes back by itself, however often and however long the server is away. An
event carries no orders: it only says that it is worth asking the server now, so a repeated, late or lost one harms
nothing. The worker's own polling finds what the stream missed.
"""

import asyncio
from collections.abc import Callable

from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.logging import get_logger

logger = get_logger(__name__)

WORTH_A_LOOK = (
    "prefect.flow-run.Scheduled",
    "prefect.flow-run.Resuming",
    "prefect.flow-run.AwaitingRetry",
    "prefect.flow-run.Late",
    "prefect.flow-run.Cancelling",
)
"""The events after which a worker may have something to start or to stop."""

FIRST_WAIT_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 5.0


async def listen(ring: Callable[[], None]) -> None:
    """Call `ring` for each event worth a look, and once after each connection, until cancelled.

    While the server is away it is tried again after a quarter of a second, then ever more seldom, at most every
    five seconds. Only the first failure in a row is logged.
    """
    wait_seconds = FIRST_WAIT_SECONDS
    while True:
        try:
            async with get_events_subscriber(filter=_worth_a_look(), reconnection_attempts=0) as events:
                wait_seconds = FIRST_WAIT_SECONDS
                ring()
                async for _event in events:
                    ring()
        # Prefect's subscriber raises whatever its websocket, its HTTP client or its own authentication raised, the
        # last as a bare Exception. This is the process's edge to the stream: whatever broke, it is tried again.
        except Exception as broken:  # noqa: BLE001
            if wait_seconds == FIRST_WAIT_SECONDS:
                logger.warning("The event stream is away (%s); polling until it is back.", type(broken).__name__)
        await asyncio.sleep(wait_seconds)
        wait_seconds = min(wait_seconds * 2, LONGEST_WAIT_SECONDS)


def _worth_a_look() -> EventFilter:
    return EventFilter(event=EventNameFilter(name=list(WORTH_A_LOOK)))
