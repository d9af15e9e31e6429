"""The flow that empties the outbox, every minute: notices that could not leave at once, and their next attempts."""

import asyncio
from typing import Any

from prefect import State, flow

from flows.endings import RETRIES, done, named
from flows.installation import operations


@flow(name="deliver", flow_run_name=named("deliver"), **RETRIES)
async def deliver() -> State[Any]:
    """Send the notices that may be tried now."""
    service = operations()
    delivered = await asyncio.to_thread(service.delivery.deliver)
    await asyncio.to_thread(service.measuring.ran, "deliver")
    return done(f"{len(delivered.sent)} notices were sent, {len(delivered.not_sent)} could not be.")
