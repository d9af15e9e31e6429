"""Deploying: what `prefect.yaml` declares, put on the server in one go, with the choices that the forms offer.

`prefect deploy --all` does the same but for the choices: it does not know which pathways and networks are published.
`watch` puts them in then, as it does when others are published.
"""

from pathlib import Path
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate, WorkPoolCreate
from prefect.client.schemas.schedules import construct_schedule
from prefect.exceptions import ObjectAlreadyExists
from prefect.utilities.callables import parameter_schema
from ruamel.yaml import YAML

from flows.choices import with_choices
from flows.resident.entrypoints import AnyFlow, flow_at
from flows.worker import ResidentWorker
from pathways.definition.models import Pathway
from pathways.definition.networks import Network

PREFECT_FILE = Path(__file__).parents[1] / "prefect.yaml"


def declared_deployments() -> list[dict[str, Any]]:
    """The deployments as `prefect.yaml` declares them."""
    declared: list[dict[str, Any]] = YAML(typ="safe").load(PREFECT_FILE)["deployments"]
    return declared


async def deploy(work_pool: str, pathways: list[Pathway], networks: list[Network]) -> None:
    """Put the work pool and every deployment on the server. Doing it again brings them up to date."""
    async with get_client() as client:
        await _make_pool(client, work_pool)
        for deployment in declared_deployments():
            await _deploy(client, deployment, work_pool, pathways, networks)


async def offer_choices(pathways: list[Pathway], networks: list[Network]) -> int:
    """Bring the choices of the forms on the server up to what is published; gives how many forms had others."""
    changed = 0
    async with get_client() as client:
        for declared in declared_deployments():
            flow = flow_at(declared["entrypoint"])
            wanted = _form(flow, pathways, networks)
            found = await client.read_deployment_by_name(f"{flow.name}/{declared['name']}")
            if found.parameter_openapi_schema != wanted:
                update = DeploymentUpdate(parameter_openapi_schema=wanted, enforce_parameter_schema=True)
                await client.update_deployment(found.id, update)
                changed += 1
    return changed


def _form(flow: AnyFlow, pathways: list[Pathway], networks: list[Network]) -> dict[str, Any]:
    return with_choices(parameter_schema(flow).model_dump_for_openapi(), pathways, networks)


async def _make_pool(client: PrefectClient, name: str) -> None:
    template = ResidentWorker.get_default_base_job_template()
    try:
        await client.create_work_pool(
            WorkPoolCreate(name=name, type=ResidentWorker.type, base_job_template=template), overwrite=True
        )
    except ObjectAlreadyExists:
        return


async def _deploy(
    client: PrefectClient,
    declared: dict[str, Any],
    work_pool: str,
    pathways: list[Pathway],
    networks: list[Network],
) -> None:
    flow = flow_at(declared["entrypoint"])
    await client.create_deployment(
        flow_id=await client.create_flow(flow),
        name=declared["name"],
        description=declared["description"],
        tags=declared["tags"],
        entrypoint=declared["entrypoint"],
        work_pool_name=work_pool,
        schedules=[_schedule(schedule) for schedule in declared.get("schedules", ())],
        parameter_openapi_schema=_form(flow, pathways, networks),
        enforce_parameter_schema=True,
    )


def _schedule(declared: dict[str, Any]) -> DeploymentScheduleCreate:
    schedule = construct_schedule(cron=declared["cron"], timezone=declared["timezone"])
    return DeploymentScheduleCreate(schedule=schedule, slug=declared["slug"], active=True)
