"""The flow that keeps watch: acts on clocks that are due, and sees that no handover is left alone.

It runs every minute, and once more whenever a clock is due in between.
"""

import asyncio
from typing import Any

from prefect import State, flow

from flows.announcing import announce_all
from flows.deploying import offer_choices
from flows.endings import RETRIES, best_effort, done, named
from flows.installation import dead_runs, operations, waker
from flows.reports import report_waiting
from flows.upkeep import act_on_time
from pathways.operations.measuring import WATCH


@flow(name=WATCH, flow_run_name=named(WATCH), **RETRIES)
async def watch() -> State[Any]:
    """Act on what is due, wake or replace runs of handovers, end dead runs, and draw the table of what waits."""
    service = operations()
    passed = await asyncio.to_thread(act_on_time, service)
    woken = await asyncio.to_thread(waker().catch_up)
    await asyncio.to_thread(dead_runs().end)
    await asyncio.to_thread(waker().watch_in_time)
    await report_waiting(service)
    await announce_all(service)
    await asyncio.to_thread(service.measuring.ran, WATCH)
    with best_effort():  # a form without choices keeps nobody from anything
        await offer_choices(*await asyncio.to_thread(service.publishing.published))
    return done(f"{passed} clocks were due, {woken} handovers were woken.")
