"""The flow that fetches the teams' calendars anew, every hour."""

import asyncio
from typing import Any

from prefect import State, flow

from flows.endings import RETRIES, done, named
from flows.installation import operations


@flow(name="refresh-cover", flow_run_name=named("refresh-cover"), **RETRIES)
async def refresh_cover() -> State[Any]:
    """Keep a fresh copy of every calendar. What cannot be fetched keeps its last good copy; `handslag doctor` tells."""
    copies = await asyncio.to_thread(operations().cover.refresh)
    failed = sum(copy.error is not None for copy in copies)
    return done(f"{len(copies) - failed} calendars were fetched, {failed} could not be.")
