"""The flow that empties the outbox, every minute: notices that could not leave at once, and their next attempts.

Nothing hangs on it: the worker and the desk do the same of themselves, see `flows.upkeep`. Its runs show in the Prefect
UI that notices leave, and a person can press for one.
"""

import asyncio
from typing import Any

from prefect import State, flow

from flows.endings import RETRIES, done, named
from flows.installation import operations
from pathways.operations.measuring import DELIVER


@flow(name=DELIVER, flow_run_name=named(DELIVER), **RETRIES)
async def deliver() -> State[Any]:
    """Send the notices that may be tried now."""
    service = operations()
    delivered = await asyncio.to_thread(service.delivery.deliver)
    await asyncio.to_thread(service.measuring.ran, DELIVER)
    return done(f"{len(delivered.sent)} notices were sent, {len(delivered.not_sent)} could not be.")
