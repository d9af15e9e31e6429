"""The flow that carries one handover, from request to end. One run per handover, suspended while it waits for people.

It keeps nothing in mind. Each time it is entered, it takes the answer that was given in the UI, asks the database what
is left to do, does that, and suspends. So it may be killed, run twice, or be resumed by a newer version.
"""

import asyncio
import logging
from typing import Any
from uuid import UUID, uuid4

from prefect import State, flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.context import FlowRunContext
from prefect.exceptions import Pause
from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput
from prefect.input.run_input import Keyset, keyset_from_paused_state
from prefect.states import Suspended

from flows.announcing import announce
from flows.answers import take_answers
from flows.endings import RETRIES, best_effort, done, refusals_end_the_run
from flows.forms import form
from flows.installation import operations, waker
from flows.people import WAKE
from flows.reports import report_episode, report_waiting
from flows.runs import run_tags
from pathways.logs import for_request
from pathways.operations.service import Operations
from pathways.operations.views import EpisodeView
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.handover")


@flow(name="handover", **RETRIES)
@refusals_end_the_run
async def handover(reference: str) -> State[Any]:
    """Carry one handover until it has ended. Answer it here while it is suspended, or on the command line."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None:
        raise RuntimeError("the handover flow runs as a Prefect flow run")
    run = context.flow_run
    service = operations()
    async with get_client() as client:
        refusal = await take_answers(client, service, run, reference)
        view = await asyncio.to_thread(service.views.show, reference)
        await _tell(service, view, reference)
        await _tag(client, view, reference)
    found = view.handover(reference)
    with for_request(await asyncio.to_thread(_asked, service, view)):
        _log.info("A handover is %s.", found.status, extra={"handover": reference})
    if not found.is_open:
        return done(f"{reference} is {found.status}.")
    await _wait(service, view, reference, _form(service, view, reference, refusal), run.id)
    return done(f"{reference} goes on.")


def _form(service: Operations, view: EpisodeView, reference: str, refusal: str | None) -> type[RunInput]:
    settings = service.settings
    return form(view, reference, refusal, settings.page_of, is_open=settings.answers_in_prefect)


async def _wait(service: Operations, view: EpisodeView, reference: str, question: type[RunInput], run: UUID) -> None:
    """Suspend until somebody answers or something happens. What happens while it suspends wakes it again at once.

    The form is saved first. Prefect saves it after the run is suspended, and a run that dies in between waits for ever
    for an answer that the server does not take.
    """
    key = uuid4().hex
    await question.asave(keyset_from_paused_state(Suspended(pause_key=key)))
    try:
        await asuspend_flow_run(wait_for_input=_saved(question), key=key, timeout=None)
    except Pause:
        latest = await asyncio.to_thread(service.views.show, reference)
        if latest.episode.number != view.episode.number:
            async with get_client() as client:
                await client.resume_flow_run(run, run_input=dict(WAKE) if question.model_fields else {})
        raise


def _saved(question: type[RunInput]) -> type[RunInput]:
    """A form that has been saved already, and is not saved again."""

    class Saved(question):  # type: ignore[misc,valid-type]
        @classmethod
        async def asave(cls, keyset: Keyset, flow_run_id: UUID | None = None) -> None:
            """Save nothing."""

    return Saved


async def _tell(service: Operations, view: EpisodeView, reference: str) -> None:
    """Announce what happened, draw the artifacts anew, and note that this state has been seen."""
    with best_effort():  # a server that takes no events keeps nobody from answering
        await announce(service, view.episode.reference)
    await report_episode(service, view)
    await report_waiting(service)
    await asyncio.to_thread(_seen, service, reference, view.episode.number)
    await asyncio.to_thread(waker().watch_in_time)


def _asked(service: Operations, view: EpisodeView) -> str | None:
    """The request of the desk that the latest change came from, if one did."""
    with UnitOfWork(service.engine, writes=False) as work:
        latest = work.episodes.requests(view.episode.reference, after=view.episode.number - 1)
    return latest[0] if latest else None


def _seen(service: Operations, reference: str, number: int) -> None:
    with UnitOfWork(service.engine) as work:
        work.runs.seen(reference, number)
        work.commit()


async def _tag(client: PrefectClient, view: EpisodeView, reference: str) -> None:
    context = FlowRunContext.get()
    tags = run_tags(view.episode, reference)
    if context and context.flow_run and set(context.flow_run.tags) != set(tags):
        await client.update_flow_run(context.flow_run.id, tags=tags)
