"""A real Prefect server, resident workers on it, and the words in which the tests speak to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectAlreadyExists

from flows.worker import ResidentWorker

T = TypeVar("T")

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_WORKER_QUERY_SECONDS": "600",  # only the event stream can be fast
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "5",
    "HANDSLAG_WORKER_STOP_SECONDS": "1",
    "HANDSLAG_WORKER_UPKEEP_SECONDS": "3600",  # what a test's runs are to do, nothing else does before them
}
"""The environment of servers and workers in tests: they tell nobody anything, do not poll, and write little."""


def wait_until(look: Callable[[], T], what: str, seconds: float = 20) -> T:
    """Look until the answer is truthy and give it. The only place in these tests that sleeps."""
    give_up_at = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < give_up_at, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return seen


@dataclass
class Server:
    """A Prefect server of its own, on SQLite. It can be killed and started again on the same port and database."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of processes that work with this server."""
        own = {"PREFECT_HOME": str(self.folder), "PREFECT_API_URL": self.url}
        own["HANDSLAG_TEST_MARKS"] = str(self.folder / "marks")
        own["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        return {**os.environ, **QUIET, **own}

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "flows.resident.server", "--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        wait_until(self.is_ready, "the Prefect server answers", seconds=120)

    def is_ready(self) -> bool:
        """Say whether it answers."""
        try:
            return httpx.get(f"{self.url}/health", timeout=2).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Kill it at once, as a power failure would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def marks(self, *words: str) -> list[list[str]]:
        """The lines that flows wrote so far and that begin, after the process, with these words."""
        path = self.folder / "marks"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.split() for line in lines if line.split()[1 : len(words) + 1] == list(words)]


@dataclass
class Worker:
    """A resident worker in a process of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def told(self, line: str) -> bool:
        """Say whether the line stands in its log."""
        return line in self.log.read_text()

    def end(self, how: signal.Signals) -> int:
        """Send the signal, wait for the process to end and give its exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=20)


@dataclass
class Pools:
    """Pools, deployments and runs, through the API of the server."""

    client: SyncPrefectClient
    url: str
    deployed: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def create(self, pool: str) -> None:
        """Make the pool, if there is none."""
        template = ResidentWorker.get_default_base_job_template()
        try:
            self.client.create_work_pool(
                WorkPoolCreate(name=pool, type=ResidentWorker.type, base_job_template=template)
            )
        except ObjectAlreadyExists:
            return

    def deployment(self, flow_name: str, pool: str) -> UUID:
        """Deploy a sample flow to the pool, once."""
        if (flow_name, pool) not in self.deployed:
            self.create(pool)
            flow_id = self.client.create_flow_from_name(flow_name)
            entrypoint = f"sample_flows.{flow_name}"
            self.deployed[flow_name, pool] = self.client.create_deployment(
                flow_id, pool, entrypoint=entrypoint, work_pool_name=pool
            )
        return self.deployed[flow_name, pool]

    def run(self, flow_name: str, pool: str, **parameters: Any) -> UUID:
        """Start a run, as a person or the command line does."""
        deployment = self.deployment(flow_name, pool)
        wanted = {"parameters": parameters, "idempotency_key": str(uuid4())}
        return UUID(self.ask(f"/deployments/{deployment}/create_flow_run", wanted)["id"])

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Post to the server. A busy server (503) is asked again at once, not after two seconds."""

        def answer() -> list[httpx.Response]:
            response = httpx.post(f"{self.url}{path}", json=body, timeout=60)
            return [] if response.status_code == httpx.codes.SERVICE_UNAVAILABLE else [response]

        return wait_until(answer, f"an answer to {path}")[0]

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post to the server and give its answer."""
        return dict(self.post(path, body).json())

    def rows(self, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Post to the server and give the rows of its answer."""
        return list(self.post(path, body).json())

    def get(self, path: str) -> Any:
        """Get from the server; None for what it does not have."""
        response = httpx.get(f"{self.url}{path}", timeout=60)
        return response.json() if response.is_success else None

    def has_input(self, run: UUID, key: str) -> bool:
        """Say whether something lies in the run's inputs under this key."""
        return self.get(f"/flow_runs/{run}/input/{key}") is not None

    def read_input(self, run: UUID, key: str) -> Any:
        """What lies in the run's inputs under this key."""
        return self.get(f"/flow_runs/{run}/input/{key}")

    def state(self, run: UUID) -> str:
        """The name of the run's state."""
        return self.read(run).state_name or ""

    def read(self, run: UUID) -> FlowRun:
        """The run as the server knows it."""
        return self.client.read_flow_run(run)
