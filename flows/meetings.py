"""The flow that makes and sends the lists of weekly meetings, some time before each; by hand, one of them now.

Each list is a table in the Prefect UI too: references and codes only.
"""

import asyncio
from typing import Any

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from pydantic import BaseModel, Field

from flows.endings import RETRIES, best_effort, done, refusals_end_the_run
from flows.installation import operations
from pathways.operations.meetings import MeetingList


class ListNow(BaseModel):
    """Which list is to be made and sent now, before its time."""

    meeting: str = Field(title="Meeting", description="The meeting, as the pathway names it.")
    team: str = Field(title="Team", description="The team whose meeting it is.")


@flow(name="meetings", **RETRIES)
@refusals_end_the_run
async def meetings(now: ListNow | None = None) -> State[Any]:
    """Make and send the lists whose time has come, each once; or, started by a person, the one that is named."""
    service = operations()
    if now is None:
        made = await asyncio.to_thread(service.meetings.make_due)
    else:
        made = (await asyncio.to_thread(service.meetings.make, now.meeting, now.team),)
    with best_effort():
        for each in made:
            await acreate_table_artifact(
                key=list_key(str(each.reference)), table=list_rows(each), description=_description(each)
            )
    return done(f"{len(made)} lists were made: {', '.join(str(each.reference) for each in made) or 'none was due'}.")


def list_key(reference: str) -> str:
    """The key of the table of a list."""
    return f"meeting-{reference.lower()}"


def list_rows(made: MeetingList) -> list[dict[str, Any]]:
    """The rows of that table: one for each matter."""
    return [
        {
            "episode": entry.episode,
            "why": matter.ground.value,
            "about": matter.subject,
            "since (UTC)": f"{matter.at:%Y-%m-%d %H:%M}",
        }
        for entry in made.entries
        for matter in entry.matters
    ]


def _description(made: MeetingList) -> str:
    return f"{made.reference}: {made.meeting} of {made.team}, {made.begins_at:%Y-%m-%d %H:%M} UTC"
