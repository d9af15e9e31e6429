"""Flow runs of handovers: start, resume, look at, give up.

Every call may fail: then `Failed` is raised, nothing of ours has changed, and `watch` makes it good later.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from flows.api import PrefectApi
from flows.people import WAKE
from pathways.care.episodes import Episode
from pathways.errors import Failed
from pathways.settings import Settings

HANDOVER = "handover/handover"
"""Flow and deployment name of the flow that carries one handover."""

WATCH = "watch/watch"
"""Flow and deployment name of the flow that acts on clocks."""

AT_ONCE = 200
"""How many runs are looked at in one request, at most."""

UNATTENDED = "unattended"
"""The tag of a run that no person asked for: a worker skips it where a later one is due."""

_FIRST = "first"


class Run(BaseModel):
    """A flow run as the server knows it. `state_type` is Prefect's: SCHEDULED, PENDING, RUNNING, PAUSED, …"""

    id: str
    state_type: str | None
    state_timestamp: datetime | None = None
    next_scheduled_start_time: datetime | None = None
    form_key: str | None = None
    """Under what the form lies that it waits for, if it waits for one."""

    handover: str | None = None

    @property
    def is_suspended(self) -> bool:
        """Whether it waits for a person."""
        return self.state_type == "PAUSED"

    @property
    def has_ended(self) -> bool:
        """Whether it will do nothing more."""
        return self.state_type in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    def is_stuck(self, now: datetime, after: timedelta) -> bool:
        """Whether it is as it is for longer than that, or, where the clock was set back, is said to be so later on.

        One that waits for a worker, to begin or to try again, counts from when it is due.
        """
        since = self.next_scheduled_start_time if self.state_type == "SCHEDULED" else self.state_timestamp
        return since is not None and abs(now - since) > after


class Runs:
    """The few things that Handslag asks of the server about flow runs."""

    def __init__(self, settings: Settings, *, patience_seconds: float) -> None:
        self._api = PrefectApi(settings, patience_seconds=patience_seconds)
        self._work_pool = settings.work_pool

    def start(self, episode: Episode, handover: str, *, instead_of: str | None) -> str:
        """Start the run of a handover; gives its id. Asking again gives the same run. `instead_of` is a dead run."""
        body = {
            "parameters": {"reference": handover},
            "name": run_name(episode, handover),
            "tags": run_tags(episode, handover),
            "idempotency_key": f"{handover}/{instead_of or _FIRST}",
            "state": {"type": "SCHEDULED"},
        }
        return self._create(HANDOVER, body)

    def watch_at(self, at: datetime) -> None:
        """Let `watch` run once more, at that instant. Asking again for the same instant changes nothing."""
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": at.isoformat()}}
        self._create(WATCH, {"state": state, "idempotency_key": f"watch/{at.isoformat()}", "tags": [UNATTENDED]})

    def resume(self, run: str) -> bool:
        """Resume a suspended run without an answer. False if it is not suspended, or no longer known."""
        for given in (dict(WAKE), {}):  # a form from before names were asked for, or one that is closed, takes nothing
            answer = self._api.ask("POST", f"/flow_runs/{run}/resume", {"run_input": given})
            if answer is None or answer["status"] != "REJECT":
                return answer is not None and answer["status"] == "ACCEPT"
        return False

    def look_at(self, runs: Iterable[str]) -> Mapping[str, Run]:
        """The runs that the server knows of these."""
        ids = list(runs)
        if not ids:
            return {}
        found = self._api.ask("POST", "/flow_runs/filter", {"flow_runs": {"id": {"any_": ids}}, "limit": AT_ONCE})
        return {row["id"]: _run(row) for row in found or ()}

    def in_state(
        self, deployments: Collection[str], state_type: str, *, due_before: datetime, offset: int = 0
    ) -> Sequence[Run]:
        """Runs of some deployments in our work pool that are in a state, the oldest first, at most `AT_ONCE`.

        Of those that are yet to begin, only those that were due by then.
        """
        wanted: dict[str, Any] = {"state": {"type": {"any_": [state_type]}}}
        if state_type == "SCHEDULED":
            wanted["next_scheduled_start_time"] = {"before_": due_before.isoformat()}
        body = {
            "flow_runs": wanted,
            "deployments": {"name": {"any_": list(deployments)}},
            "work_pools": {"name": {"any_": [self._work_pool]}},
            "sort": "EXPECTED_START_TIME_ASC",
            "limit": AT_ONCE,
            "offset": offset,
        }
        return [_run(row) for row in self._api.ask("POST", "/flow_runs/filter", body) or ()]

    def lacks_its_form(self, run: Run) -> bool:
        """Whether a suspended run waits for a form that is not there: the server then refuses every answer."""
        if not run.is_suspended or run.form_key is None:
            return False
        return self._api.ask("GET", f"/flow_runs/{run.id}/input/{run.form_key}") is None

    def give_up(self, run: str, told: str = "It neither worked nor waited: another run carries on.") -> None:
        """Say that a run is dead, and why, so that nothing resumes it."""
        state = {"type": "CRASHED", "message": told}
        self._api.ask("POST", f"/flow_runs/{run}/set_state", {"state": state, "force": True})

    def _create(self, deployment: str, body: dict[str, Any]) -> str:
        found = self._api.ask("GET", f"/deployments/name/{deployment}")
        made = found and self._api.ask("POST", f"/deployments/{found['id']}/create_flow_run", body)
        if not made:
            raise Failed(f"The Prefect server has no deployment {deployment}.", "Run: handslag start.")
        return str(made["id"])


def is_first(idempotency_key: str | None, handover: str) -> bool:
    """Whether the run with this key is the handover's first, and took no dead run's place."""
    return idempotency_key == f"{handover}/{_FIRST}"


def run_name(episode: Episode, handover: str) -> str:
    """The name that people see: `H7K2-QM4T home → short-term`."""
    plan = episode.handovers[handover].plan
    return f"{handover} {plan.from_level} → {plan.to_level}"


def run_tags(episode: Episode, handover: str) -> list[str]:
    """What the run can be found by in the Prefect UI, as in `/runs?tag=H7K2-QM4T`: references and codes only."""
    found = episode.handovers[handover]
    return [
        episode.reference,
        handover,
        f"pathway:{episode.pathway}",
        f"level:{found.plan.to_level}",
        f"state:{found.status}",
    ]


def _run(row: Mapping[str, Any]) -> Run:
    state = row.get("state") or {}
    return Run(
        id=row["id"],
        state_type=row.get("state_type"),
        state_timestamp=state.get("timestamp"),
        next_scheduled_start_time=row.get("next_scheduled_start_time"),
        form_key=((state.get("state_details") or {}).get("run_input_keyset") or {}).get("schema"),
        handover=(row.get("parameters") or {}).get("reference"),
    )
