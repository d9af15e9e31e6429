"""Answers given in the Prefect UI: read from the run's inputs, carried out once, and removed."""

import asyncio
from uuid import UUID

import orjson
from prefect.client.orchestration import PrefectClient

from flows.forms import NOTHING, command_for
from pathways.errors import Refused
from pathways.operations.service import Operations

_PREFIX = "suspended-"
_ENDING = "-response"


async def take_answers(client: PrefectClient, service: Operations, run: UUID, reference: str) -> str | None:
    """Carry out the answers that wait in this run, oldest first; gives the refusal of the last one, if it was refused.

    An answer is removed, with the form that it filled in, after it was carried out. If the process dies between the
    two, it is carried out again, and then refused, because the handover has moved on.
    """
    refusal: str | None = None
    inputs = await client.filter_flow_run_input(run, key_prefix=_PREFIX, limit=200, exclude_keys=set())
    for given in inputs:
        if given.key.endswith(_ENDING):
            refusal = await asyncio.to_thread(_carry_out, service, reference, orjson.loads(given.value)) or refusal
    await asyncio.gather(*(client.delete_flow_run_input(run, used.key) for used in inputs))
    return refusal


def _carry_out(service: Operations, reference: str, answer: dict[str, object]) -> str | None:
    handover = service.views.show(reference).handover(reference)
    command = command_for(handover, answer)
    if command is None:
        said_nothing = answer.get("answer", NOTHING) == NOTHING
        return None if said_nothing else f"Your answer came too late: {reference} is {handover.status} already."
    try:
        service.perform(reference, command)
    except Refused as refused:
        return str(refused)
    return None
