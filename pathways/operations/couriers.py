"""Couriers: who delivers once a decision is committed. Nobody who presses something waits for a mail server.

What a courier cannot send stays in the outbox, where every process that delivers finds it.
"""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from pathways.errors import Failed, Refused
from pathways.operations.delivery import Delivery

_log = logging.getLogger("handslag.notices")


class Courier(Protocol):
    """Delivers what waits in the outbox when it is nudged. It never raises."""

    def nudge(self, episode: str | None = None) -> None:
        """Let what waits be sent: that of one episode, or all."""
        ...

    def finish(self, seconds: float) -> bool:
        """Wait for what was nudged, at most so long. Says whether all has left that was tried since this was asked."""
        ...


Employ = Callable[[Delivery], Courier]
"""Gives the courier of a process."""


class AtOnce:
    """Delivers within the nudge: for programs that wait for what they send, such as a story that is told."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._has_all_left = True

    def nudge(self, episode: str | None = None) -> None:
        """As `Courier`; returns once each notice has been tried."""
        self._has_all_left = _delivered(self._delivery, episode) and self._has_all_left

    def finish(self, seconds: float) -> bool:
        """As `Courier`; there is nothing to wait for."""
        has_all_left, self._has_all_left = self._has_all_left, True
        return has_all_left


class InBackground:
    """Delivers in a thread of its own, which ends when there is nothing more to do. A nudge returns at once."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._wanted: dict[str | None, None] = {}
        self._is_at_work = False
        self._has_all_left = True
        self._changed = threading.Condition()

    def nudge(self, episode: str | None = None) -> None:
        """As `Courier`."""
        with self._changed:
            self._wanted[episode] = None
            if not self._is_at_work:
                self._is_at_work = True
                threading.Thread(target=self._work, name="handslag-courier", daemon=True).start()

    def finish(self, seconds: float) -> bool:
        """As `Courier`. What is not done by then goes on while the process lives; else another process does it."""
        with self._changed:
            is_done = self._changed.wait_for(lambda: not self._is_at_work, seconds)
            has_all_left, self._has_all_left = self._has_all_left, True
            return is_done and has_all_left

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._wanted:
                    self._is_at_work = False
                    self._changed.notify_all()
                    return
                episode = next(iter(self._wanted))
                del self._wanted[episode]
            has_left = _delivered(self._delivery, episode)
            with self._changed:
                self._has_all_left = self._has_all_left and has_left


def _delivered(delivery: Delivery, episode: str | None) -> bool:
    try:
        return not delivery.deliver(episode=episode).not_sent
    except (Failed, Refused) as error:
        _log.error("Notices are sent later: %s", error)
    except Exception as error:  # noqa: BLE001 - the courier's thread must live on; the error could quote a name
        _log.error("Notices are sent later (%s).", type(error).__name__)
    return False
