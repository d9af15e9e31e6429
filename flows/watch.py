"""The flow that keeps watch: acts on clocks that are due, and sees that no handover is left alone.

It runs every minute, and once more whenever a clock is due in between.
"""

import asyncio
from typing import Any

from prefect import State, flow

from flows.announcing import announce_all
from flows.endings import RETRIES, done, named
from flows.installation import operations, waker
from flows.reports import report_waiting
from pathways.operations.measuring import WATCH


@flow(name=WATCH, flow_run_name=named(WATCH), **RETRIES)
async def watch() -> State[Any]:
    """Act on what is due, wake or replace the runs of handovers with news, and draw the table of what waits."""
    service = operations()
    passed = await asyncio.to_thread(service.pass_due_clocks)
    await asyncio.to_thread(service.places.offer)
    await asyncio.to_thread(service.programmes.offer)
    woken = await asyncio.to_thread(waker().catch_up)
    await asyncio.to_thread(waker().watch_in_time)
    await report_waiting(service)
    await announce_all(service)
    await asyncio.to_thread(service.measuring.ran, WATCH)
    return done(f"{passed} clocks were due, {woken} handovers were woken.")
