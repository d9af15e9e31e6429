"""The whole OpenAPI tried by Schemathesis: nothing breaks, and every answer is one that is declared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from desk.api import PATH, ROUTERS
from pages.api_on_test import Caller, Installation, installation
from pages.desk_on_test import MUNICIPALITY, SSIH
from pages.worlds import on_the_way
from pathways.access.table import Role

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_EXAMPLES = 6
OPERATIONS = [
    (route.path, method)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
_KNOWN = {
    "name": "jonkoping-palliative",
    "version": "2021-12-01",
    "unit": "korttids-norr",
    "team": SSIH,
    "number": 1,
    "key": "none",
}
_TRIED = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Tried:
    """An installation with a patient on the way. `care`: callers of both sides. `others` see no patient."""

    installed: Installation
    references: Mapping[str, str]
    care: tuple[Caller, ...]
    others: tuple[Caller, ...]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    with installation(tmp_path_factory.mktemp("schema")) as installed:
        way = on_the_way(installed)
        care = (
            installed.caller(Role.COORDINATOR, MUNICIPALITY),
            installed.caller(Role.COORDINATOR, SSIH, is_program=True),
        )
        others = (installed.caller(Role.NETWORK_ADMIN, None), installed.caller(Role.LOG_REVIEWER, None))
        yield Tried(installed, {"episodes": way.episode, "handovers": way.handover}, care, others)


@pytest.fixture(scope="module")
def schema(tried: Tried) -> BaseSchema:
    return schemathesis.openapi.from_asgi(f"{PATH}/openapi.json", tried.installed.app)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_declared(tried: Tried, schema: BaseSchema, path: str, method: str) -> None:
    @_TRIED
    @given(case=schema[path][method].as_strategy())
    def is_as_declared(case: schemathesis.Case[Any]) -> None:
        has_reference = "reference" in case.path_parameters
        for caller in tried.care if has_reference else (*tried.care, *tried.others):
            case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"}, checks=_CHECKS)
        _make_likely(case, path, tried)
        for caller in tried.care:
            case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"}, checks=_CHECKS)

    is_as_declared()


def _make_likely(case: schemathesis.Case[Any], path: str, tried: Tried) -> None:
    """Name what there is, so that what is asked comes as far as to be decided on."""
    known = {**_KNOWN, "reference": tried.references.get(path.strip("/").split("/")[0], "")}
    case.path_parameters = {key: known[key] for key in case.path_parameters}
    case.headers.pop("If-Match", None)
    if isinstance(case.body, dict):
        for key in ("for_team", "person"):
            case.body.pop(key, None)
