"""The flow by which a person ends an episode in the Prefect UI."""

import asyncio
from typing import Any

from prefect import State, flow
from pydantic import BaseModel, Field

from flows.announcing import announce
from flows.endings import RETRIES, best_effort, done, refusals_end_the_run
from flows.installation import operations
from flows.people import EARLIER, LOCAL_TIME, TIME_IN_A_FORM, occurred, person
from flows.reports import report_episode, report_waiting
from pathways.care.commands import EndEpisode
from pathways.care.references import ReferenceKind


class Ending(BaseModel):
    """What must be known to end an episode."""

    episode: str = Field(title="Episode", description="The episode's reference, such as E7K2-QM4T.")
    team: str = Field(title="Your team", description="A team that has, or has had, a part in the episode.")
    end: str = Field(title="How it ends", description="One of the pathway's ways to end.")
    occurred_at: str | None = Field(default=None, title=EARLIER, description=LOCAL_TIME, pattern=TIME_IN_A_FORM)


@flow(name="end-episode", **RETRIES)
@refusals_end_the_run
async def end_episode(ending: Ending) -> State[Any]:
    """End an episode: everything that waits stops at once, and its follow-ups start."""
    service = operations()
    actor = person(service, ending.team)
    episode = await asyncio.to_thread(service.views.reference, ending.episode, ReferenceKind.EPISODE)
    at = await asyncio.to_thread(occurred, service, ending.occurred_at, episode)
    await asyncio.to_thread(service.perform, episode, EndEpisode(actor=actor, end=ending.end, occurred_at=at))
    with best_effort():
        await announce(service, episode)
        await report_episode(service, await asyncio.to_thread(service.views.show, episode))
        await report_waiting(service)
    return done(f"Episode {episode} has ended.")
