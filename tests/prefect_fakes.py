"""A small server that answers like Prefect's where Handslag asks about flow runs. It keeps what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

DEPLOYMENTS = ("handover/handover", "watch/watch")


class FakePrefect:
    """Runs, as a dictionary that the test may change, and the deployments that there are."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.inputs: set[tuple[str, str]] = set()
        self.created: list[dict[str, Any]] = []
        self.deployments = set(DEPLOYMENTS)
        self.busy_times = 0
        self.asked: list[str] = []

    def add(
        self,
        state_type: str,
        timestamp: str,
        scheduled: str | None = None,
        *,
        deployment: str = "handover",
        form: str | None = None,
        parameters: dict[str, str] | None = None,
    ) -> str:
        """A run in a state since a time. `form`: the key under which its form is said to lie; see `inputs`."""
        run = str(uuid4())
        details = {"run_input_keyset": {"schema": form}} if form else {}
        self.runs[run] = {
            "id": run,
            "state_type": state_type,
            "state": {"type": state_type, "timestamp": timestamp, "state_details": details},
            "parameters": parameters or {},
            "deployment": deployment,
            "next_scheduled_start_time": scheduled,
        }
        return run

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Status and body of the answer."""
        self.asked.append(f"{method} {path}")
        if self.busy_times > 0:
            self.busy_times -= 1
            return 503, {"detail": "busy"}
        what = path.removeprefix("/api").strip("/").split("/")
        match [method, *what]:
            case ["GET", "deployments", "name", flow, name]:
                known = f"{flow}/{name}" in self.deployments
                return (200, {"id": flow}) if known else (404, {})
            case ["POST", "deployments", _, "create_flow_run"]:
                return 201, self._create(body)
            case ["POST", "flow_runs", "filter"]:
                return 200, self._found(body)
            case ["GET", "flow_runs", run, "input", key]:
                return (200, {}) if (run, key) in self.inputs else (404, {})
            case ["POST", "flow_runs", run, _] if run not in self.runs:
                return 404, {}
            case ["POST", "flow_runs", run, "resume"]:
                return 200, self._resume(self.runs[run])
            case ["POST", "flow_runs", run, "set_state"]:
                self.runs[run]["state_type"] = body["state"]["type"]
                return 201, {"status": "ACCEPT"}
        return 500, {"detail": "nobody should ask this"}

    def _found(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = body["flow_runs"]
        if "id" in wanted:
            return [self.runs[run] for run in wanted["id"]["any_"] if run in self.runs]
        before = wanted.get("next_scheduled_start_time", {}).get("before_", "~")
        found = [
            run
            for run in self.runs.values()
            if run["state_type"] in wanted["state"]["type"]["any_"]
            and run["deployment"] in body["deployments"]["name"]["any_"]
            and (run["next_scheduled_start_time"] or "") < before
        ]
        return found[body["offset"] :][: body["limit"]]

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        self.created.append(body)
        run = self.keys.get(body["idempotency_key"]) or self.add("SCHEDULED", "2026-03-10T09:00:00Z")
        self.keys[body["idempotency_key"]] = run
        return self.runs[run]

    def _resume(self, run: dict[str, Any]) -> dict[str, Any]:
        if run["state_type"] != "PAUSED":
            return {"status": "ABORT", "details": {"reason": "Cannot resume a flow run that is not paused."}}
        run["state_type"] = "SCHEDULED"
        return {"status": "ACCEPT", "details": {}}


@contextmanager
def running(fake: FakePrefect) -> Iterator[str]:
    """Let it answer on loopback; gives the address of its API."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._reply(json.loads(self.rfile.read(length) or b"null"))

        def _reply(self, body: Any) -> None:
            status, answer = fake.answer(self.command, self.path, body)
            payload = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
