"""Answers given in the Prefect UI: read from the inputs of the handover's runs, carried out once, and removed."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import orjson
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from flows.forms import command_for
from flows.people import NAME, NOTHING, OCCURRED_AT, given_name, person
from flows.runs import is_first
from pathways.care.actors import Actor
from pathways.errors import Refused
from pathways.instants import true_instant
from pathways.operations.service import Operations

_PREFIX = "suspended-"
_ENDING = "-response"


async def take_answers(client: PrefectClient, service: Operations, run: FlowRun, reference: str) -> str | None:
    """Carry out the answers that wait, oldest first; gives the refusal of the last one, if it was refused.

    An answer is removed, with the form that it filled in, after it was carried out. If the process dies between the
    two, it is carried out again, and then refused, because the handover has moved on.
    """
    refusal: str | None = None
    for holder in await _holders(client, run, reference):
        inputs = await client.filter_flow_run_input(holder, key_prefix=_PREFIX, limit=200, exclude_keys=set())
        for given in inputs:
            if given.key.endswith(_ENDING):
                refusal = await asyncio.to_thread(carry_out, service, reference, orjson.loads(given.value)) or refusal
        await asyncio.gather(*(client.delete_flow_run_input(holder, used.key) for used in inputs))
    return refusal


async def _holders(client: PrefectClient, run: FlowRun, reference: str) -> Sequence[UUID]:
    """The runs in which answers may wait: this one, and before it those that died, perhaps with one in their hands."""
    if is_first(run.idempotency_key, reference):
        return [run.id]
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[reference])),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
    )
    return [*(former.id for former in runs if former.id != run.id), run.id]


def carry_out(service: Operations, reference: str, answer: dict[str, object]) -> str | None:
    """Carry out one answer of a form; gives why it was refused, if it was."""
    if answer.get("answer", NOTHING) == NOTHING:
        return None
    view = service.views.show(reference)
    handover = view.handover(reference)

    def who(team: str) -> Actor:
        return person(service, team).model_copy(update={"name": given_name(answer.get(NAME))})

    try:
        command = command_for(handover, view.pathway, answer, who)
        if command is None:
            return f"Your answer came too late: {reference} is {handover.status} already."
        at = true_instant(str(answer.get(OCCURRED_AT) or ""), view.network)
        service.perform(reference, command.model_copy(update={"occurred_at": at}))
    except Refused as refused:
        return refused.in_the_open
    return None
