"""One real Prefect server for all flow tests, a worker that they share, and one installation of Handslag on it."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from installations import POOL, Installation, installed
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_on_test import Pools, Server, Worker, wait_until

from flows.worker import ResidentWorker


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(tmp_path_factory.mktemp("prefect"), port)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def pools(server: Server) -> Iterator[Pools]:
    with temporary_settings({PREFECT_API_URL: server.url}), get_client(sync_client=True) as client:
        yield Pools(client, server.url)


@pytest.fixture(scope="session")
def start_worker(server: Server) -> Iterator[Callable[..., Worker]]:
    """A function that starts a worker on a pool and waits until it hears. All are killed at the end."""
    started: list[Worker] = []

    def start(pool: str, *options: str, **environment: str) -> Worker:
        log = server.folder / f"worker-{len(started)}.log"
        command = [sys.executable, "-m", "prefect", "worker", "start", "--type", ResidentWorker.type, "--pool", pool]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, *options], env={**server.environment, **environment}, stdout=output, stderr=output
            )
        worker = Worker(process, log)
        started.append(worker)
        wait_until(lambda: worker.told("started!"), f"{log.name} tells that it has started", seconds=60)
        return worker

    yield start
    for worker in started:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()


@pytest.fixture(scope="session")
def worker(start_worker: Callable[..., Worker]) -> Worker:
    """The resident worker that most tests share, on the pool `shared`, with room for two runs at once."""
    return start_worker("shared", "--limit", "2")


@pytest.fixture(scope="session")
def handslag(
    tmp_path_factory: pytest.TempPathFactory, pools: Pools, start_worker: Callable[..., Worker]
) -> Iterator[Installation]:
    """A Handslag with all flows deployed and a worker of its own; nothing runs on a schedule."""
    with installed(tmp_path_factory.mktemp("handslag"), pools) as found:
        found.worker_log = start_worker(POOL, **found.environment).log
        yield found
