"""The flow by which a person has the list of one weekly meeting made and sent now, before its time."""

import asyncio
from typing import Any

from prefect import State, flow
from pydantic import BaseModel, Field

from flows.endings import RETRIES, done, refusals_end_the_run
from flows.installation import operations
from flows.meetings import draw


class ListWanted(BaseModel):
    """Which list is to be made and sent now. It is made once for each meeting."""

    meeting: str = Field(title="Meeting", description="The meeting, as the pathway calls it.")
    team: str = Field(title="Team", description="The team whose meeting it is.")


@flow(name="make-list", **RETRIES)
@refusals_end_the_run
async def make_list(wanted: ListWanted) -> State[Any]:
    """Make the list of a team's next meeting, send its reference to all who sit in it, and draw it as a table."""
    made = await asyncio.to_thread(operations().meetings.make, wanted.meeting, wanted.team)
    await draw([made])
    return done(f"The list {made.reference} was made and sent, with {len(made.entries)} episodes.")
