"""How a deployment wants its runs run: which entrypoint, which configuration. Asked seldom, not for each run."""

import time
from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, WorkPool

from flows.resident.entrypoints import EntrypointError
from flows.resident.pool import ResidentConfiguration

KEPT_SECONDS = 30.0
"""How long an answer is used. A deployment that changes is heeded after this long at the latest."""


@dataclass(frozen=True)
class Plan:
    """How the runs of one deployment are run, as the server said at `asked_at` (monotonic seconds)."""

    entrypoint: str
    configuration: ResidentConfiguration
    asked_at: float


class Plans:
    """The plans of the deployments that this worker has met."""

    def __init__(self) -> None:
        self._plans: dict[UUID, Plan] = {}

    async def plan_of(self, run: FlowRun, client: PrefectClient, pool: WorkPool) -> Plan:
        """Give the plan of the run's deployment, asking the server if it is not known or was asked too long ago.

        Raises EntrypointError for a run without a deployment or whose deployment has no entrypoint, and what
        Prefect's client raises.
        """
        if run.deployment_id is None:
            raise EntrypointError("", "is missing: the run has no deployment")
        known = self._plans.get(run.deployment_id)
        if known is None or time.monotonic() - known.asked_at > KEPT_SECONDS:
            known = await self._ask(run.deployment_id, client, pool)
            self._plans[run.deployment_id] = known
        return known

    async def _ask(self, deployment_id: UUID, client: PrefectClient, pool: WorkPool) -> Plan:
        deployment = await client.read_deployment(deployment_id)
        if deployment.entrypoint is None:
            raise EntrypointError("", f"is missing from the deployment {deployment.name!r}")
        configuration: ResidentConfiguration = await ResidentConfiguration.from_template_and_values(
            base_job_template=pool.base_job_template, values=deployment.job_variables or {}, client=client
        )
        return Plan(deployment.entrypoint, configuration, time.monotonic())
