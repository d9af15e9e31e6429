"""How a flow run of Handslag is called and how it ends: done, refused and never retried, or failed and retried."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec

from prefect import State
from prefect.states import Cancelled, Completed

from pathways.clock import system_clock
from pathways.errors import Refused

P = ParamSpec("P")

_log = logging.getLogger("handslag.endings")

RETRIES: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": 5,
    "persist_result": False,
    "log_prints": False,
}
"""For every flow: a failure is tried again. (Prefect 3.8 takes one whole number of seconds, no list.)"""


def named(flow: str) -> Callable[[], str]:
    """What a scheduled run is called: the flow and the minute and second (UTC) at which it began."""
    return lambda: f"{flow} {system_clock():%Y-%m-%d %H:%M:%S}"


def refused(refusal: Refused) -> State[Any]:
    """The state of a run that was refused: it has ended, says why, and Prefect does not try it again."""
    return Cancelled(name="Refused", message=refusal.in_the_open)


def done(sentence: str) -> State[Any]:
    """The state of a run that did what it was for."""
    return Completed(message=sentence)


def refusals_end_the_run(flow: Callable[P, Awaitable[State[Any]]]) -> Callable[P, Awaitable[State[Any]]]:
    """Turn a refusal into the state that tells it; let every other error through to be retried."""

    @wraps(flow)
    async def careful(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
        try:
            return await flow(*args, **kwargs)
        except Refused as refusal:
            return refused(refusal)

    return careful


@contextmanager
def best_effort() -> Iterator[None]:
    """For what follows a commit. If it raised, the retry would do again what is done; `watch` catches up instead."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, what was committed stands
        _log.error("What follows the commit is left to `watch`: %s", type(error).__name__)
