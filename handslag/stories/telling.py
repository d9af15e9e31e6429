"""What a story is told with: a coordinator's hands, in the Prefect UI's API and on the command line, and a narrator.

Every step says who does what, waits until what should follow has followed, and says how long it took. A step that
goes wrong is told, and the story counts it.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flows.api import PrefectApi
from handslag.inbox import Inbox
from handslag.printing import say
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, ConfirmReadiness, GiveReadBack, WriteSummary
from pathways.care.communication import ActionItem, IllnessSeverity, Summary
from pathways.care.episodes import Episode
from pathways.care.states import Action, MarkKind
from pathways.cover.demonstrations import with_every_desk_open
from pathways.errors import HandslagError
from pathways.operations.people import Patient
from pathways.operations.service import Operations

_PATIENCE_SECONDS = 60.0
_ANSWERS = "Nils i Prefect"
"""The name of whoever answers in the Prefect UI."""

_REFERENCE = re.compile(r"\b[EHM][2-9A-Z]{3}-[2-9A-Z]{4}\b")


class StoryError(Exception):
    """Something that should have followed did not. `str(error)` says what."""


@dataclass(frozen=True)
class Story:
    """A story of the demonstration, called as its pathway.

    `network`: the network that it runs in. `tell` gives the reference of the episode that it is about.
    `leave_one_waiting` makes a handover for the person who watches to answer, and gives its reference. `patients` are
    whom it is about, `staff` what those are called who act in it, and `typed` what they write: nothing of it may get
    out, and of the patients and what is typed nothing stands in clear in the database.
    """

    name: str
    network: str
    tell: Callable[["Teller"], str]
    leave_one_waiting: Callable[["Teller"], str] | None = None
    patients: tuple[Patient, ...] = ()
    staff: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()


class Teller:
    """Tells a story on a running Handslag, step by step."""

    def __init__(self, service: Operations, inbox: Inbox) -> None:
        self.service = service
        self._inbox = inbox
        self._prefect = PrefectApi(service.settings)
        self.faults = 0
        self._number = 0

    @contextmanager
    def step(self, who: str, what: str) -> Iterator[None]:
        """One step of the story. What goes wrong in it is told, and ends the story."""
        self._number += 1
        say(f"\n[bold cyan]{self._number:>2}[/] [bold]{who}[/] {what}")
        began = time.monotonic()
        try:
            yield
        except (StoryError, HandslagError, TimeoutError) as fault:
            self.faults += 1
            say(f"   [bold red]went wrong[/]: {fault}")
            raise
        say(f"   [green]done[/] after {time.monotonic() - began:.2f} s")

    def start_flow(self, flow: str, parameters: Mapping[str, Any]) -> str:
        """Start a flow as its button in the Prefect UI does; gives the sentence with which it ended."""
        deployment = self._prefect.ask("GET", f"/deployments/name/{flow}/{flow}")["id"]
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}, "idempotency_key": uuid4().hex}
        run = self._prefect.ask("POST", f"/deployments/{deployment}/create_flow_run", body)["id"]
        state = self.wait_until(f"the flow {flow} ends", lambda: self._ended(run))
        if state["type"] != "COMPLETED":
            raise StoryError(f"{flow} ended as {state['name']}: {state['message']}")
        return str(state["message"])

    def request(self, episode: str, team: str, move: str, urgency: str, reason: str, unit: str | None = None) -> str:
        """Request a handover as the button in the Prefect UI does; gives its reference."""
        wanted = {"episode": episode, "team": team, "move": move, "urgency": urgency, "reason": reason}
        request = wanted | ({"to_unit": unit} if unit else {})
        handover = reference_in(self.start_flow("request-handover", {"request": request}))
        say(f"   [dim]{handover} {move}, {urgency}[/]")
        return handover

    def answer_in_prefect(self, handover: str, words: str, reason: str | None = None) -> None:
        """Answer a suspended handover with the form of its flow run, as a person in the Prefect UI does.

        A form that has just been taken away, because something else happened, is opened again.
        """
        self.wait_until(f"Prefect takes “{words}” for {handover}", lambda: self._answered(handover, words, reason))

    def _answered(self, handover: str, words: str, reason: str | None) -> bool:
        run = self._suspended(handover)
        keys = run and run["state"]["state_details"]["run_input_keyset"]
        schema = keys and self._prefect.ask("GET", f"/flow_runs/{run['id']}/input/{keys['schema']}")
        choices = schema["properties"]["answer"]["enum"] if schema else ()
        choice = next((choice for choice in choices if words in choice), None)
        if choice is None:
            return False
        answer = {"answer": choice, "answered_by": _ANSWERS} | ({"reason": reason} if reason else {})
        taken = self._prefect.ask("POST", f"/flow_runs/{run['id']}/resume", {"run_input": answer})
        return bool(taken["status"] == "ACCEPT")

    def run_page(self, handover: str, ui: str) -> str:
        """The address of a suspended handover's run in the Prefect UI."""
        run = self.wait_until(f"{handover} is suspended", lambda: self._suspended(handover))
        return f"{ui}/runs/flow-run/{run['id']}"

    def act(self, team: str, handover: str, action: Action, reason: str | None = None, name: str | None = None) -> None:
        """Do something to a handover as the command line does."""
        command = ChangeHandover(actor=self.actor(team, name), handover=handover, action=action, reason=reason)
        self.service.perform(handover, command)

    def make_ready(self, handover: str) -> None:
        """Both sides say that everything is in place and how they know, and the read-back is given and confirmed."""
        found = self.episode(handover).handovers[handover]
        receiver, sender = self.actor(found.plan.to_team), self.actor(found.plan.from_team)
        for actor in (receiver, sender):
            command = ConfirmReadiness(actor=actor, handover=handover, evidence="checklist in the record")
            self.service.perform(handover, command)
        if found.mark(MarkKind.READ_BACK) is None and found.read_back_waiver is None:
            self.service.perform(handover, read_back(receiver, handover, "comfort first"))
            self.act(found.plan.from_team, handover, Action.CONFIRM_READ_BACK)

    def actor(self, team: str, name: str | None = None) -> Actor:
        """Somebody of a team, on the command line."""
        return Actor(kind=ActorKind.PERSON, team=team, name=name, via="command-line")

    def summarise(self, episode: str, team: str, situation: str = "more pain since Monday") -> None:
        """Write the episode's summary, complete for every urgency."""
        self.service.perform(episode, WriteSummary(actor=self.actor(team), summary=whole_summary(situation)))

    def episode(self, reference: str) -> Episode:
        """The episode as it is now."""
        return self.service.views.show(reference).episode

    def wait_for_status(self, handover: str, status: str) -> None:
        """Wait until a handover has come into a state."""
        self.wait_until(f"{handover} is {status}", lambda: self.episode(handover).handovers[handover].status == status)

    def wait_for_runs(self) -> None:
        """Wait until the run of every handover that has ended has ended too: being woken takes it a moment."""
        self.wait_until("the runs of what has ended have ended", lambda: not any(map(self._lags, self._open_runs())))

    def wait_for_mail(self, recipient: str, reference: str, words: str = "") -> None:
        """Wait until a mail about a reference has arrived at a contact."""
        self._inbox.wait_for(
            lambda letter: (
                any(recipient in r for r in letter.recipients)
                and reference in letter.subject + letter.text
                and words in letter.subject + letter.text
            ),
            _PATIENCE_SECONDS,
        )

    def wait_until(self, what: str, look: Any) -> Any:
        """Look again and again until there is something to see. Raises StoryError when patience ends."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            if seen := look():
                return seen
            time.sleep(0.05)
        raise StoryError(f"waited {_PATIENCE_SECONDS:.0f} seconds in vain until {what}")

    def require(self, is_so: bool, what: str) -> None:
        """Say what must be so; raises StoryError if it is not."""
        if not is_so:
            raise StoryError(f"it should be so: {what}")
        say(f"   [dim]{what}[/]")

    def is_marked(self, handover: str, mark: MarkKind) -> bool:
        """Whether a handover has this mark."""
        return self.episode(handover).handovers[handover].mark(mark) is not None

    def close_desk(self, secret: str) -> None:
        """Let one contact's desk be closed today; every other is open, as everywhere in a story."""
        today = self.service.clock().date()
        _pathways, networks = self.service.publishing.published()
        closed = [with_every_desk_open(network, today, but=[secret]) for network in networks]
        self.service.publishing.apply([], closed)

    def mails(self, recipient: str, reference: str) -> int:
        """How many mails about a reference have come to a contact."""
        found = [letter for letter in self._inbox.letters if any(recipient in r for r in letter.recipients)]
        return sum(reference in letter.subject + letter.text for letter in found)

    def _suspended(self, handover: str) -> Any:
        flows = {"flow_runs": {"tags": {"all_": [handover]}, "state": {"type": {"any_": ["PAUSED"]}}}}
        runs = self._prefect.ask("POST", "/flow_runs/filter", flows)
        return runs[0] if runs else None

    def _open_runs(self) -> list[Any]:
        open_states = {"any_": ["SCHEDULED", "PENDING", "RUNNING", "PAUSED"]}
        wanted = {"flows": {"name": {"any_": ["handover"]}}, "flow_runs": {"state": {"type": open_states}}}
        return list(self._prefect.ask("POST", "/flow_runs/filter", wanted))

    def _lags(self, run: Any) -> bool:
        handover = str(run["parameters"]["reference"])
        return not self.service.views.show(handover).episode.handovers[handover].is_open

    def _ended(self, run: str) -> Any:
        state = self._prefect.ask("GET", f"/flow_runs/{run}")["state"]
        return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


def reference_in(sentence: str) -> str:
    """The first reference of an episode, a handover or a meeting that a flow names at its end."""
    found = _REFERENCE.search(sentence)
    if found is None:
        raise StoryError("the flow names no reference")
    return found.group()


def whole_summary(situation: str) -> Summary:
    """A summary that is complete for every urgency."""
    return Summary(
        illness_severity=IllnessSeverity.WATCHER,
        situation=situation,
        background="cared for at home since spring",
        assessment="symptoms are harder to relieve",
        recommendation="closer care",
        actions=(ActionItem(what="look at the relief of pain", who="the nurse on duty", when="today"),),
        contingency="if it gets worse at night: ring the doctor on duty",
    )


def read_back(receiver: Actor, handover: str, next_action: str) -> GiveReadBack:
    """The receiver's own words."""
    return GiveReadBack(
        actor=receiver,
        handover=handover,
        severity=IllnessSeverity.WATCHER,
        next_action=next_action,
        contingency="at night, the doctor on duty",
    )
