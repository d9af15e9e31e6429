"""Every number, day and time at every door of the desk, as large and as far away as it can be written."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from desk.api import declared
from desk.api.problems import MEDIA_TYPE
from desk.pages import PAGES
from pages.api_on_test import Caller, Installation, installation
from pages.desk_on_test import MUNICIPALITY, NORTH
from pages.worlds import OnTheWay, on_the_way
from pathways.access.table import Role

INTEGERS = [2**31, 2**63, -(2**63) - 1, 10**30, 10**4000, -1]
EXTREMES: Mapping[str, list[Any]] = {
    "integer": INTEGERS,
    "number": [1e308, -1e308, *INTEGERS[:4]],
    "date": ["0001-01-01", "9999-12-31", "2200-01-01", "99999-01-01"],
    "date-time": [
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "2200-01-01T00:00:00Z"),
        *("1969-12-31T00:00:00+23:59", "-1000-01-01T00:00:00Z", "9999-12-31", "1e20"),
    ],
    "time": ["00:00", "23:59", "24:00", "23:59:59.999999", "99:99"],
}
IN_FORMS = [
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2147483648",
    "9" * 30,
    "²",
    "-1",
    "9" * 5000,
]
SPEC = declared()
Path_ = tuple[str | int, ...]


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    return SPEC["components"]["schemas"][schema["$ref"].split("/")[-1]] if "$ref" in schema else schema


def _variants(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = _resolved(schema)
    given = [_resolved(each) for kind in ("anyOf", "oneOf") for each in found.get(kind, ())]
    return [each for each in given if each.get("type") != "null"] or [found]


def _sample(schema: Mapping[str, Any]) -> Any:
    """Something that fits a schema, as far as it says what."""
    found = _variants(schema)[0]
    if "const" in found or "enum" in found or "default" in found:
        return found.get("const", found.get("enum", [found.get("default")])[0])
    kind = found.get("format", found.get("type"))
    if kind == "object":
        return {key: _sample(found["properties"][key]) for key in found.get("required", ())}
    fitting = {"array": [], "integer": 1, "number": 1, "boolean": True, "date": "2026-03-01", "time": "08:00"}
    fitting |= {"date-time": "2026-03-01T08:00:00+01:00"}
    return deepcopy(fitting.get(str(kind), "x"))


def _extremes(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Bodies that fit a schema but for one value, which is extreme; each place with each value once."""
    for found in _variants(schema):
        yield from EXTREMES.get(str(found.get("format", found.get("type"))), ())
        if found.get("type") == "array":
            yield from ([each] for each in _extremes(found["items"]))
        if isinstance(found.get("additionalProperties"), dict):
            yield from ({"cleaning": each} for each in _extremes(found["additionalProperties"]))
        for key, part in found.get("properties", {}).items():
            yield from ({**_sample(found), key: each} for each in _extremes(part))


def _cases() -> Iterator[tuple[str, str, str, Any]]:
    """Method, path, where (`body` or a parameter), and the value."""
    for path, operations in SPEC["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            yield from ((method.upper(), path, "body", each) for each in (_extremes(body) if body else ()))
            for parameter in operation.get("parameters", ()):
                for each in _extremes(parameter["schema"]):
                    yield method.upper(), path, f"{parameter['in']} {parameter['name']}", each


CASES = list(_cases())
_KNOWN = {
    "name": "jonkoping-palliative",
    "version": "2021-12-01",
    "unit": "korttids-norr",
    "team": NORTH,
    "number": "1",
}


@dataclass(frozen=True)
class Tried:
    installed: Installation
    way: OnTheWay
    callers: tuple[Caller, ...]

    def filled(self, path: str, **given: str) -> str:
        reference = self.way.handover if "handovers" in path else self.way.episode
        known = {**_KNOWN, "reference": reference, **given}
        return re.sub(r"\{(\w+)[^}]*\}", lambda place: known.get(place[1], "none"), path)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    with installation(tmp_path_factory.mktemp("extremes")) as installed:
        way = on_the_way(installed)
        callers = [installed.caller(Role.COORDINATOR, team) for team in (MUNICIPALITY, NORTH)]
        yield Tried(installed, way, (*callers, installed.caller(Role.NETWORK_ADMIN, None)))


def test_the_cases_are_of_every_kind_and_reach_the_places_that_broke() -> None:
    closing = [value for _method, path, where, value in CASES if path.endswith("/close") and where == "body"]
    assert {"9999-12-31T23:59:59Z"} <= {body.get("until") for body in closing}
    assert {2**63} <= {body.get("places") for body in closing}
    assert len(CASES) > 200


def test_the_api_answers_every_extreme_in_a_sentence(tried: Tried) -> None:
    went_wrong = []
    for method, path, where, value in CASES:
        for caller in tried.callers:
            kind, _, name = where.partition(" ")
            given: dict[str, Any] = {"json": value} if kind == "body" else {}
            if kind == "query":
                given = {"params": {name: _written(value)}}
            filled = tried.filled(path, **({name: _written(value)} if kind == "path" else {}))
            answer = _asked(caller, method, filled, **given)
            is_said = answer.status_code < 300 or answer.headers["content-type"] == MEDIA_TYPE
            if answer.status_code >= 500 or not is_said:
                went_wrong.append(f"{answer.status_code} {method} {path} {where} {str(value)[:100]}")
    assert went_wrong == []


def _asked(caller: Caller, method: str, path: str, **given: Any) -> Any:
    if "json" in given:
        text = _as_json(given.pop("json"))
        return caller.ask(method, path, content=text, headers={"Content-Type": "application/json"})
    return caller.ask(method, path, **given)


def _as_json(value: Any) -> str:
    """JSON with numbers of any length, which Python's own writer does not write."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_as_json(key)}:{_as_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_as_json(each) for each in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return _written(value) if isinstance(value, int | float) else f'"{value}"'


def _written(value: Any) -> str:
    if isinstance(value, int) and abs(value) >= 10**4000:
        return "1" + "0" * 4999  # longer than Python makes a number of
    return str(value)


_SIGNS_OUT = "/sessions/end-all"
"""After it whoever tries would be told to sign in, whatever they try next."""
ROUTES = [
    route for router in PAGES for route in router.routes if isinstance(route, APIRoute) and route.path != _SIGNS_OUT
]


def _places_in(route: APIRoute) -> Iterator[tuple[str, str]]:
    for kind in ("path", "query"):
        for parameter in getattr(route.dependant, f"{kind}_params"):
            yield kind, parameter.name


def test_every_page_answers_an_extreme_in_its_address_with_a_page(tried: Tried) -> None:
    went_wrong = []
    for route in ROUTES:
        for kind, name in _places_in(route):
            for value in IN_FORMS:
                path = tried.filled(route.path, **({name: value} if kind == "path" else {}))
                path += f"?{name}={value}" if kind == "query" else ""
                for caller in tried.callers[1:]:
                    answer = caller.page(sorted(route.methods or ())[0], path)
                    if answer.status_code >= 500:
                        went_wrong.append(f"{answer.status_code} {route.path} {kind} {name} {value[:40]}")
    assert went_wrong == []


def _fields() -> frozenset[str]:
    """The name of every field in a form of the pages."""
    texts = [file.read_text(encoding="utf-8") for file in Path("templates/pages").rglob("*.html")]
    return frozenset(name for text in texts for name in re.findall(r'name="([a-z_]+)"', text)) - {"csrf"}


def test_every_form_answers_extremes_in_all_its_fields_with_a_page(tried: Tried) -> None:
    went_wrong = []
    names = _fields()
    for route in (each for each in ROUTES if "POST" in (each.methods or ())):
        for value in IN_FORMS:
            for caller in tried.callers[1:]:
                answer = caller.page("POST", tried.filled(route.path), dict.fromkeys(names, value))
                if answer.status_code >= 500:
                    went_wrong.append(f"{answer.status_code} {route.path} {value[:40]}")
    assert went_wrong == []


@pytest.mark.parametrize("until", ["9999-12-31T23:59", "9999-12-31", "0001-01-01T00:00"])
def test_places_are_not_closed_until_the_end_of_the_calendar(tried: Tried, until: str) -> None:
    nurse = tried.callers[1]
    answer = nurse.page("POST", "/places/korttids-norr", {"places": "1", "until": until})
    assert answer.status_code == 409
    answer = nurse.post("/places/korttids-norr/close", {"places": 1, "until": f"{until[:10]}T00:00:00Z"})
    assert answer.status_code == 409
