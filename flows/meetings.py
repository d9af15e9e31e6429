"""The flow that makes and sends the lists of weekly meetings, some time before each, looking every quarter of an hour.

Each list is a table in the Prefect UI too: references and codes only.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact

from flows.endings import RETRIES, best_effort, done, named
from flows.installation import operations
from flows.reports import PageOf, link
from pathways.operations.meetings import MeetingList


@flow(name="meetings", flow_run_name=named("meetings"), **RETRIES)
async def meetings() -> State[Any]:
    """Make and send the lists whose time has come, each once."""
    made = await asyncio.to_thread(operations().meetings.make_due)
    await draw(made)
    return done(f"{len(made)} lists were made: {', '.join(str(each.reference) for each in made) or 'none was due'}.")


async def draw(made: Sequence[MeetingList]) -> None:
    """Draw the table of each list. It is drawn once: what is so later is told by `handslag triage`."""
    page_of = operations().settings.page_of
    for each in made:
        with best_effort():
            await acreate_table_artifact(
                key=list_key(str(each.reference)), table=list_rows(each, page_of), description=_description(each)
            )


def list_key(reference: str) -> str:
    """The key of the table of a list."""
    return f"meeting-{reference.lower()}"


def list_rows(made: MeetingList, page_of: PageOf) -> list[dict[str, Any]]:
    """The rows of that table: one for each matter."""
    return [
        {
            "episode": link(entry.episode, page_of),
            "why": matter.ground.value,
            "about": matter.subject,
            "since (UTC)": f"{matter.at:%Y-%m-%d %H:%M}",
        }
        for entry in made.entries
        for matter in entry.matters
    ]


def _description(made: MeetingList) -> str:
    return f"{made.reference}: {made.meeting} of {made.team}, {made.begins_at:%Y-%m-%d %H:%M} UTC"
