"""The stage: one thread with one event loop on which every flow of a resident worker plays.

Why a thread of its own, and not the worker's loop: Prefect's engine takes over SIGTERM while it runs a flow on the
main thread and raises out of whatever happens to be running there; and a flow that blocks would stop the worker's
heartbeat and claims. Here a blocking flow holds up other flows only, and the worker still hears and stops.
"""

import asyncio
import contextvars
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from enum import StrEnum
from uuid import UUID

from prefect.client.schemas.objects import FlowRun
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow
from prefect.logging import get_logger

from flows.resident.entrypoints import AnyFlow
from pathways.logs import from_now_on

logger = get_logger(__name__)


class Ending(StrEnum):
    """How a run left the stage."""

    TOLD = "told"
    """The engine has told the server how the run ended: completed, failed, crashed or suspended."""
    STOPPED = "stopped"
    """`stop` ended it or its time was up; the server does not know yet."""
    BROKEN = "broken"
    """The engine itself failed, as when the server is away; the server may think that the run goes on."""


class Stage:
    """Plays flows on a thread of its own, which the first run opens. Used from one event loop, the worker's."""

    def __init__(self) -> None:
        self._opening = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._over: asyncio.Event
        self._context: contextvars.Context
        self._playing: dict[UUID, asyncio.Task[Ending]] = {}
        self._stopping: set[UUID] = set()

    async def play(self, flow: AnyFlow, run: FlowRun, time_limit_seconds: float) -> Ending:
        """Run the flow until it ends or suspends, and say how. Raises nothing that the flow or its engine raised.

        A run past its time limit is stopped. Cancelling the caller does not stop the run: `stop` does.
        Raises what Prefect's client raises if the server is away while the stage opens.
        """
        async with self._opening:
            loop = self._loop or await self._open()
        future: Future[Ending] = Future()
        loop.call_soon_threadsafe(self._begin, flow, run, time_limit_seconds, future)
        return await asyncio.shield(asyncio.wrap_future(future))

    def stop(self, run_id: UUID) -> None:
        """Stop a run at its next await. Nothing happens if it is not playing; a sync flow plays on to its end."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop, run_id)

    async def close(self, patience_seconds: float) -> None:
        """End the thread, waiting at most so long for what still plays on it. A second call does nothing."""
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            await asyncio.to_thread(self._thread.join, patience_seconds)

    async def _open(self) -> asyncio.AbstractEventLoop:
        opened: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._hold, args=(opened,), name="flows", daemon=True)
        self._thread.start()
        self._loop = await asyncio.wrap_future(opened)
        return self._loop

    def _hold(self, opened: "Future[asyncio.AbstractEventLoop]") -> None:
        """Be the thread: hold the loop open until `close`, and hand a failure to open to whoever waits."""
        try:
            asyncio.run(self._hold_clients(opened))
        # The edge of the thread: without this a server that is away would leave `_open` waiting for ever.
        except Exception as broken:
            if opened.done():
                raise
            opened.set_exception(broken)

    async def _hold_clients(self, opened: "Future[asyncio.AbstractEventLoop]") -> None:
        """Keep an API client of each kind open: without them every run would make, and wait for, its own."""
        self._over = asyncio.Event()
        async with AsyncClientContext():
            with SyncClientContext():
                self._context = contextvars.copy_context()
                opened.set_result(asyncio.get_running_loop())
                await self._over.wait()

    def _begin(self, flow: AnyFlow, run: FlowRun, time_limit_seconds: float, future: "Future[Ending]") -> None:
        loop = asyncio.get_running_loop()
        task = loop.create_task(_play(flow, run), context=self._context.copy())
        self._playing[run.id] = task
        time_is_up = loop.call_later(time_limit_seconds, self._stop, run.id)

        def end(ended: "asyncio.Task[Ending]") -> None:
            time_is_up.cancel()
            self._playing.pop(run.id, None)
            was_stopped = run.id in self._stopping
            self._stopping.discard(run.id)
            future.set_result(Ending.STOPPED if was_stopped or ended.cancelled() else ended.result())

        task.add_done_callback(end)

    def _stop(self, run_id: UUID) -> None:
        if task := self._playing.get(run_id):
            self._stopping.add(run_id)
            task.cancel()


async def _play(flow: AnyFlow, run: FlowRun) -> Ending:
    # Told of its deployment, the engine would start a thread and a websocket per run to hear of a suspension ordered
    # from outside, and block this loop for it at both ends of the run. It reads the whole run again before the flow
    # begins, so the flow and its own suspensions know their deployment.
    from_now_on(run=str(run.id), flow=flow.name)  # each run is a task of its own
    lean_run = run.model_copy(update={"deployment_id": None})
    try:
        if flow.isasync:
            await _awaited(flow, lean_run)
        else:
            await asyncio.to_thread(run_flow, flow, lean_run, return_type="state")
    except (Pause, Abort):
        return Ending.TOLD
    # The edge between a flow and the worker: whatever a flow, or the engine around it, raises (SystemExit too) ends
    # that run only. The worker asks the server what became of it.
    except BaseException:
        logger.exception("The engine did not bring run %s to its end.", run.id)
        return Ending.BROKEN
    return Ending.TOLD


async def _awaited(flow: AnyFlow, run: FlowRun) -> None:
    played = run_flow(flow, flow_run=run, return_type="state")
    if isinstance(played, Coroutine):
        await played
