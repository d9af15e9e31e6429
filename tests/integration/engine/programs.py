"""Other programs on the same database: real processes, quick to start because a warm one forks them."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pathways.operations.service", "pathways.store.schema"])


def started(work: Callable[..., object], *arguments: object) -> ForkServerProcess:
    """A process that does some work: a function of a module, with arguments that can be pickled."""
    program = _CONTEXT.Process(target=work, args=arguments, daemon=True)
    program.start()
    return program
