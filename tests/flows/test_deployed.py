"""What a deployed Handslag shows on the server: deployments, choices, automations and artifacts."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from installations import FLOWS, FREE_TEXT, NAME, RECEIVER, SENDER, Installation, definitions
from loops import run_apart
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.utilities.callables import parameter_schema
from prefect_on_test import wait_until
from pydantic import SecretStr

from flows import automations, deploying
from flows.resident.entrypoints import flow_at
from pathways.care.states import Action

pytestmark = pytest.mark.flows


def test_deploying_twice_leaves_one_schedule_each(handslag: Installation) -> None:
    slugs = {flow: [schedule.slug for schedule in handslag.schedules[flow]] for flow in FLOWS}
    assert {flow: slugs for flow, slugs in slugs.items() if slugs} == {
        "watch": ["watch-every-minute"],
        "deliver": ["deliver-every-minute"],
        "refresh-cover": ["refresh-cover-every-hour"],
        "meetings": ["meetings-every-quarter"],
    }
    assert all(schedule.active for flow in FLOWS for schedule in handslag.schedules[flow])


def test_no_deployment_has_a_limit_whose_slot_a_dead_run_could_keep(handslag: Installation) -> None:
    deployment = handslag.deployments["deliver"]
    set_by_hand = {"concurrency_limit": 1, "concurrency_options": {"collision_strategy": "CANCEL_NEW"}}
    httpx.patch(f"{handslag.pools.url}/deployments/{deployment}", json=set_by_hand, timeout=60).raise_for_status()
    assert handslag.pools.get(f"/deployments/{deployment}")["global_concurrency_limit"]["limit"] == 1
    handslag.deploy()
    handslag.stop_schedules()
    for flow in FLOWS:
        assert handslag.pools.get(f"/deployments/{handslag.deployments[flow]}")["global_concurrency_limit"] is None


@pytest.mark.parametrize(
    ("flow", "model", "field"),
    [
        ("begin-episode", "Beginning", "level"),
        ("begin-episode", "Beginning", "team"),
        ("begin-episode", "Beginning", "responsible"),
        ("request-handover", "Request", "move"),
        ("request-handover", "Request", "reason"),
        ("end-episode", "Ending", "end"),
    ],
)
def test_the_form_that_starts_a_flow_offers_what_is_published(
    flow: str, model: str, field: str, handslag: Installation
) -> None:
    (pathway,), (network,) = definitions()
    schema = handslag.pools.get(f"/deployments/{handslag.deployments[flow]}")["parameter_openapi_schema"]
    described = schema["definitions"][model]["properties"][field]
    offered = described.get("enum") or next(each["enum"] for each in described["anyOf"] if "enum" in each)
    assert described["title"]
    assert described["description"]
    published: dict[str, Any] = {
        "level": pathway.begin_at,
        "team": network.teams,
        "responsible": network.teams,
        "move": pathway.moves,
        "end": pathway.ends,
    }
    assert offered == list(published[field]) if field in published else set(offered) <= set(pathway.reasons)


def test_a_value_that_is_none_of_the_choices_starts_no_run(handslag: Installation) -> None:
    parameters = {"beginning": {"pathway": "nonsense", "network": "jonkoping-demo", "level": "home", "team": SENDER}}
    refused = handslag.pools.post(
        f"/deployments/{handslag.deployments['begin-episode']}/create_flow_run",
        {"parameters": parameters, "state": {"type": "SCHEDULED"}},
    )
    assert refused.status_code == 409
    assert "nonsense" in refused.text


def test_forms_that_were_deployed_without_choices_get_those_that_are_published_from_watch(
    handslag: Installation,
) -> None:
    deployment = handslag.deployments["end-episode"]
    bare = parameter_schema(flow_at("flows.end_episode.end_episode")).model_dump_for_openapi()
    run_apart(_set_form(deployment, bare))
    assert "enum" not in json.dumps(handslag.pools.get(f"/deployments/{deployment}")["parameter_openapi_schema"])
    handslag.flow("watch")
    schema = handslag.pools.get(f"/deployments/{deployment}")["parameter_openapi_schema"]
    (pathway,), _networks = definitions()
    assert schema["definitions"]["Ending"]["properties"]["end"]["enum"] == list(pathway.ends)
    assert run_apart(deploying.offer_choices(*handslag.service.publishing.published())) == 0


async def _set_form(deployment: UUID, schema: dict[str, Any]) -> None:
    async with get_client() as client:
        await client.update_deployment(deployment, DeploymentUpdate(parameter_openapi_schema=schema))


def _automations(handslag: Installation) -> dict[str, dict[str, Any]]:
    rows = handslag.pools.rows("/automations/filter", {"limit": 200})
    return {row["name"]: row for row in rows if row["name"].startswith("handslag: ")}


@pytest.fixture
def block(handslag: Installation) -> str:
    """A notification block that nothing answers at."""
    saved = SlackWebhook(url=SecretStr("http://127.0.0.1:9/it")).save("it-duty", overwrite=True)
    assert isinstance(saved, UUID)
    return str(saved)


def test_automations_declared_twice_are_there_once_keep_their_ids_and_tell_the_block_that_is_named(
    handslag: Installation, block: str
) -> None:
    found = []
    for _ in range(2):
        assert run_apart(automations.declare("slack-webhook/it-duty"))
        found.append(_automations(handslag))
    first, second = found
    assert set(first) == {
        "handslag: watch has stopped",
        "handslag: a run crashed",
        "handslag: notices do not leave",
    }
    assert {name: row["id"] for name, row in first.items()} == {name: row["id"] for name, row in second.items()}
    silent = second["handslag: watch has stopped"]
    assert silent["enabled"]
    assert (silent["trigger"]["posture"], silent["trigger"]["within"]) == ("Proactive", 300)
    for row in second.values():
        (action,) = row["actions"]
        assert (action["type"], action["block_document_id"]) == ("send-notification", block)


@pytest.mark.parametrize(
    ("named", "is_well"), [("", True), ("slack-webhook/nobody", False), ("no-such/it-duty", False)]
)
def test_where_there_is_nobody_to_tell_there_is_no_automation_that_looks_as_if(
    named: str, is_well: bool, handslag: Installation, block: str
) -> None:
    run_apart(automations.declare("slack-webhook/it-duty"))
    row = _automations(handslag)["handslag: a run crashed"]
    _choose(handslag, row, [{"type": "do-nothing"}])
    assert run_apart(automations.declare(named)) is is_well
    assert _automations(handslag) == {}


@pytest.mark.parametrize("named", ["", "slack-webhook/it-duty"])
def test_what_it_chose_an_automation_to_do_is_kept(named: str, handslag: Installation, block: str) -> None:
    run_apart(automations.declare("slack-webhook/it-duty"))
    row = _automations(handslag)["handslag: watch has stopped"]
    _choose(handslag, row, [{"type": "do-nothing"}, {"type": "cancel-flow-run"}])
    run_apart(automations.declare(named))
    kept = handslag.pools.get(f"/automations/{row['id']}")["actions"]
    assert [action["type"] for action in kept] == ["do-nothing", "cancel-flow-run"]
    httpx.delete(f"{handslag.pools.url}/automations/{row['id']}", timeout=60).raise_for_status()


def _choose(handslag: Installation, row: dict[str, Any], actions: list[dict[str, Any]]) -> None:
    kept = {key: row[key] for key in ("name", "description", "enabled", "trigger")}
    address = f"{handslag.pools.url}/automations/{row['id']}"
    httpx.put(address, json={**kept, "actions": actions}, timeout=60).raise_for_status()


def test_there_is_one_table_of_what_waits_changed_in_place_and_sorted_by_what_is_due(handslag: Installation) -> None:
    first, second = (handslag.request(handslag.begin()) for _ in range(2))
    for handover in (first, second):
        handslag.waits(handover, "requested")
    wait_until(lambda: {first, second} <= {row["for"] for row in _table(handslag)}, "both stand in the table")
    handslag.do(first, Action.CANCEL, SENDER, FREE_TEXT)
    wait_until(lambda: first not in {row["for"] for row in _table(handslag)}, "what ended has left the table")
    rows = _table(handslag)
    (row,) = [row for row in rows if row["for"] == second]
    assert (row["what"], row["by"]) == ("answer", RECEIVER)
    assert [row["due (UTC)"] for row in rows] == sorted(row["due (UTC)"] for row in rows)
    assert len(_artifacts(handslag, "waiting")) == 1
    assert NAME not in str(rows)


def test_an_episode_has_its_timeline_with_references_and_teams_only(handslag: Installation) -> None:
    episode = handslag.begin()
    handover = handslag.request(episode)
    run = handslag.waits(handover, "requested")
    handslag.do(handover, Action.CANCEL, SENDER, FREE_TEXT)
    handslag.end_of(run.id)
    text = _artifacts(handslag, f"episode-{episode.lower()}")[0]["data"]
    assert f"# {episode}" in text
    assert f"| handover.cancelled | {handover} home → home-specialised | {SENDER} |" in text
    assert NAME not in text
    assert FREE_TEXT not in text


def test_an_episode_that_just_began_in_prefect_has_its_timeline(handslag: Installation) -> None:
    beginning = {"pathway": "jonkoping-palliative", "network": "jonkoping-demo", "level": "home", "team": SENDER}
    said = handslag.flow("begin-episode", beginning=beginning)

    episode = said.split()[1]
    assert episode in _artifacts(handslag, f"episode-{episode.lower()}")[0]["data"]


def _artifacts(handslag: Installation, key: str) -> list[dict[str, Any]]:
    """The artifacts under a key, the newest first."""
    body = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC", "limit": 50}
    return handslag.pools.rows("/artifacts/filter", body)


def _table(handslag: Installation) -> list[dict[str, Any]]:
    found = _artifacts(handslag, "waiting")
    rows: list[dict[str, Any]] = json.loads(found[0]["data"]) if found else []
    return rows
