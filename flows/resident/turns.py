"""Turns: of a deployment whose runs work one at a time, which due run begins now, which waits, and which is needless.

Prefect has limits of its own for this, but their slots outlive a worker that is killed. Here a worker looks at what it
has in its own hands, so a dead run holds up nobody. Several workers may have one each, which does no harm.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from prefect.client.schemas.objects import FlowRun

from flows.runs import UNATTENDED

ONE_AT_A_TIME = "one-at-a-time"
"""The tag of such a deployment, which its runs carry."""


@dataclass(frozen=True)
class Turns:
    """Due runs to begin now, and those to end without a beginning. All others wait."""

    now: tuple[FlowRun, ...]
    surplus: tuple[FlowRun, ...]


def in_turn(due: Sequence[FlowRun], at_work: Collection[UUID | None]) -> Turns:
    """Sort due runs out. `at_work`: the deployments whose runs are in this worker's hands.

    Of those that nobody waits for only the latest is kept. One that a person asked for is never needless.
    """
    alone: dict[UUID, list[FlowRun]] = defaultdict(list)
    now: list[FlowRun] = []
    surplus: list[FlowRun] = []
    for run in due:
        if run.deployment_id is not None and ONE_AT_A_TIME in run.tags:
            alone[run.deployment_id].append(run)
        else:
            now.append(run)
    for deployment, runs in alone.items():
        needless = sorted((run for run in runs if _may_be_needless(run)), key=_due_at)[:-1]
        surplus += needless
        kept = [run for run in runs if run not in needless]
        if deployment not in at_work:
            now.append(min(kept, key=_due_at))
    return Turns(tuple(now), tuple(surplus))


def _may_be_needless(run: FlowRun) -> bool:
    return run.auto_scheduled or UNATTENDED in run.tags


def _due_at(run: FlowRun) -> float:
    due_at = run.next_scheduled_start_time or run.expected_start_time
    return due_at.timestamp() if due_at else 0.0
