"""The API: all that the pages do, for programs and for people's own tools, by the same operations. `/api/v1`."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from desk.api import boards, definitions, episodes, identities, logs, patients, places, users
from desk.api.bodies import Bodies
from desk.api.problems import ALWAYS, Problem, answer_faults
from desk.drawings import Drawings
from desk.security import Tries
from pathways.operations.service import Operations

PATH = "/api/v1"
"""Where it stands in the desk."""

ROUTERS: tuple[APIRouter, ...] = (
    boards.router,
    episodes.router,
    patients.router,
    identities.router,
    places.router,
    definitions.router,
    logs.router,
    users.router,
)
_ABOUT = """What the pages of the desk do, for programs. Every request carries a token: `Authorization: Bearer …`.

A person's token acts as that person, a program's for its team; both within the rights that it was made for. Whoever
has no access is answered as if what was named did not exist (404). What is refused says why, and what to do (409)."""


def create_api(service: Operations, look_ups: Tries, drawings: Drawings) -> FastAPI:
    """The API on one database. `look_ups`, `drawings`: of the desk, which are counted and kept for both together."""
    api = _api()
    api.state.service, api.state.look_ups, api.state.drawings = service, look_ups, drawings
    api.state.failures = Tries(service.settings.tries_a_minute)
    return api


def declared() -> dict[str, Any]:
    """The OpenAPI."""
    return _api().openapi()


def _api() -> FastAPI:
    api = FastAPI(
        title="Handslag",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name.replace("_", "-"),
        responses=ALWAYS,
    )
    api.add_middleware(Bodies)
    answer_faults(api)
    for router in ROUTERS:
        api.include_router(router)
    _declare_problems(api)
    return api


def _declare_problems(api: FastAPI) -> None:
    """The OpenAPI declares problems as they are sent."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            made = get_openapi(
                title=api.title,
                version=api.version,
                description=api.description,
                routes=api.routes,
                servers=api.servers,
            )
            _, problems = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
            made["components"]["schemas"] |= problems["$defs"]
            api.openapi_schema = made
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation of an own OpenAPI does
