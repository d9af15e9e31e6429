"""The resident worker: a Prefect worker type that runs flows inside its own warm process.

Owns the worker type `handslag-resident` and the order of things: hear, ask, claim, run, tell; and keeps up of itself
what may not wait for a run, see `flows.upkeep`. Prefect finds it through the entry point group `prefect.collections`:

    prefect worker start --type handslag-resident --pool handslag

It replaces what the base class does per run (seven calls and a new process) by one claim and the engine's own calls.
Flows must be module entrypoints, should be async, and must do no harm when entered again from the top.
"""

import asyncio
import signal
from datetime import timedelta
from typing import Any
from uuid import UUID

import anyio
import anyio.abc
import httpx
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.workers.base import BaseWorker, BaseWorkerResult

from flows.installation import operations, waker
from flows.resident.claims import Debts, claim, ending_state, skipped_state
from flows.resident.entrypoints import EntrypointError, flow_at
from flows.resident.plans import Plans
from flows.resident.pool import ResidentConfiguration, ResidentVariables
from flows.resident.quiet import quieten_ordinary_endings
from flows.resident.settings import ResidentSettings
from flows.resident.stage import Ending, Stage
from flows.resident.stream import listen
from flows.resident.turns import in_turn
from flows.upkeep import Upkeep
from flows.waking import Waker
from pathways.clock import system_clock
from pathways.logs import write_to
from pathways.operations.service import Operations

LOOK_AHEAD = timedelta(seconds=15)
"""How far ahead the server is asked. What is due within it is started by a timer, not by the next poll."""


def _opened() -> tuple[Operations, Waker]:
    return operations(), waker()


class ResidentResult(BaseWorkerResult):
    """How a run left the worker: status 0 when the engine told the server of its end, 1 when the worker had to."""


class ResidentWorker(BaseWorker[ResidentConfiguration, ResidentVariables, ResidentResult]):
    """Runs flows in its own process, as soon as the server's event stream tells of them."""

    type = "handslag-resident"
    job_configuration = ResidentConfiguration
    job_configuration_variables = ResidentVariables
    _display_name = "Handslag resident"
    _description = (
        "Runs flows inside one warm process: a run begins within a fraction of a second. For short flows that suspend "
        "while they wait. What a deployment says about processes and environments is not heeded."
    )
    _documentation_url = "https://docs.prefect.io/v3/concepts/workers"

    def __init__(self, work_pool_name: str, *, limit: int | None = None, **kwargs: Any) -> None:
        """Take what every Prefect worker takes. Without `limit`, HANDSLAG_WORKER_LIMIT says how many runs at once."""
        self._settings = ResidentSettings()
        super().__init__(work_pool_name, limit=limit or self._settings.limit, **kwargs)
        self._plans = Plans()
        self._stage = Stage()
        self._upkeep = Upkeep(_opened, every_seconds=self._settings.upkeep_seconds)
        self._debts = Debts()
        self._bell = asyncio.Event()
        self._helpers: list[asyncio.Task[None]] = []
        self._taken: dict[UUID, asyncio.Task[None]] = {}
        self._at_work: dict[UUID, UUID | None] = {}
        self._cancelled: set[UUID] = set()
        self._is_stopping = False
        self._is_server_away = False

    async def start(self, *args: Any, **kwargs: Any) -> None:
        """Work until told to stop by SIGTERM or SIGINT, then end in good order. A second signal ends the process.

        Prefect's command would turn SIGTERM into SIGINT, which a process started in a shell's background ignores.
        """
        work = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, self._stop_once, work)
        await super().start(*args, **kwargs)

    async def setup(self) -> None:
        """Prepare the worker and begin to hear of runs. A server that is away is waited for."""
        write_to()
        quieten_ordinary_endings()
        await super().setup()
        self._upkeep.start()
        self._helpers = [
            asyncio.create_task(listen(self._bell.set)),
            asyncio.create_task(self._answer_the_bell()),
        ]

    async def teardown(self, *exc_info: Any) -> None:
        """Take no more runs, give those in progress their time to end, stop and report the rest, then close."""
        self._is_stopping = True
        for helper in self._helpers:
            helper.cancel()
        await self._end_what_is_taken()
        await asyncio.to_thread(self._upkeep.stop)
        await self._stage.close(patience_seconds=1)
        await super().teardown(*exc_info)

    async def sync_with_backend(self) -> None:
        """Send the worker's heartbeat and fetch its pool. A server that is away is waited for, however long."""
        try:
            await super().sync_with_backend()
        except httpx.HTTPError as away:
            self._note_server_away(away)

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Ask the server once for due runs, take them while there is room, and heed cancellations. Gives those taken.

        The base class calls it at Prefect's polling interval, the bell in between. Raises nothing for a server that
        is away: the base class would give up after some minutes.
        """
        self._last_polled_time = system_clock()
        if self._is_stopping or self._work_pool is None:
            return []
        try:
            await self._debts.pay(self.client)
            await self._stop_what_is_cancelled()
            due = await self._due_runs()
        except httpx.HTTPError as away:
            self._note_server_away(away)
            return []
        self._is_server_away = False
        turns = in_turn(due, self._at_work.values())
        for run in turns.surplus:
            self._skip(run)
        return [run for run in turns.now if self._take(run)]

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ResidentConfiguration,
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> ResidentResult:
        """Run one claimed run in this process until it ends or suspends, and see that the server hears how.

        Raises EntrypointError if its deployment names no flow, and what Prefect's client raises.
        """
        if task_status is not None:
            task_status.started(0)
        plan = await self._plans.plan_of(flow_run, self.client, self.work_pool)
        ending = await self._stage.play(flow_at(plan.entrypoint), flow_run, configuration.time_limit_seconds)
        if ending is not Ending.TOLD:
            self._debts.owe(flow_run, ending_state(ending, is_cancelled=flow_run.id in self._cancelled))
        return ResidentResult(identifier=str(flow_run.id), status_code=int(ending is not Ending.TOLD))

    def _stop_once(self, work: "asyncio.Task[None] | None") -> None:
        for told in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(told)
        self._logger.info("Told to stop; %d runs in progress.", len(self._taken))
        if work is not None:
            work.cancel()

    async def _answer_the_bell(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            await self.get_and_submit_flow_runs()

    async def _due_runs(self) -> list[FlowRun]:
        """Ask for the runs of this pool, as the server orders them, and set the bell for those not due yet."""
        now = system_clock()
        try:
            answers = await self.client.get_scheduled_flow_runs_for_work_pool(
                self._work_pool_name, sorted(self._work_queues), now + LOOK_AHEAD
            )
        except ObjectNotFound:
            return []  # the pool was deleted; the next heartbeat makes it again
        due = []
        for run in (answer.flow_run for answer in answers):
            wait_seconds = ((run.next_scheduled_start_time or now) - now).total_seconds()
            if wait_seconds <= 0:
                due.append(run)
            else:
                asyncio.get_running_loop().call_later(wait_seconds, self._bell.set)
        return due

    def _take(self, run: FlowRun) -> bool:
        """Start to claim and run, if the run is not here already and there is room. Says whether it did."""
        if run.id in self._taken:
            return False
        try:
            self.limiter.acquire_on_behalf_of_nowait(run.id)
        except anyio.WouldBlock:
            return False
        self._at_work[run.id] = run.deployment_id
        self._taken[run.id] = asyncio.create_task(self._claim_and_run(run))
        return True

    def _skip(self, run: FlowRun) -> None:
        """End a run that a later one of its deployment makes needless, unless another worker has it."""
        if run.id not in self._taken:
            self._taken[run.id] = asyncio.create_task(self._claim_and_skip(run))

    async def _claim_and_skip(self, run: FlowRun) -> None:
        try:
            if claimed := await claim(self.client, run, self.name):
                self._debts.owe(claimed, skipped_state())
                await self._debts.pay(self.client)
        except httpx.HTTPError as away:
            self._note_server_away(away)
        finally:
            del self._taken[run.id]

    async def _claim_and_run(self, run: FlowRun) -> None:
        """Claim the run and see it through, then look again: its place is free and it may be due once more."""
        try:
            if claimed := await claim(self.client, run, self.name):
                await self._see_through(claimed)
                self._bell.set()
        except httpx.HTTPError as away:
            self._note_server_away(away)
        finally:
            del self._taken[run.id], self._at_work[run.id]
            self._cancelled.discard(run.id)
            self.limiter.release_on_behalf_of(run.id)

    async def _see_through(self, claimed: FlowRun) -> None:
        try:
            plan = await self._plans.plan_of(claimed, self.client, self.work_pool)
            await self.run(claimed, plan.configuration)
        except EntrypointError as fault:
            self._logger.error("Run %s cannot begin: %s", claimed.id, fault)
            self._debts.owe(claimed, ending_state(Ending.BROKEN, str(fault)))
        except (httpx.HTTPError, ObjectNotFound) as away:
            self._logger.warning("Run %s could not begin (%s).", claimed.id, type(away).__name__)
            self._debts.owe(claimed, ending_state(Ending.BROKEN))
        await self._debts.pay(self.client)

    async def _stop_what_is_cancelled(self) -> None:
        if not self._taken:
            return
        cancelling = FlowRunFilter(
            id=FlowRunFilterId(any_=list(self._taken)),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CANCELLING])),
        )
        # Without a sort and a limit the client sends null, which Prefect 3.8.8's server refuses under FastAPI 0.154.
        found = await self.client.read_flow_runs(
            flow_run_filter=cancelling, sort=FlowRunSort.ID_DESC, limit=len(self._taken)
        )
        for run in found:
            self._cancelled.add(run.id)
            self._stage.stop(run.id)

    async def _end_what_is_taken(self) -> None:
        if not self._taken:
            return
        _, left = await asyncio.wait(self._taken.values(), timeout=self._settings.stop_seconds)
        if left:
            self._logger.warning("Stopping %d runs in progress: %s", len(left), ", ".join(map(str, self._taken)))
            for run_id in self._taken:
                self._stage.stop(run_id)
            await asyncio.wait(left, timeout=5)

    def _note_server_away(self, away: httpx.HTTPError) -> None:
        if not self._is_server_away:
            self._logger.warning(
                "The Prefect server does not answer as it should; asking again: %s", str(away).partition("\n")[0]
            )
        self._is_server_away = True
