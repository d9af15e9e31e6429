"""How long a nurse waits: from asking to the notice at the other team, and from the answer to the notice back.

Measured in one run: the deployed flows on our resident worker and on a stock `process` worker, both through the
Prefect API; and the direct operation beside the shortest hand-written service. E-mail goes over SMTP on loopback.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench import handwritten
from bench.measuring import Row, report
from flows.api import PrefectApi
from handslag.inbox import Inbox, Letter
from handslag.playground import Playground
from handslag.printing import say
from handslag.processes import free_port, python
from handslag.stories.telling import whole_summary
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import WantedHandover, WriteSummary
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.settings import Settings

PATHWAY, NETWORK = "jonkoping-palliative", "jonkoping-demo"
SENDER, RECEIVER = "municipal-palliative-team", "ssih-jonkoping"
MOVE, URGENCY, REASON = "home-to-home-specialised", "planned", "worsening"
_PATIENCE_SECONDS = 120.0
_STOCK_POOL = "stock"


class Arrivals:
    """When each letter arrived, on the monotonic clock."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], float] = {}
        self._changed = threading.Condition()

    def note(self, letter: Letter) -> None:
        """Note a letter. Called by the inbox."""
        with self._changed:
            self._times.setdefault((letter.recipients[0], letter.subject), time.monotonic())
            self._changed.notify_all()

    def when(self, recipient: str, words: str) -> float:
        """When the letter with these words came, waiting for it. Raises TimeoutError."""
        return self._wait_for(recipient, lambda subject: words in subject)[0]

    def subjects(self) -> frozenset[str]:
        """The subjects of all letters so far."""
        with self._changed:
            return frozenset(subject for _recipient, subject in self._times)

    def next_one(self, recipient: str, known: frozenset[str]) -> tuple[float, str]:
        """When the first letter with an unknown subject came, waiting for it, and its subject. Raises TimeoutError."""
        return self._wait_for(recipient, lambda subject: subject not in known)

    def _wait_for(self, recipient: str, is_wanted: Callable[[str], bool]) -> tuple[float, str]:
        def found() -> tuple[float, str] | None:
            letters = ((at, subject) for (to, subject), at in self._times.items() if recipient in to)
            return next((letter for letter in letters if is_wanted(letter[1])), None)

        with self._changed:
            if letter := self._changed.wait_for(found, _PATIENCE_SECONDS):
                return letter
        raise TimeoutError(f"no such letter came to {recipient}")


class Bench:
    """A Handslag with its Prefect server, set up for measuring."""

    def __init__(self, settings: Settings, arrivals: Arrivals, service: Operations) -> None:
        self.settings = settings
        self.service = service
        self._arrivals = arrivals
        self._prefect = PrefectApi(settings)

    def begin(self) -> str:
        """A fresh episode at home."""
        actor = Actor(kind=ActorKind.PERSON, team=SENDER, via="bench")
        episode = self.service.begin_episode(Begin(PATHWAY, NETWORK, "home"), actor)[0].reference
        self.service.perform(episode, WriteSummary(actor=actor, summary=whole_summary("as before")))
        return episode

    def direct(self) -> float:
        """One direct operation: from the call to the notice, in milliseconds."""
        episode = self.begin()
        actor = Actor(kind=ActorKind.PERSON, team=SENDER, via="bench")
        began = time.monotonic()
        handover = self.service.plan_handover(episode, actor, WantedHandover(move=MOVE, urgency=URGENCY, reason=REASON))
        return (self._arrivals.when("ssih-first", handover) - began) * 1000

    def through_prefect(self) -> tuple[float, float]:
        """One handover through Prefect: trigger to notice, and answer to notice, in milliseconds."""
        episode = self.begin()
        deployment = self._prefect.ask("GET", "/deployments/name/request-handover/request-handover")["id"]
        wanted = {"episode": episode, "team": SENDER, "move": MOVE, "urgency": URGENCY, "reason": REASON}
        body = {
            "parameters": {"request": wanted},
            "state": {"type": "SCHEDULED"},
            "idempotency_key": uuid4().hex,
        }
        known = self._arrivals.subjects()
        began = time.monotonic()
        self._prefect.ask("POST", f"/deployments/{deployment}/create_flow_run", body)
        came, subject = self._arrivals.next_one("ssih-first", known)
        asked, handover = came - began, subject.split()[-1]
        run = self._wait(lambda: self._suspended(handover))
        answer = next(c for c in run["schema"]["properties"]["answer"]["enum"] if f"{RECEIVER}: accept" in c)
        began = time.monotonic()
        self._prefect.ask(
            "POST", f"/flow_runs/{run['id']}/resume", {"run_input": {"answer": answer, "answered_by": "Alva"}}
        )
        answered = self._arrivals.when("municipal-team-first", handover) - began
        return asked * 1000, answered * 1000

    def move_to_stock_pool(self) -> None:
        """Let a stock `process` worker run the same deployments."""
        self._prefect.ask("POST", "/work_pools/", {"name": _STOCK_POOL, "type": "process"})
        for name in ("request-handover", "handover"):
            deployment = self._prefect.ask("GET", f"/deployments/name/{name}/{name}")["id"]
            self._prefect.ask("PATCH", f"/deployments/{deployment}", {"work_pool_name": _STOCK_POOL})

    def _suspended(self, handover: str) -> dict[str, Any] | None:
        wanted = {"flow_runs": {"tags": {"all_": [handover]}, "state": {"type": {"any_": ["PAUSED"]}}}, "limit": 1}
        runs = self._prefect.ask("POST", "/flow_runs/filter", wanted)
        if not runs:
            return None
        key = runs[0]["state"]["state_details"]["run_input_keyset"]["schema"]
        schema = self._prefect.ask("GET", f"/flow_runs/{runs[0]['id']}/input/{key}")
        return {"id": runs[0]["id"], "schema": schema} if schema else None

    def _wait(self, look: Callable[[], Any]) -> Any:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            if seen := look():
                return seen
            time.sleep(0.02)
        raise TimeoutError("waited in vain")


def measure(samples: int, stock_samples: int) -> None:
    """Measure everything, print it and write it down."""
    arrivals = Arrivals()
    with (
        tempfile.TemporaryDirectory() as name,
        Inbox(arrivals.note) as inbox,
        Playground(Path(name), inbox, free_port()) as playground,
    ):
        playground.prepare()
        unwoken = Operations.opened(playground.settings, playground.service.engine)
        bench = Bench(playground.settings, arrivals, unwoken)
        rows = {
            "hand-written: request → notice": _handwritten(Path(name), inbox, arrivals, samples * 5),
            "direct operation: request → notice": [bench.direct() for _ in range(samples * 5)],
        }
        say("Starting the Prefect server …")
        playground.start()
        rows |= _pairs("resident worker", bench, samples)
        playground.processes.kill("worker")
        bench.move_to_stock_pool()
        command = python("-m", "prefect", "worker", "start", "--type", "process", "--pool", _STOCK_POOL)
        playground.processes.start("stock", command, playground.environment)
        rows |= _pairs("stock worker", bench, stock_samples)
    _tell(rows)


def _pairs(name: str, bench: Bench, samples: int) -> Mapping[str, list[float]]:
    say(f"Measuring the {name}: {samples} handovers …")
    bench.through_prefect()  # the first one pays for what is loaded once
    pairs = [bench.through_prefect() for _ in range(samples)]
    asked, answered = (statistics.median(times) for times in zip(*pairs, strict=True))
    say(f"  median {asked:.0f} ms to ask, {answered:.0f} ms to answer")
    return {f"{name}: trigger → notice": [a for a, _ in pairs], f"{name}: answer → notice": [b for _, b in pairs]}


def _handwritten(folder: Path, inbox: Inbox, arrivals: Arrivals, samples: int) -> list[float]:
    engine = handwritten.opened(folder / "handwritten.db")
    times = []
    for number in range(samples):
        began = time.monotonic()
        handwritten.request(engine, inbox.port, f"W{number:05}")
        times.append((arrivals.when("team@", f"W{number:05}") - began) * 1000)
    return times


def _tell(times: Mapping[str, list[float]]) -> None:
    rows = {name: Row.of(name, measured) for name, measured in times.items()}
    median = {name: row.median for name, row in rows.items()}
    ratios = {
        "stock worker / resident worker, trigger → notice": median["stock worker: trigger → notice"]
        / median["resident worker: trigger → notice"],
        "stock worker / resident worker, answer → notice": median["stock worker: answer → notice"]
        / median["resident worker: answer → notice"],
        "direct operation / hand-written": median["direct operation: request → notice"]
        / median["hand-written: request → notice"],
    }
    report("latency", list(rows.values()), ratios)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20, help="handovers on the resident worker")
    parser.add_argument("--stock-samples", type=int, default=5, help="handovers on the stock worker")
    given = parser.parse_args()
    measure(given.samples, given.stock_samples)
