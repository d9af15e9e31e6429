"""Upkeep: what every process that lives does of itself, whatever becomes of the Prefect server and of its runs.

It sends what waits in the outbox, and reports what keeps notices from leaving. While no run of `watch` does, it acts on
limits, and makes the lists of meetings. The worker and the desk each do it on a thread of their own. They need not
agree on who does what: the claim on a notice, the version of an episode and the list of a meeting let one through.
Calendars are not fetched: the last good copy holds, and a slow address would keep notices waiting.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

from flows.incidents import announce_incidents
from flows.waking import Waker
from pathways.errors import HandslagError
from pathways.operations.measuring import DELIVER, WATCH
from pathways.operations.service import Operations

EVERY_SECONDS = 5.0
"""How long what can be sent waits at most, where the process that sent it died and nobody else is at work."""

WATCH_MAY_PAUSE_FOR = timedelta(seconds=75)
"""`watch` runs every minute. Silent for longer, it is stopped, or the clock of the machine was set back."""

_RECORDED_EVERY_SECONDS = 60.0
_AT_ONCE = 20

_log = logging.getLogger("handslag.upkeep")


class Upkeep:
    """Looks every few seconds for what has to be done, until it is stopped. Used as a context manager, or by hand.

    `opened` gives the operations, and what asks the Prefect server for runs. It is asked again where it fails.
    """

    def __init__(self, opened: Callable[[], tuple[Operations, Waker]], *, every_seconds: float = EVERY_SECONDS) -> None:
        self._opened = opened
        self._every_seconds = every_seconds
        self._recorded_at: float | None = None
        self._is_failing = False
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="upkeep", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait a moment for a notice that is being sent."""
        self.stop()

    def start(self) -> None:
        """Begin to look, on a thread of its own."""
        self._thread.start()

    def stop(self, patience_seconds: float = 5) -> None:
        """Take on nothing more, and wait at most so long for what is under way. Harmless where it never began."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join(patience_seconds)

    def look(self) -> None:
        """Look once: send what waits, and do what `watch` leaves undone. Raises HandslagError when it cannot."""
        service, waker = self._opened()
        self._deliver(service)
        announce_incidents(service, service.incidents.report())
        if service.measuring.is_silent(WATCH, WATCH_MAY_PAUSE_FOR):
            act_on_time(service)
            service.meetings.make_due()
            waker.watch_now()
        if self._recorded_at is None or time.monotonic() - self._recorded_at >= _RECORDED_EVERY_SECONDS:
            service.measuring.ran(DELIVER)
            self._recorded_at = time.monotonic()

    def _deliver(self, service: Operations) -> None:
        """A few at a time, so that it ends soon when it is to stop."""
        while not self._is_over.is_set() and service.delivery.deliver(limit=_AT_ONCE).sent:
            pass

    def _go_on(self) -> None:
        while not self._is_over.wait(self._every_seconds):
            try:
                self.look()
                self._is_failing = False
            # The edge of the thread: whatever it was, the next look may succeed, and nobody else would look.
            except Exception as error:  # noqa: BLE001
                self._note(error)

    def _note(self, error: Exception) -> None:
        if not self._is_failing:
            _log.error("Upkeep goes on: %s", error if isinstance(error, HandslagError) else type(error).__name__)
        self._is_failing = True


def act_on_time(service: Operations) -> int:
    """Act on every limit that has passed, and offer the places that are free; gives how many limits there were."""
    passed = service.pass_due_clocks()
    service.places.offer()
    service.programmes.offer()
    return passed
