"""Every route of the desk and of the API, for every role, related, unrelated and once: what the table of access says.

A route that is not in the maps below fails: whoever adds one says here who may use it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from desk.api import PATH, ROUTERS
from desk.api.commanding import ACTIONS
from desk.live import router as live
from desk.monitoring import router as monitoring
from desk.pages import PAGES
from desk.signing_in import router as signing_in
from pages.api_on_test import Caller, Installation, installation
from pages.desk_on_test import MUNICIPALITY, NETWORK, NORTH
from pages.worlds import NURSE, at_home
from pathways.access.commands import RIGHTS, name_of_kind
from pathways.access.relations import UNRELATED
from pathways.access.table import Relation, Right, Role, may
from pathways.access.users import Membership, User, Viewer
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, WantedHandover
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import Action
from pathways.errors import NotFound

SOUTH = "short-term-south"
STANDING = {
    MUNICIPALITY: frozenset({Relation.RESPONSIBLE}),
    SOUTH: UNRELATED,
    NORTH: frozenset({Relation.ENDED}),
}
"""How teams stand to the episode: one has it, one has no part in it, and one had one, until it said no."""

Route = tuple[str, str]
Given = Mapping[str, Any]

PUBLIC = {
    *((method, f"/sign-in{path}") for method, path in (("GET", ""), ("GET", "/service"), ("GET", "/done"))),
    ("POST", "/sign-in/demo"),
    *(("GET", path) for path in ("/health/live", "/health/ready", "/metrics")),
}
"""For whoever asks: what they say is tried with signing in, and with monitoring."""

OWN_PAGES = {("GET", "/tokens"), ("POST", "/tokens"), ("POST", "/tokens/{number}/end")}
"""One's own tokens; what of programs is shown there to an administrator, tests/pages/test_tokens_page.py tries."""

OF_ANYBODY = {
    ("GET", "/"),
    ("GET", "/live"),
    ("GET", "/to/{reference}"),
    ("POST", "/act-as"),
    ("POST", "/sign-out"),
    *OWN_PAGES,
    ("GET", "/sessions"),
    ("POST", "/sessions/{handle}/end"),
    ("POST", "/sessions/end-all"),
}
"""For whoever is signed in. `/live` never ends, and is tried at a browser; `/to/…` leads on, whatever it names."""

OWN = {("GET", "/me"), ("GET", "/tokens"), ("POST", "/tokens/{number}/end")}
"""Of the API, for whoever has a token: about themselves."""

PAGES_OF_A_TEAM: Mapping[Route, tuple[Right, Given]] = {
    ("GET", "/inbox"): (Right.SEE_BOARD, {}),
    ("GET", "/board"): (Right.SEE_BOARD, {}),
    ("GET", "/begin"): (Right.BEGIN, {}),
    ("GET", "/begin/{pathway}"): (Right.BEGIN, {}),
    ("POST", "/begin/{pathway}"): (Right.BEGIN, {}),
    ("POST", "/begin/{pathway}/patient"): (Right.BEGIN, {"identifier": "19640823-3234"}),
    ("GET", "/places"): (Right.SEE_BOARD, {}),
    ("POST", "/places/{unit}"): (Right.MANAGE_PLACES, {}),
    ("GET", "/cover"): (Right.SEE_COVER, {}),
    ("GET", "/cover/{team}"): (Right.SEE_COVER, {}),
    ("GET", "/notices"): (Right.SEE_NOTICES, {}),
    ("POST", "/notices/{number}"): (Right.SEE_NOTICES, {}),
    ("GET", "/users"): (Right.MANAGE_USERS, {}),
    ("POST", "/users"): (Right.MANAGE_USERS, {}),
    ("POST", "/users/waiting/{number}/{answer}"): (Right.MANAGE_USERS, {}),
    ("POST", "/tokens/{number}/confirm"): (Right.MANAGE_USERS, {}),
    ("GET", "/users/{login:path}"): (Right.MANAGE_USERS, {}),
    ("POST", "/users/{login:path}/{action}"): (Right.MANAGE_USERS, {}),
    ("GET", "/pathways"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/pathways/{name}/{version}.svg"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/pathways/{name}/{version}"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/pathways/{name}/{version}/changes"): (
        Right.SEE_DEFINITIONS,
        {"since": "jonkoping-palliative@2021-12-01"},
    ),
    ("GET", "/agreements"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/agreements/{name}/{version}"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/triage"): (Right.SEE_TRIAGE, {}),
    ("POST", "/triage"): (Right.SEE_TRIAGE, {}),
    ("GET", "/reserve-forms"): (Right.SEE_BOARD, {}),
    ("GET", "/reserve-forms/enter"): (Right.SEE_BOARD, {}),
    ("GET", "/reserve-forms/{pathway}/{form}"): (Right.SEE_BOARD, {}),
    ("GET", "/emergency"): (Right.OPEN_IN_EMERGENCY, {}),
    ("POST", "/emergency"): (Right.OPEN_IN_EMERGENCY, {}),
    ("GET", "/log"): (Right.REVIEW_LOG, {}),
    ("POST", "/log"): (Right.REVIEW_LOG, {}),
    ("GET", "/log/reviews/{number}"): (Right.REVIEW_LOG, {}),
    ("POST", "/log/reviews/{number}"): (Right.REVIEW_LOG, {}),
    ("GET", "/log/extract"): (Right.REVIEW_LOG, {}),
    ("POST", "/log/extract"): (Right.REVIEW_LOG, {}),
}
PAGES_OF_A_PATIENT: Mapping[Route, tuple[Right, Given]] = {
    ("GET", "/handovers/{reference}"): (Right.SEE_EPISODE, {}),
    ("POST", "/handovers/{reference}/looked"): (Right.SEE_EPISODE, {"number": "1", "seen": "1"}),
    ("POST", "/episodes/{reference}/looked"): (Right.SEE_EPISODE, {"number": "1", "seen": "1"}),
    ("POST", "/handovers/{reference}/{action}"): (Right.ACT_ON_HANDOVER, {"action": "accept"}),
    ("GET", "/episodes/{reference}"): (Right.SEE_EPISODE, {}),
    ("POST", "/episodes/{reference}/{action}"): (Right.END, {"action": "end", "end": "none"}),
    ("GET", "/episodes/{reference}/number"): (Right.SEE_EPISODE, {}),
    ("GET", "/episodes/{reference}/moves/{move}"): (Right.SEE_EPISODE, {}),
    ("POST", "/episodes/{reference}/moves/{move}"): (Right.ACT_ON_HANDOVER, {"urgency": "none", "reason": "none"}),
    ("POST", "/episodes/{reference}/night-sheet"): (Right.READ_NIGHT_SHEET, {}),
    ("GET", "/episodes/{reference}/patient"): (Right.SEE_EPISODE, {}),
    ("POST", "/episodes/{reference}/patient/{action}"): (Right.WRITE_IDENTITY, {"action": "protect"}),
    ("POST", "/triage/{reference}/{meeting}"): (Right.GRANT, {"decision": "none"}),
}
API_OF_A_TEAM: Mapping[Route, tuple[Right, Given]] = {
    ("GET", "/inbox"): (Right.SEE_BOARD, {}),
    ("GET", "/board"): (Right.SEE_BOARD, {}),
    ("GET", "/board/column"): (Right.SEE_BOARD, {"key": ["jonkoping-palliative", "home"]}),
    ("GET", "/triage"): (Right.SEE_TRIAGE, {}),
    ("GET", "/notices"): (Right.SEE_NOTICES, {}),
    ("POST", "/notices/{number}/resend"): (Right.SEE_NOTICES, {}),
    ("POST", "/episodes"): (Right.BEGIN, {"pathway": "none", "level": "none"}),
    ("POST", "/patients/look-up"): (Right.BEGIN, {"identifier": "19640823-3234"}),
    ("POST", "/episodes/{reference}/open-in-emergency"): (Right.OPEN_IN_EMERGENCY, {"reason": "short"}),
    ("GET", "/places"): (Right.SEE_BOARD, {}),
    ("POST", "/places/{unit}/close"): (Right.MANAGE_PLACES, {"places": 0}),
    ("GET", "/cover"): (Right.SEE_COVER, {}),
    ("GET", "/cover/{team}"): (Right.SEE_COVER, {}),
    ("GET", "/pathways"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/pathways/{name}/{version}"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/pathways/{name}/{version}/drawing"): (Right.SEE_DEFINITIONS, {}),
    ("GET", "/pathways/{name}/{version}/changes"): (
        Right.SEE_DEFINITIONS,
        {"since": "jonkoping-palliative@2021-12-01"},
    ),
    ("GET", "/log/reviews"): (Right.REVIEW_LOG, {}),
    ("POST", "/log/reviews"): (Right.REVIEW_LOG, {}),
    ("GET", "/log/reviews/{number}"): (Right.REVIEW_LOG, {}),
    ("POST", "/log/reviews/{number}/finding"): (Right.REVIEW_LOG, {"finding": "", "is_in_order": True}),
    ("POST", "/log/extracts"): (Right.REVIEW_LOG, {"episode": "{episode}"}),
    ("GET", "/users"): (Right.MANAGE_USERS, {}),
    ("GET", "/users/waiting"): (Right.MANAGE_USERS, {}),
    ("POST", "/users"): (Right.MANAGE_USERS, {"login": "new@api.example", "name": "Ny", "role": "it"}),
    ("POST", "/users/give"): (Right.MANAGE_USERS, {"login": "{login}", "role": "it"}),
    ("POST", "/users/take"): (Right.MANAGE_USERS, {"login": "{login}", "role": "it"}),
    ("POST", "/users/rename"): (Right.MANAGE_USERS, {"login": "{login}", "name": "Ny", "language": "sv"}),
    ("POST", "/users/end"): (Right.MANAGE_USERS, {"login": "{login}"}),
}
_COMMANDS = {
    (f"/{'handovers' if 'handover' in kind.model_fields else 'episodes'}/{{reference}}/{name_of_kind(kind)}", right)
    for kind, right in RIGHTS.items()
}
API_OF_A_PATIENT: Mapping[Route, Right] = {
    **{("POST", path): right for path, right in _COMMANDS if not path.endswith(("-handover", "/come-back"))},
    **{("POST", f"/handovers/{{reference}}/{action}"): Right.ACT_ON_HANDOVER for action in ACTIONS},
    ("POST", "/handovers/{reference}/settle-handover"): Right.ACT_ON_HANDOVER,
    ("POST", "/handovers/{reference}/come-back"): Right.ACT_ON_HANDOVER,
    ("POST", "/episodes/{reference}/night-sheet"): Right.READ_NIGHT_SHEET,
    ("POST", "/episodes/{reference}/handovers"): Right.ACT_ON_HANDOVER,
    ("GET", "/episodes/{reference}"): Right.SEE_EPISODE,
    ("GET", "/episodes/{reference}/history"): Right.SEE_EPISODE,
    ("GET", "/episodes/{reference}/patient"): Right.SEE_IDENTITY,
    ("POST", "/episodes/{reference}/would-identify"): Right.WRITE_IDENTITY,
    ("POST", "/episodes/{reference}/identify"): Right.WRITE_IDENTITY,
    ("POST", "/episodes/{reference}/relatives"): Right.WRITE_IDENTITY,
    ("POST", "/episodes/{reference}/relatives/{key}/remove"): Right.WRITE_IDENTITY,
    ("POST", "/episodes/{reference}/protection"): Right.WRITE_IDENTITY,
    ("POST", "/episodes/{reference}/readers"): Right.NAME_READER,
    ("GET", "/handovers/{reference}"): Right.SEE_EPISODE,
}
"""What is done to a patient's episode: the right that each command asks for is in docs/reference/access.md."""


@dataclass(frozen=True)
class Somebody:
    """A caller in a role of a team, and how that stands to the episode."""

    caller: Caller
    role: Role
    relations: frozenset[Relation]

    def may(self, right: Right) -> bool:
        """What the table says, for this episode."""
        return may(self.role, right, self.relations)


@dataclass(frozen=True)
class World:
    """An episode with a handover that was turned down, and all who may ask."""

    installed: Installation
    known: Mapping[str, str]
    people: tuple[Somebody, ...]
    schema: Mapping[str, Any]

    def path(self, path: str, given: Given, reference: str | None = None) -> str:
        """The address that a route has for what there is, or for another reference."""
        kind = "handover" if "/handovers/" in path else "episode"
        values = {**self.known, **given, "reference": reference or self.known[kind]}
        return re.sub(r"\{(\w+)(:path)?\}", lambda found: str(values[found[1]]), path)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with installation(tmp_path_factory.mktemp("who")) as installed:
        service, episode = installed.service, at_home(installed)
        wanted = WantedHandover(move="home-to-short-term", urgency="acute", reason="acute-need", to_team=NORTH)
        handover = service.plan_handover(episode, NURSE, wanted)
        no = Actor(kind=ActorKind.PERSON, team=NORTH, name="Cleo Påhittad", via="desk", is_identified=True)
        reason = next(iter(service.views.show(episode).pathway.rejections))
        reject = ChangeHandover(actor=no, handover=handover, action=Action.REJECT, reason=reason)
        service.perform(handover, reject)
        other = User(login="other@api.example", name="Ny", memberships=(_of(Role.PATHWAY_EDITOR, MUNICIPALITY),))
        service.users.add(other)
        known = {
            "episode": episode,
            "handover": handover,
            "pathway": "jonkoping-palliative",
            "name": "jonkoping-palliative",
            "version": "2021-12-01",
            "unit": "korttids-norr",
            "team": NORTH,
            "number": "1",
            "login": other.login,
            "action": "rename",
            "answer": "confirm",
            "form": "1-begin",
            "move": "home-to-short-term",
            "meeting": "none",
            "handle": "none",
            "key": "none",
        }
        yield World(installed, known, tuple(_people(installed)), installed.client.get(f"{PATH}/openapi.json").json())


def _of(role: Role, team: str | None) -> Membership:
    return Membership(network=NETWORK, team=team, role=role)


def _people(installed: Installation) -> Iterator[Somebody]:
    for role, team in product(Role, STANDING):
        if not role.is_in_care and team != MUNICIPALITY:
            continue
        caller = installed.caller(role, team)
        yield Somebody(caller, role, STANDING[team])


def _stands(world: World, team: str) -> frozenset[Relation]:
    member = _of(Role.COORDINATOR, team)
    viewer = Viewer(user=User(login="x@api.example", name="X", memberships=(member,)), membership=member)
    try:
        return world.installed.service.access.relations(viewer, world.known["episode"])
    except NotFound:
        return UNRELATED


def test_the_teams_stand_to_the_episode_as_this_test_rests_on(world: World) -> None:
    assert {team: _stands(world, team) for team in STANDING} == STANDING


def _routes(routes: list[BaseRoute]) -> Iterator[Route]:
    """All that is asked for by a method and an address."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())
        elif inner is not None:
            yield from _routes(inner.routes)
        elif not isinstance(route, Mount):
            yield ("GET", getattr(route, "path", "?"))


def test_every_route_of_the_desk_is_one_of_those_tried_here(world: World) -> None:
    mounts = {route.path: route.app for route in world.installed.app.routes if isinstance(route, Mount)}
    assert set(mounts) == {"/static", PATH}
    there = list(_routes(world.installed.app.routes))
    assert set(there) == PUBLIC | OF_ANYBODY | set(PAGES_OF_A_TEAM) | set(PAGES_OF_A_PATIENT)
    assert len(there) == len(set(there)) == len(list(_of_routers(signing_in, live, monitoring, *PAGES)))
    api = mounts[PATH]
    assert isinstance(api, FastAPI)
    in_api = set(_routes(api.routes)) - {("GET", "/openapi.json")}
    assert in_api == OWN | set(API_OF_A_TEAM) | set(API_OF_A_PATIENT) == set(_of_routers(*ROUTERS))


def _of_routers(*routers: Any) -> Iterator[Route]:
    for router in routers:
        yield from _routes(router.routes)


@pytest.mark.parametrize(("method", "path"), sorted(PAGES_OF_A_TEAM))
def test_a_page_is_shown_to_whom_the_table_says(world: World, method: str, path: str) -> None:
    right, given = PAGES_OF_A_TEAM[method, path]
    for each in world.people:
        answer = each.caller.page(method, _with_query(method, world.path(path, given), given), given)
        expected = may(each.role, right, UNRELATED)
        assert answer.status_code < 500
        if not expected:
            assert answer.status_code == 404, f"{each.role} asks for {path}"
        elif "{number}" not in path:
            assert answer.status_code != 404, f"{each.role} asks for {path}"


@pytest.mark.parametrize(("method", "path"), sorted(PAGES_OF_A_PATIENT))
def test_a_page_of_a_patient_is_shown_to_whom_the_table_says(world: World, method: str, path: str) -> None:
    right, given = PAGES_OF_A_PATIENT[method, path]
    for each in world.people:
        answer = each.caller.page(method, world.path(path, given), given)
        if each.may(Right.SEE_EPISODE):
            is_done = each.may(right)
            assert answer.status_code in ((200,) if method == "GET" else (200, 303, 409) if is_done else (409,))
        else:
            unknown = _unknown(path)
            nobodys = each.caller.page(method, world.path(path, given, unknown), given)
            assert answer.status_code == 404, f"{each.role}, {each.relations} asks for {path}"
            assert _told(answer, _asked(world, path)) == _told(nobodys, unknown)


@pytest.mark.parametrize(("method", "path"), sorted(API_OF_A_TEAM))
def test_the_api_answers_whom_the_table_says(world: World, method: str, path: str) -> None:
    right, given = API_OF_A_TEAM[method, path]
    filled = {key: value.format(**world.known) if isinstance(value, str) else value for key, value in given.items()}
    for each in world.people:
        answer = _ask(each.caller, method, world.path(path, {}), filled)
        if not may(each.role, right, UNRELATED):
            assert (answer.status_code, _detail(answer)) == (404, "There is nothing here for this token.")
        else:
            assert answer.status_code in (200, 201, 404, 409)
            assert _detail(answer) != "There is nothing here for this token."


@pytest.mark.parametrize(("method", "path"), sorted(API_OF_A_PATIENT))
def test_the_api_answers_of_a_patient_whom_the_table_says(world: World, method: str, path: str) -> None:
    right = API_OF_A_PATIENT[method, path]
    body = _least_body(world, method, path)
    for each in world.people:
        answer = _ask(each.caller, method, world.path(path, {}), body)
        if not each.may(Right.SEE_EPISODE):
            unknown = _unknown(path)
            nobodys = _ask(each.caller, method, world.path(path, {}, unknown), body)
            assert answer.status_code == 404, f"{each.role}, {each.relations} asks for {path}"
            assert _told(answer, _asked(world, path)) == _told(nobodys, unknown)
            continue
        assert answer.status_code in (200, 404, 409), answer.text
        assert not _detail(answer).startswith(("There is no episode", "There is no handover"))
        is_theirs = "not yours to do there" not in answer.text
        assert is_theirs == each.may(right), f"{each.role}, {each.relations} asks for {path}: {answer.text}"


@pytest.mark.parametrize(("method", "path"), sorted({*API_OF_A_TEAM, *API_OF_A_PATIENT, *OWN}))
def test_nobody_is_answered_by_the_api_without_a_token(world: World, method: str, path: str) -> None:
    address = PATH + world.path(path, {})
    session = {"Cookie": f"handslag={world.people[0].caller.session}"}
    for headers in ({}, session, {"Authorization": f"Bearer {world.people[0].caller.session}"}):
        answer = world.installed.client.request(method, address, headers=headers)
        assert answer.status_code == 401
        assert "token" in answer.text


@pytest.mark.parametrize(("method", "path"), sorted({*PAGES_OF_A_TEAM, *PAGES_OF_A_PATIENT, *OF_ANYBODY}))
def test_nobody_is_shown_a_page_who_is_not_signed_in(world: World, method: str, path: str) -> None:
    token = {"Authorization": f"Bearer {world.people[0].caller.token}"}
    answer = world.installed.client.request(method, world.path(path, {}), headers=token, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"][:9]) == (303, "/sign-in?")


@pytest.mark.parametrize(("method", "path"), sorted({*PAGES_OF_A_TEAM, *PAGES_OF_A_PATIENT, *OF_ANYBODY}))
def test_no_press_counts_without_the_mark_of_the_session(world: World, method: str, path: str) -> None:
    if method == "POST":
        for each in world.people[:1]:
            answer = each.caller.page(method, world.path(path, {}), {"csrf": "0" * 64})
            assert answer.status_code == 403


def _ask(caller: Caller, method: str, path: str, given: Given) -> httpx.Response:
    return caller.get(path, params=given) if method == "GET" else caller.post(path, given)


def _with_query(method: str, path: str, given: Given) -> str:
    return f"{path}?since={given['since']}" if method == "GET" and "since" in given else path


def _detail(answer: httpx.Response) -> str:
    if not answer.headers["content-type"].startswith("application/problem+json"):
        return ""
    return str(answer.json()["detail"]).partition(" Use one")[0]


def _asked(world: World, path: str) -> str:
    return world.known["handover" if "/handovers/" in path else "episode"]


def _unknown(path: str) -> str:
    return new_reference(ReferenceKind.HANDOVER if "/handovers/" in path else ReferenceKind.EPISODE)


def _told(answer: httpx.Response, reference: str) -> tuple[int, str, Mapping[str, str]]:
    """All that an answer tells, but for what is another one each time."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")}
    return answer.status_code, answer.text.replace(reference, "REFERENCE"), headers


def _least_body(world: World, method: str, path: str) -> Given:
    """The least that a route takes, which means nothing: whoever may do it is refused for that."""
    if method == "GET":
        return {}
    schema = world.schema
    wanted = schema["paths"][path]["post"].get("requestBody")
    found: Given = _least(wanted["content"]["application/json"]["schema"], schema) if wanted else {}
    return found


def _least(wanted: Any, schema: Any) -> Any:
    if "$ref" in wanted:
        return _least(schema["components"]["schemas"][wanted["$ref"].rpartition("/")[2]], schema)
    if several := wanted.get("oneOf") or wanted.get("anyOf"):
        return _least(several[0], schema)
    if "const" in wanted or "enum" in wanted:
        return wanted.get("const") or wanted["enum"][0]
    if wanted.get("format") in ("date", "date-time"):
        return "2026-01-01" if wanted["format"] == "date" else "2026-01-01T08:00:00Z"
    if wanted["type"] == "object":
        told = {key: each for key, each in wanted.get("properties", {}).items() if "const" in each}
        told |= {key: wanted["properties"][key] for key in wanted.get("required", ())}
        return {key: _least(each, schema) for key, each in told.items()}
    least = {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": []}
    return least[wanted["type"]]
