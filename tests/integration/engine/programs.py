"""Other programs on the same database: real processes, quick to start because a warm one forks them."""

import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pathways.operations.service", "pathways.store.schema", "psycopg", "engine.kills"])


def started(work: Callable[..., object], *arguments: object) -> ForkServerProcess:
    """A process that does some work: a function of a module, with arguments that can be pickled."""
    program = _CONTEXT.Process(target=work, args=arguments, daemon=True)
    program.start()
    return program


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so. The only place in these tests that sleeps."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, f"not within {seconds} s"
        time.sleep(0.005)
