"""What a deployed Handslag shows on the server: deployments, choices, automations and artifacts."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from installations import FLOWS, FREE_TEXT, NAME, RECEIVER, SENDER, Installation, definitions
from prefect_on_test import wait_until

from flows import automations
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
        "move": pathway.moves,
        "end": pathway.ends,
    }
    assert offered == list(published[field]) if field in published else set(offered) <= set(pathway.reasons)


def test_a_value_that_is_none_of_the_choices_starts_no_run(handslag: Installation) -> None:
    parameters = {"beginning": {"pathway": "nonsense", "network": "jonkoping-demo", "level": "home"}}
    refused = handslag.pools.post(
        f"/deployments/{handslag.deployments['begin-episode']}/create_flow_run",
        {"parameters": parameters, "state": {"type": "SCHEDULED"}},
    )
    assert refused.status_code == 409
    assert "nonsense" in refused.text


def test_automations_declared_twice_are_two_and_keep_their_ids(handslag: Installation) -> None:
    found = []
    for _ in range(2):
        asyncio.run(automations.declare())
        rows = handslag.pools.rows("/automations/filter", {"limit": 200})
        found.append({row["name"]: row for row in rows if row["name"].startswith("handslag: ")})
    first, second = found
    assert set(first) == {"handslag: watch has stopped", "handslag: a run crashed"}
    assert {name: row["id"] for name, row in first.items()} == {name: row["id"] for name, row in second.items()}
    silent = second["handslag: watch has stopped"]
    assert silent["enabled"]
    assert (silent["trigger"]["posture"], silent["trigger"]["within"]) == ("Proactive", 300)
    assert silent["actions"] == [{"type": "do-nothing"}]


def test_what_it_chose_an_automation_to_do_is_kept_when_it_is_declared_again(handslag: Installation) -> None:
    asyncio.run(automations.declare())
    row = next(row for row in handslag.pools.rows("/automations/filter", {"limit": 200}) if "watch" in row["name"])
    kept = {key: row[key] for key in ("name", "description", "enabled", "trigger")}
    chosen = [{"type": "do-nothing"}, {"type": "cancel-flow-run"}]
    address = f"{handslag.pools.url}/automations/{row['id']}"
    httpx.put(address, json={**kept, "actions": chosen}, timeout=60).raise_for_status()
    asyncio.run(automations.declare())
    assert [action["type"] for action in handslag.pools.get(f"/automations/{row['id']}")["actions"]] == [
        "do-nothing",
        "cancel-flow-run",
    ]


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
    beginning = {"pathway": "jonkoping-palliative", "network": "jonkoping-demo", "level": "home"}
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
