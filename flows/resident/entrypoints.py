"""Turns a deployment's module entrypoint into a flow, once, and keeps it.

Only module entrypoints (`flows.handover.handover`) are taken: a path entrypoint would import the file a second time
under another name. A flow stays as it was loaded until the worker is started again.
"""

import asyncio
import copy
import functools
import importlib
from collections.abc import Callable, Coroutine
from typing import Any

from prefect import Flow
from prefect.exceptions import Abort
from prefect.filesystems import WritableFileSystem

AnyFlow = Flow[..., Any]


class Nowhere(WritableFileSystem):
    """A result storage that keeps nothing."""

    async def read_path(self, path: str) -> bytes:
        """Refuse: nothing was kept. Raises FileNotFoundError."""
        raise FileNotFoundError(path)

    async def write_path(self, path: str, content: bytes) -> None:
        """Keep nothing."""

    def _resolve_path(self, path: str) -> None:
        """Tell Prefect, which asks for this by name, that keys are no paths; it would warn at each failed run."""


class EntrypointError(LookupError):
    """The entrypoint of a deployment leads to no flow. `str(error)` says which entrypoint and what to mend."""

    def __init__(self, entrypoint: str, fault: str) -> None:
        super().__init__(entrypoint, fault)
        self.entrypoint = entrypoint
        self.fault = fault

    def __str__(self) -> str:
        return f"Entrypoint {self.entrypoint!r} {self.fault}. Mend it in prefect.yaml, then deploy again."


@functools.cache
def flow_at(entrypoint: str) -> AnyFlow:
    """Import the flow that a module entrypoint names; a second call gives the same flow without importing.

    Raises EntrypointError if the entrypoint is a path, its module does not import, or it names no flow.
    """
    module_name, _, flow_name = entrypoint.rpartition(".")
    if not module_name or ":" in entrypoint or "/" in entrypoint:
        raise EntrypointError(entrypoint, "is not of the form package.module.flow")
    try:
        found = getattr(importlib.import_module(module_name), flow_name, None)
    except ImportError as missing:
        raise EntrypointError(entrypoint, f"does not import ({type(missing).__name__})") from missing
    if not isinstance(found, Flow):
        raise EntrypointError(entrypoint, "names no flow")
    return resident(found)


def resident(flow: AnyFlow) -> AnyFlow:
    """Give a copy of a flow made for many runs in one process.

    Results are kept nowhere: a flow here asks the database, not its own memory, and Prefect would look up a storage on
    the server in each run (80 ms) and write failed runs' exceptions to disk. Set on a copy, because `with_options`
    takes only storages that are saved on the server.
    """
    copied = copy.copy(flow)
    copied.persist_result = False
    copied.result_storage = Nowhere()
    if copied.isasync:
        copied.fn = _ending_as_abort(flow.fn)
    return copied


def _ending_as_abort(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Let a cancelled async flow leave its run's state alone.

    Prefect's engine writes `Crashed` when a run's task is cancelled, which would raise a false alarm each time that
    a person cancels a run. As `Abort` the end passes through the engine untouched, and the worker says what it was.
    """

    @functools.wraps(function)
    async def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return await function(*args, **kwargs)
        except asyncio.CancelledError:
            raise Abort("The worker ended this run.") from None

    return run
