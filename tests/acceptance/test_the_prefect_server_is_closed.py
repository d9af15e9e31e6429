"""`handslag start` as an adopter runs it: Prefect answers nobody without the secret, and knows no key of Handslag."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from acceptance.programs import environment, handslag, processes_of, wait_until
from handslag.processes import free_port
from pathways.settings import new_keys

pytestmark = pytest.mark.acceptance
_STRANGER = "https://elsewhere.example"


@contextmanager
def _started(folder: Path, given: dict[str, str]) -> Iterator[Path]:
    output = folder / "output.txt"
    with output.open("wb") as opened:
        process = subprocess.Popen(
            [sys.executable, "-m", "handslag.cli", "start"],
            env=environment(folder, given),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=opened,
            stderr=subprocess.STDOUT,
        )
    try:
        yield output
    finally:
        process.terminate()
        process.wait(60)
        for left in processes_of(folder):
            left.kill()


def _server_of(folder: Path) -> psutil.Process:
    (found,) = [each for each in processes_of(folder) if "flows.resident.server" in each.cmdline()]
    return found


def test_prefect_answers_nobody_without_the_secret_that_is_made_and_every_part_of_handslag_uses_it(
    tmp_path: Path,
) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    given = {**new_keys(), "HANDSLAG_PREFECT_API_URL": f"{address}/api", "HANDSLAG_DESK_PORT": str(free_port())}
    with _started(tmp_path, given) as output:
        wait_until(lambda: "Handslag runs" in output.read_text(encoding="utf-8"), "it runs", 240)
        kept = tmp_path / "prefect.env"
        assert kept.stat().st_mode & 0o077 == 0
        secret = re.fullmatch(r"PREFECT_API_AUTH_STRING=(handslag:\S{43})\n", kept.read_text(encoding="ascii"))
        assert secret
        assert secret[1] not in output.read_text(encoding="utf-8")
        for path in ("/api/flow_runs/filter", "/api/deployments/filter", "/api/logs/filter"):
            assert httpx.post(f"{address}{path}", json={}).status_code == 401
        user, _, password = secret[1].partition(":")
        assert httpx.post(f"{address}/api/deployments/filter", json={}, auth=(user, password)).json()
        asked = {"Origin": _STRANGER, "Access-Control-Request-Method": "POST"}
        for answer in (
            httpx.options(f"{address}/api/flow_runs/filter", headers=asked),
            httpx.get(f"{address}/api/health", headers={"Origin": _STRANGER}),
        ):
            assert answer.headers.get("access-control-allow-origin") not in ("*", _STRANGER)
        told = _server_of(tmp_path).environ()
        assert [name for name in told if name.startswith("HANDSLAG_")] == []
        assert not any(given[key] in value for key in new_keys() for value in told.values())
        known = httpx.Client(base_url=f"{address}/api", auth=(user, password), timeout=30)
        done = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
        wait_until(lambda: known.post("/flow_runs/filter", json=done).json(), "the worker has run a flow", 180)
        told_by_doctor = handslag(tmp_path, "doctor", "--json", given=given, seconds=240).stdout
        found = {each["what"]: each["is_well"] for each in json.loads(told_by_doctor)}
        assert [found[what] for what in ("Prefect server", "deployments", "worker", "watch")] == [True] * 4
