"""`prefect.yaml` read strictly: nothing in it is misspelt, and all that it names is there. No server is needed."""

import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest
from prefect import Flow
from pydantic import BaseModel
from ruamel.yaml import YAML

from flows.begin_episode import Beginning
from flows.deploying import PREFECT_FILE
from flows.end_episode import Ending
from flows.make_list import ListWanted
from flows.request_handover import Request
from flows.resident.entrypoints import flow_at
from flows.resident.turns import ONE_AT_A_TIME

DECLARED: dict[str, Any] = YAML(typ="safe").load(PREFECT_FILE)
DEPLOYMENTS: list[dict[str, Any]] = DECLARED["deployments"]
NAMES = [deployment["name"] for deployment in DEPLOYMENTS]
FORMS: tuple[type[BaseModel], ...] = (Beginning, Request, Ending, ListWanted)
INVITES_PERSONAL_DATA = re.compile(r"name|patient|person|identif|number|comment|note|message|free.?text|why", re.I)
every_deployment = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=NAMES)


def flow_of(deployment: dict[str, Any]) -> Flow[Any, Any]:
    return flow_at(deployment["entrypoint"])


def test_it_has_no_key_that_is_not_known() -> None:
    assert set(DECLARED) == {"name", "prefect-version", "definitions", "deployments"}
    assert set(DECLARED["definitions"]) == {"pool", "every-minute", "every-quarter", "every-hour"}
    required = {"name", "entrypoint", "description", "tags", "work_pool"}
    for deployment in DEPLOYMENTS:
        assert required <= set(deployment) <= required | {"schedules"}
        assert set(deployment["work_pool"]) == {"name"}


def test_it_is_written_for_the_prefect_that_is_locked() -> None:
    lock = (Path(PREFECT_FILE).parent / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(rf"^prefect=={re.escape(DECLARED['prefect-version'])}\b", lock, re.MULTILINE)


def test_it_has_all_deployments_each_once() -> None:
    by_hand = ["begin-episode", "end-episode", "make-list", "request-handover"]
    assert sorted(NAMES) == sorted([*by_hand, "deliver", "handover", "meetings", "refresh-cover", "watch"])


@every_deployment
def test_a_deployment_is_of_the_async_flow_with_its_name_and_goes_to_our_pool(deployment: dict[str, Any]) -> None:
    flow = flow_of(deployment)
    assert flow.name == deployment["name"]
    assert flow.isasync
    module, _, function = deployment["entrypoint"].rpartition(".")
    assert (module, function) == (f"flows.{function}", deployment["name"].replace("-", "_"))
    assert deployment["work_pool"] == {"name": "handslag"}
    assert deployment["description"].endswith(".")
    assert deployment["tags"][0] == "handslag"


@every_deployment
def test_a_flow_is_retried_after_a_whole_number_of_seconds(deployment: dict[str, Any]) -> None:
    flow = flow_of(deployment)
    assert type(flow.retries) is int
    assert flow.retries > 0
    assert type(flow.retry_delay_seconds) is int


@pytest.mark.parametrize("name", ["watch", "deliver"])
def test_what_is_scheduled_runs_every_minute_under_a_slug_and_in_a_time_zone(name: str) -> None:
    (schedule,) = next(deployment for deployment in DEPLOYMENTS if deployment["name"] == name)["schedules"]
    assert schedule == {"cron": "* * * * *", "timezone": "UTC", "slug": f"{name}-every-minute"}


def test_calendars_are_fetched_every_hour_and_not_at_its_beginning() -> None:
    (schedule,) = next(each for each in DEPLOYMENTS if each["name"] == "refresh-cover")["schedules"]
    assert schedule == {"cron": "7 * * * *", "timezone": "UTC", "slug": "refresh-cover-every-hour"}


def test_lists_of_meetings_are_looked_after_every_quarter() -> None:
    (schedule,) = next(each for each in DEPLOYMENTS if each["name"] == "meetings")["schedules"]
    assert schedule == {"cron": "*/15 * * * *", "timezone": "UTC", "slug": "meetings-every-quarter"}


def test_nothing_else_is_scheduled_and_what_is_runs_one_at_a_time() -> None:
    scheduled = {deployment["name"] for deployment in DEPLOYMENTS if "schedules" in deployment}
    alone = {deployment["name"] for deployment in DEPLOYMENTS if ONE_AT_A_TIME in deployment["tags"]}
    assert scheduled == alone == {"watch", "deliver", "meetings", "refresh-cover"}


@every_deployment
def test_a_flow_takes_one_form_or_a_reference_or_nothing(deployment: dict[str, Any]) -> None:
    function = flow_of(deployment).fn
    taken = [parameter.annotation for parameter in inspect.signature(function).parameters.values()]
    assert len(taken) <= 1
    assert set(taken) <= {*FORMS, str}


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_a_form_has_a_title_and_a_sentence(form: type[BaseModel]) -> None:
    for field in form.model_fields.values():
        assert field.title
        assert (field.description or "").endswith(".")


@pytest.mark.parametrize("form", FORMS)
def test_no_field_of_a_form_asks_for_a_name_or_for_anything_about_the_patient(form: type[BaseModel]) -> None:
    for name, field in form.model_fields.items():
        assert not INVITES_PERSONAL_DATA.search(f"{name} {field.title}"), name
        types = set(get_args(field.annotation) or (field.annotation,))
        assert {each for each in types if not issubclass(each, StrEnum)} <= {str, type(None)}
    assert form.__doc__
