"""The resident worker against a real Prefect server: it hears at once, outlives what its runs do, and ends in order."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelling
from prefect_on_test import Pools, Server, Worker, wait_until

from flows.resident.turns import ONE_AT_A_TIME
from flows.runs import UNATTENDED

pytestmark = pytest.mark.flows

StartWorker = Callable[..., Worker]


def test_the_pool_shows_a_form_with_nothing_but_what_the_worker_heeds(pools: Pools, worker: Worker) -> None:
    template = pools.client.read_work_pool("shared").base_job_template
    assert template["job_configuration"] == {"time_limit_seconds": "{{ time_limit_seconds }}"}
    assert list(template["variables"]["properties"]) == ["time_limit_seconds"]
    assert template["variables"]["properties"]["time_limit_seconds"]["title"] == "Time limit (seconds)"


def test_a_run_is_picked_up_from_the_event_stream_without_polling(server: Server, pools: Pools, worker: Worker) -> None:
    pools.run("hello", "shared", tag="warm")
    wait_until(lambda: server.marks("hello", "warm"), "the first run begins")
    begun_at = time.monotonic()
    pools.run("hello", "shared", tag="quick")
    wait_until(lambda: server.marks("hello", "quick"), "the run begins")
    assert time.monotonic() - begun_at < 5  # polling would take ten minutes; benchmarks say how quick it is


def test_a_suspended_run_goes_on_with_its_answer_in_the_same_process(
    server: Server, pools: Pools, worker: Worker
) -> None:
    run = pools.run("asks", "shared", tag="form")
    wait_until(lambda: pools.state(run) == "Suspended", "the run waits")
    wait_until(lambda: _resume(pools, run, {"answer": "yes"}), "the answer is taken")
    wait_until(lambda: pools.state(run) == "Completed", "the run ends")
    first, second = server.marks("asks", "form")
    assert [first[-1], second[-1]] == ["nothing", "yes"]
    assert first[0] == second[0] == str(worker.process.pid)


@pytest.mark.parametrize(
    ("flow_name", "state"), [("breaks", "Failed"), ("exits", "Crashed"), ("is_not_there", "Crashed")]
)
def test_a_run_that_breaks_ends_alone(flow_name: str, state: str, server: Server, pools: Pools, worker: Worker) -> None:
    broken = pools.run(flow_name, "shared", tag=flow_name)
    wait_until(lambda: pools.state(broken) == state, f"{flow_name} ends as {state}")
    pools.run("hello", "shared", tag=f"after-{flow_name}")
    begun = wait_until(lambda: server.marks("hello", f"after-{flow_name}"), "the next run begins")
    assert begun[0][0] == str(worker.process.pid)


def test_a_run_that_a_person_cancels_is_cancelled_and_was_never_crashed(
    server: Server, pools: Pools, worker: Worker
) -> None:
    run = pools.run("never_ends", "shared", tag="cancel")
    wait_until(lambda: server.marks("never_ends", "cancel"), "the run begins")
    pools.client.set_flow_run_state(run, Cancelling())
    wait_until(lambda: pools.state(run) == "Cancelled", "the run is cancelled")
    states = [state.name for state in pools.client.read_flow_run_states(run)]
    assert "Crashed" not in states


def test_no_more_runs_at_once_than_the_limit(server: Server, pools: Pools, worker: Worker, tmp_path: Path) -> None:
    pipes = [tmp_path / f"pipe-{number}" for number in range(3)]
    for pipe in pipes:
        os.mkfifo(pipe)
    for pipe in pipes:
        pools.run("waits", "shared", tag=pipe.name, pipe=str(pipe))
    wait_until(lambda: len(server.marks("waits")) == 2, "two runs begin")
    started = {mark[2] for mark in server.marks("waits")}
    for pipe in pipes:
        if pipe.name in started:
            pipe.write_text("")
    last = wait_until(lambda: server.marks("waits")[2:], "the third begins when there is room")
    (tmp_path / last[0][2]).write_text("")


def test_of_runs_that_work_one_at_a_time_the_latest_waits_and_those_between_are_skipped(
    server: Server, pools: Pools, worker: Worker, tmp_path: Path
) -> None:
    deployment = pools.deployment("waits", "shared")

    def run(tag: str) -> UUID:
        os.mkfifo(pipe := tmp_path / tag)
        wanted = {"parameters": {"tag": tag, "pipe": str(pipe)}, "tags": [ONE_AT_A_TIME, UNATTENDED]}
        return UUID(pools.ask(f"/deployments/{deployment}/create_flow_run", wanted)["id"])

    run("alone-0")
    wait_until(lambda: server.marks("waits", "alone-0"), "the first begins")
    later = []
    for number in range(1, 4):
        later.append(run(f"alone-{number}"))
        wait_until(lambda: {pools.state(each) for each in later[:-1]} <= {"Skipped"}, "those before are skipped")
    assert pools.state(later[-1]) == "Scheduled"
    (tmp_path / "alone-0").write_text("")
    wait_until(lambda: server.marks("waits", "alone-3"), "the last begins when the first has ended")
    (tmp_path / "alone-3").write_text("")
    wait_until(lambda: pools.state(later[-1]) == "Completed", "the last ends")
    assert [server.marks("waits", f"alone-{number}") for number in (1, 2)] == [[], []]


def test_a_server_that_is_killed_and_comes_back_is_waited_for(
    server: Server, pools: Pools, worker: Worker, tmp_path: Path
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe-away")
    run = pools.run("waits", "shared", tag="away", pipe=str(pipe))
    wait_until(lambda: server.marks("waits", "away"), "the run begins")
    server.kill()
    pipe.write_text("")
    server.start()
    wait_until(lambda: pools.state(run) == "Completed", "the run that was in progress ends", seconds=60)
    pools.run("hello", "shared", tag="back")
    wait_until(lambda: server.marks("hello", "back"), "the next run begins")
    assert worker.process.poll() is None


def test_two_workers_on_one_pool_run_each_run_once(
    server: Server, pools: Pools, worker: Worker, start_worker: StartWorker
) -> None:
    other = start_worker("shared", "--limit", "2")
    tags = [f"once-{number}" for number in range(12)]
    runs = [pools.run("hello", "shared", tag=tag) for tag in tags]
    wait_until(lambda: all(pools.state(run) == "Completed" for run in runs), "all runs end", seconds=40)
    assert [len(server.marks("hello", tag)) for tag in tags] == [1] * len(tags)
    assert other.end(signal.SIGTERM) == 0


def test_told_to_stop_it_reports_what_did_not_end_and_exits_with_0(
    server: Server, pools: Pools, start_worker: StartWorker
) -> None:
    stopping = start_worker("stopping")
    run = pools.run("never_ends", "stopping", tag="stop")
    wait_until(lambda: server.marks("never_ends", "stop"), "the run begins")
    assert stopping.end(signal.SIGTERM) == 0
    told = pools.read(run).state
    assert told is not None
    assert told.is_crashed()
    assert "Start it again" in (told.message or "")


def test_after_a_kill_the_run_can_be_found_as_still_running(
    server: Server, pools: Pools, start_worker: StartWorker
) -> None:
    killed = start_worker("killed")
    run = pools.run("never_ends", "killed", tag="kill")
    wait_until(lambda: server.marks("never_ends", "kill"), "the run begins")
    killed.end(signal.SIGKILL)
    going_on = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING])
    found = pools.client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=going_on)), sort=FlowRunSort.ID_DESC, limit=50
    )
    assert run in [each.id for each in found]


def _resume(pools: Pools, run: UUID, answer: dict[str, str]) -> bool:
    """Answer the form. It is refused for some milliseconds after Suspended, until Prefect has written the form."""
    return bool(pools.ask(f"/flow_runs/{run}/resume", {"run_input": answer})["status"] == "ACCEPT")
