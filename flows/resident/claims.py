"""What a worker says to the Prefect server about a run: "mine", and "it is over".

The server arbitrates: of two workers that claim one run it gives it to one. What could not be said because the
server was away is owed, and said as soon as it is back.
"""

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

logger = get_logger(__name__)

MESSAGES = {
    Ending.STOPPED: "The worker stopped, or the run's time was up, before the run ended. Start it again.",
    Ending.BROKEN: "The engine failed under this run; the worker's log says how. Start it again.",
}


async def claim(client: PrefectClient, run: FlowRun, worker_name: str) -> FlowRun | None:
    """Take a scheduled run. Gives the run in its new state, or None if it went to another or may not start now.

    The server refuses Pending to a run that is pending already, so one of two claims fails. A repeat of our own
    claim, after an answer that was lost on the way, is known by its transition id and rejected with our own state.
    """
    try:
        answer: OrchestrationResult[object] = await client.set_flow_run_state(
            run.id, Pending(message=f"Taken by {worker_name}.")
        )
    except ObjectNotFound:
        return None
    is_taken = answer.status in (SetStateStatus.ACCEPT, SetStateStatus.REJECT)
    if not is_taken or answer.state is None or not answer.state.is_pending():
        return None
    return run.model_copy(update={"state": answer.state, "state_type": answer.state.type})


class Debts:
    """Endings that the server must hear of, kept until it has."""

    def __init__(self) -> None:
        self._owed: dict[UUID, tuple[FlowRun, State[object]]] = {}

    def owe(self, claimed: FlowRun, ending: State[object]) -> None:
        """Note that the server must hear how this claimed run ended. A newer ending replaces an older one."""
        self._owed[claimed.id] = (claimed, ending)

    async def pay(self, client: PrefectClient) -> None:
        """Tell the server all that is owed. What cannot be said now stays owed; saying it twice does no harm."""
        for claimed, ending in list(self._owed.values()):
            try:
                await _tell(client, claimed, ending)
            except ObjectNotFound:
                logger.info("Run %s was deleted before its end was told.", claimed.id)
            except httpx.HTTPError as away:
                logger.warning("The end of run %s waits to be told (%s).", claimed.id, type(away).__name__)
                continue
            self._owed.pop(claimed.id, None)


async def _tell(client: PrefectClient, claimed: FlowRun, ending: State[object]) -> None:
    """Set the state, unless the server already knows an end or has given the run to someone since.

    A cancellation that struck inside the engine was told as a crash by the engine: that is put right.
    """
    known = await client.read_flow_run(claimed.id)
    if known.state is None or known.run_count > claimed.run_count + 1:
        return
    is_still_claimed = known.state.is_pending() and claimed.state is not None and known.state.id == claimed.state.id
    is_going_on = is_still_claimed or known.state.is_running() or known.state.is_cancelling()
    if is_going_on or (known.state.is_crashed() and ending.is_cancelled()):
        await client.set_flow_run_state(claimed.id, ending, force=True)


def ending_state(ending: Ending, message: str | None = None, *, is_cancelled: bool = False) -> State[object]:
    """The state that tells the server of an ending that the engine did not tell: cancelled by a person, or crashed."""
    if is_cancelled:
        return Cancelled(message="Cancelled by a person.")
    return Crashed(message=message or MESSAGES[ending])
