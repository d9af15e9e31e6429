"""The flow by which a person begins an episode in the Prefect UI. Who the patient is, is told elsewhere."""

import asyncio
from datetime import datetime
from typing import Any

from prefect import State, flow
from pydantic import BaseModel, Field

from flows.announcing import announce
from flows.endings import RETRIES, best_effort, done, refusals_end_the_run
from flows.installation import operations
from flows.people import EARLIER, LOCAL_TIME, TIME_IN_A_FORM, person
from flows.reports import report_episode
from pathways.care.states import EpisodeStatus
from pathways.instants import true_instant
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations


class Beginning(BaseModel):
    """What must be known to begin an episode. Write no name and no personal number here: Prefect keeps it."""

    pathway: str = Field(title="Pathway", description="The agreement that the patient is to be cared for under.")
    network: str = Field(title="Network", description="The county or municipality whose teams give the care.")
    level: str = Field(title="Level of care", description="Where the patient is now.")
    team: str = Field(
        title="Your team", description="The team that begins: it is responsible until another takes over."
    )
    responsible: str | None = Field(
        default=None, title="Responsible team", description="Only where another team than yours is to take over."
    )
    unit: str | None = Field(default=None, title="Unit", description="Only where the level has several units.")
    district: str | None = Field(
        default=None, title="District", description="Where the patient lives, where the network has districts."
    )
    provider: str | None = Field(
        default=None, title="Provider", description="The organisation that gives the care, where the patient chose one."
    )
    criteria: list[str] = Field(
        default=[], title="Criteria", description="Those of the programme that you confirm as met; it needs all."
    )
    occurred_at: str | None = Field(default=None, title=EARLIER, description=LOCAL_TIME, pattern=TIME_IN_A_FORM)


def _occurred(service: Operations, beginning: Beginning) -> datetime | None:
    """When it began, where that is entered late. Raises Refused."""
    if not beginning.occurred_at:
        return None
    return true_instant(beginning.occurred_at, service.publishing.network(beginning.network))


@flow(name="begin-episode", **RETRIES)
@refusals_end_the_run
async def begin_episode(beginning: Beginning) -> State[Any]:
    """Begin an episode; another team than yours is asked to take over. Then connect it with: handslag identify."""
    service = operations()
    actor = person(service, beginning.team)
    at = await asyncio.to_thread(_occurred, service, beginning)
    wanted = Begin(
        beginning.pathway,
        beginning.network,
        beginning.level,
        team=beginning.responsible,
        unit=beginning.unit,
        district=beginning.district,
        provider=beginning.provider,
        criteria=tuple(beginning.criteria),
        occurred_at=at,
    )
    episode, _warnings = await asyncio.to_thread(service.begin_episode, wanted, actor)
    with best_effort():
        await announce(service, episode.reference)
        await report_episode(service, await asyncio.to_thread(service.views.show, episode.reference))
    if episode.status is EpisodeStatus.WAITLIST:
        return done(f"Episode {episode.reference} waits for a place; {episode.responsible_team} sees to the wait.")
    if asked := episode.open_handover:
        return done(
            f"Episode {episode.reference} has begun at {episode.level}. {asked.plan.to_team} is asked to take over, by "
            f"{asked.reference}; until it has, {episode.responsible_team} is responsible."
        )
    return done(f"Episode {episode.reference} has begun at {episode.level}, under {episode.responsible_team}.")
