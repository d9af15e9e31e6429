"""Dead runs: whatever a worker or a server left behind is ended by rule, and what works, waits or is needed is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flow_worlds import SENDER, definitions, person
from prefect_fakes import FakePrefect, running
from pydantic import SecretStr

from flows.dead_runs import RULES, DeadRuns
from flows.deploying import declared_deployments
from pathways.care.commands import ChangeHandover, WantedHandover
from pathways.care.states import Action
from pathways.notices.sending import AppriseSender
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.database import open_engine
from pathways.store.schema import upgrade
from pathways.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
STUCK = timedelta(seconds=90)
SCHEDULED = ("watch", "deliver", "meetings", "refresh-cover")
BY_HAND = ("begin-episode", "request-handover", "end-episode", "make-list")


class World:
    """A database with one requested handover, and what ends dead runs on a server of its own."""

    def __init__(self, folder: Path, prefect: FakePrefect, url: str) -> None:
        self.prefect = prefect
        settings = Settings(
            data_folder=folder,
            keys=SecretStr("b2Zyb21hZGVvbmx5Zm9ydGVzdHNhYmNkZWZnaGlqa2w="),
            hash_key=SecretStr("only-for-tests-0123456789-abcdefghijkl"),
            prefect_api_url=url,
        )
        self.engine = open_engine(settings.database_url)
        upgrade(self.engine)
        self.service = Operations(settings, self.engine, AppriseSender(1), clock=lambda: NOW)
        pathway, network = definitions()
        self.service.publishing.apply([pathway], [network])
        episode, _ = self.service.begin_episode(Begin(pathway.pathway, network.network, "home"), person(SENDER))
        wanted = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")
        self.handover = self.service.plan_handover(episode.reference, person(SENDER), wanted)
        self.dead_runs = DeadRuns(settings, self.engine, clock=lambda: NOW)

    def add(self, deployment: str, state: str, age: timedelta, **more: str) -> str:
        at = (NOW - age).isoformat()
        parameters = {"reference": self.handover} if deployment == "handover" else None
        due = at if state == "SCHEDULED" else None
        return self.prefect.add(state, at, due, deployment=deployment, parameters=parameters, **more)

    def carried_by(self, run: str) -> None:
        with UnitOfWork(self.engine) as work:
            work.runs.started(self.handover, run, NOW)
            work.runs.seen(self.handover, 10_000)
            work.commit()

    def state(self, run: str) -> str:
        return str(self.prefect.runs[run]["state_type"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    prefect = FakePrefect()
    with running(prefect) as url:
        yield World(tmp_path, prefect, url)


def test_every_deployment_has_one_rule() -> None:
    ruled = [name for rule in RULES for name in rule.deployments]
    assert sorted(ruled) == sorted(each["name"] for each in declared_deployments())


@pytest.mark.parametrize("deployment", [*SCHEDULED, *BY_HAND])
@pytest.mark.parametrize(("state", "units"), [("PENDING", 1), ("RUNNING", 7), ("CANCELLING", 1)])
def test_what_was_taken_and_neither_works_nor_waits_is_ended(
    deployment: str, state: str, units: int, world: World
) -> None:
    fresh = world.add(deployment, state, units * STUCK - timedelta(seconds=1))
    dead = world.add(deployment, state, units * STUCK + timedelta(seconds=1))
    later = world.add(deployment, state, -units * STUCK - timedelta(seconds=1))
    assert world.dead_runs.end() == 2
    assert [world.state(run) for run in (fresh, dead, later)] == [state, "CRASHED", "CRASHED"]
    assert world.dead_runs.end() == 0


def test_what_waits_for_a_worker_too_long_is_ended_where_a_schedule_plans_the_next(world: World) -> None:
    long = 8 * STUCK
    by_itself = {world.add(name, "SCHEDULED", long) for name in SCHEDULED}
    fresh = {world.add(name, "SCHEDULED", 6 * STUCK) for name in SCHEDULED}
    planned = {world.add(name, "SCHEDULED", -long) for name in SCHEDULED}
    asked_for = {world.add(name, "SCHEDULED", long) for name in (*BY_HAND, "handover")}
    assert world.dead_runs.end() == len(SCHEDULED)
    assert {world.state(run) for run in by_itself} == {"CRASHED"}
    assert {world.state(run) for run in fresh | planned | asked_for} == {"SCHEDULED"}


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "PAUSED", "CANCELLING"])
def test_a_run_that_carries_its_open_handover_is_left_and_one_that_another_replaced_is_ended(
    state: str, world: World
) -> None:
    former, fresh, carries = (world.add("handover", state, age) for age in (2 * STUCK, STUCK / 2, 2 * STUCK))
    world.carried_by(carries)
    assert world.dead_runs.end() == 1
    assert [world.state(run) for run in (former, fresh, carries)] == ["CRASHED", state, state]


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "PAUSED", "CANCELLING"])
def test_the_run_of_a_handover_that_is_closed_is_ended_once_it_has_seen_that(state: str, world: World) -> None:
    world.carried_by(run := world.add("handover", state, 2 * STUCK))
    cancel = ChangeHandover(actor=person(SENDER), handover=world.handover, action=Action.CANCEL, reason="no need")
    world.service.perform(world.handover, cancel)
    with UnitOfWork(world.engine) as work:
        work.runs.started(world.handover, run, NOW)
        work.commit()
    assert world.dead_runs.end() == 0
    world.carried_by(run)
    assert world.dead_runs.end() == 1
    assert world.state(run) == "CRASHED"


def test_behind_many_runs_that_wait_for_people_a_needless_one_is_found_the_next_time(world: World) -> None:
    carries = world.add("handover", "PAUSED", 2 * STUCK)
    world.carried_by(carries)
    for _ in range(199):
        world.prefect.runs[world.add("handover", "PAUSED", STUCK / 2)]["parameters"] = {}
    needless = world.add("handover", "PAUSED", 2 * STUCK)
    assert world.dead_runs.end() == 0
    assert world.dead_runs.end() == 1
    assert (world.state(needless), world.state(carries)) == ("CRASHED", "PAUSED")
