"""What a worker says to the Prefect server about a run: "mine", and "it is over".

Of two workers that claim one run one gets it, the other goes on quietly. What could not be said because the
server was away is owed, and said as soon as it is back.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx
from prefect import State
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas import OrchestrationResult
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_logger
from prefect.states import Cancelled, Crashed, Pending

from flows.resident.stage import Ending
from pathways.clock import system_clock

logger = get_logger(__name__)

CLAIM_HOLDS_SECONDS = 60
"""How long a claim mark keeps others off a run that is still scheduled, as when its worker died in the middle."""

MESSAGES = {
    Ending.STOPPED: "The worker stopped, or the run's time was up, before the run ended. Start it again.",
    Ending.BROKEN: "The engine failed under this run; the worker's log says how. Start it again.",
}


async def claim(client: PrefectClient, run: FlowRun, worker_name: str) -> FlowRun | None:
    """Take a scheduled run. Gives the run in its new state, or None if it went to another or may not start now.

    Pending alone does not arbitrate: Prefect's server accepts two claims that meet within some milliseconds, and lets
    an ended run become pending again. So the first to leave a claim mark has the run, and only then makes it pending.
    Raises what Prefect's client raises; a claim that was cut short holds for `CLAIM_HOLDS_SECONDS`.
    """
    try:
        if not await _leaves_the_first_mark(client, run, worker_name):
            return None
        answer: OrchestrationResult[object] = await client.set_flow_run_state(
            run.id, Pending(message=f"Taken by {worker_name}.")
        )
    except ObjectNotFound:
        return None
    is_taken = answer.status in (SetStateStatus.ACCEPT, SetStateStatus.REJECT)
    if not is_taken or answer.state is None or not answer.state.is_pending():
        return None
    return run.model_copy(update={"state": answer.state, "state_type": answer.state.type})


async def _leaves_the_first_mark(client: PrefectClient, run: FlowRun, worker_name: str) -> bool:
    """Leave a mark that can be left once for each time that the run falls due: the server's database sees to it.

    A repeat of our own call, after an answer that was lost on the way, meets our own mark and counts as the first.
    """
    due_at = run.next_scheduled_start_time or run.expected_start_time
    due_seconds = due_at.timestamp() if due_at else 0.0
    turn = int((system_clock().timestamp() - due_seconds) // CLAIM_HOLDS_SECONDS)
    key = f"claim-{due_seconds:.3f}-{turn}".replace(".", "-")
    mark = f"{worker_name} {os.getpid()}"
    try:
        await client.create_flow_run_input(run.id, key, mark)
    except httpx.HTTPStatusError as refused:
        if refused.response.status_code != httpx.codes.CONFLICT:
            raise
        return await client.read_flow_run_input(run.id, key) == mark
    return True


@dataclass(frozen=True)
class Debt:
    """One ending to be told: of which claimed run, what it was, and since when the worker knows."""

    claimed: FlowRun
    ending: State[object]
    owed_at: datetime


class Debts:
    """Endings that the server must hear of, kept until it has."""

    def __init__(self) -> None:
        self._owed: dict[UUID, Debt] = {}

    def owe(self, claimed: FlowRun, ending: State[object]) -> None:
        """Note that the server must hear how this claimed run ended. A newer ending replaces an older one."""
        self._owed[claimed.id] = Debt(claimed, ending, system_clock())

    async def pay(self, client: PrefectClient) -> None:
        """Tell the server all that is owed. What cannot be said now stays owed; saying it twice does no harm."""
        for run_id, debt in list(self._owed.items()):
            try:
                await _tell(client, debt)
            except ObjectNotFound:
                logger.info("Run %s was deleted before its end was told.", run_id)
            except httpx.HTTPError as away:
                logger.warning("The end of run %s waits to be told (%s).", run_id, type(away).__name__)
                continue
            self._owed.pop(run_id, None)


async def _tell(client: PrefectClient, debt: Debt) -> None:
    """Set the state, unless the server already knows an end or has given the run to someone since.

    A cancellation that struck inside the engine was told as a crash by the engine: that is put right.
    """
    known = (await client.read_flow_run(debt.claimed.id)).state
    if known is None:
        return
    is_our_claim = known.is_pending() and debt.claimed.state is not None and known.id == debt.claimed.state.id
    is_our_work = known.is_running() and known.timestamp <= debt.owed_at
    is_mistaken = known.is_crashed() and debt.ending.is_cancelled()
    if is_our_claim or is_our_work or is_mistaken or known.is_cancelling():
        await client.set_flow_run_state(debt.claimed.id, debt.ending, force=True)


def ending_state(ending: Ending, message: str | None = None, *, is_cancelled: bool = False) -> State[object]:
    """The state that tells the server of an ending that the engine did not tell: cancelled by a person, or crashed."""
    if is_cancelled:
        return Cancelled(message="Cancelled by a person.")
    return Crashed(message=message or MESSAGES[ending])


def skipped_state() -> State[object]:
    """The state of a scheduled run that was not begun, because a later one does what it would have done."""
    return Cancelled(name="Skipped", message="A later run does what this one would have done.")
