"""One handover is carried to its end while worker and server are killed under it, and nothing of it is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from acceptance.programs import nothing_set, processes_of, wait_until
from acceptance.records import patients_of
from flows.api import PrefectApi
from handslag.inbox import Inbox
from handslag.playground import Playground
from handslag.processes import free_port
from handslag.stories.jonkoping_palliative import MUNICIPALITY, NETWORK, PATHWAY, PATIENT, SSIH, STORY
from handslag.stories.telling import Teller
from pathways.care.actors import Actor, ActorKind
from pathways.care.evolution import replayed
from pathways.care.states import Action
from pathways.clock import system_clock
from pathways.operations.beginning import Begin
from pathways.operations.views import EpisodeView
from pathways.store.tables import NoticeStatus

pytestmark = pytest.mark.acceptance

_STUCK_AFTER_SECONDS = 5
_A_WORKER_STARTS_SECONDS = 60
"""How long it may take on a busy machine until a worker that was just started hears."""
_AT_ONCE_SECONDS = 5
"""Within this a mail must have come that has nobody to wait for; the scheduled flows would need a minute."""
_CLAIM_HOLDS_SECONDS = 60
"""A notice whose sender was killed while sending is tried again when the claim of the dead has run out."""
_ENDED = {"COMPLETED", "CRASHED"}


class Crashing:
    """A running Handslag whose processes are killed, and one handover in it."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.service = playground.service
        self.teller = Teller(playground.service, playground.inbox)
        self.prefect = PrefectApi(playground.settings)
        actor = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Eva Ros, nurse", via="command-line")
        begun, _ = self.service.begin_episode(Begin(PATHWAY, NETWORK, "home", PATIENT), actor)
        self.episode = begun.reference
        self.teller.summarise(self.episode, MUNICIPALITY)
        self.handover = ""

    @property
    def view(self) -> EpisodeView:
        """All that is known of the episode."""
        return self.service.views.show(self.episode)

    def press_request(self) -> None:
        """Start `request-handover` as its button does, and wait for nothing."""
        request = {"episode": self.episode, "team": MUNICIPALITY, "move": "home-to-home-specialised"}
        why = {"urgency": "planned", "reason": "worsening"}
        found = self.prefect.ask("GET", "/deployments/name/request-handover/request-handover")
        body = {"parameters": {"request": request | why}, "idempotency_key": uuid4().hex}
        self.prefect.ask("POST", f"/deployments/{found['id']}/create_flow_run", body)

    def watch(self) -> None:
        """Let `watch` run now, and wait for its end."""
        self.teller.start_flow("watch", {})

    def watch_until(self, status: str) -> None:
        """Let `watch` run again and again, as its minutes would, until the handover is in this state."""

        def is_so() -> bool:
            self.watch()
            return self.status() == status

        wait_until(is_so, f"{self.handover} is {status}", _A_WORKER_STARTS_SECONDS)

    def status(self) -> str:
        """The handover's state in the database."""
        return self.view.handover(self.handover).status

    def runs(self) -> list[dict[str, Any]]:
        """The flow runs of the handover, as Prefect knows them."""
        wanted = {"flow_runs": {"tags": {"all_": [self.handover]}}, "sort": "EXPECTED_START_TIME_DESC"}
        return list(self.prefect.ask("POST", "/flow_runs/filter", wanted))

    def suspended(self) -> str:
        """The run that waits for people: there is at most one. Empty while there is none."""
        waiting = [run["id"] for run in self.runs() if run["state_type"] == "PAUSED"]
        assert len(waiting) <= 1, f"{self.handover} is asked about in {len(waiting)} runs"
        return str(waiting[0]) if waiting else ""

    def wait_for_a_run(self, *, other_than: str = "") -> str:
        """Wait until a run waits for people, and give it."""

        def look() -> str:
            found = self.suspended()
            return "" if found == other_than else found

        return wait_until(look, f"{self.handover} is suspended")

    def wait_for_mail_at_once(self, recipient: str, words: str) -> None:
        """Wait, but not long, for a mail about the handover."""
        self.playground.inbox.wait_for(
            lambda letter: recipient in letter.recipients[0] and words in letter.subject, _AT_ONCE_SECONDS
        )

    def restart_worker(self, former: str, name: str) -> None:
        """Kill a worker as a crash would, and start one of another name."""
        self.playground.processes.kill(former)
        self.playground.start_worker(name)

    def kill_while_a_run_waits(self, worker: str) -> str:
        """Kill a worker that has nothing in its hands, and give the run that waits for people.

        A worker that was just then woken is killed with that run in its hands: it is started again, and carries it on.
        """
        while True:
            run = wait_until(self._suspended_or_watched, "a run waits", _A_WORKER_STARTS_SECONDS)
            self.playground.processes.kill(worker)
            if self.suspended() == run:
                return run
            self.playground.start_worker(worker)

    def _suspended_or_watched(self) -> str:
        found = self.suspended()
        if not found:
            self.watch()
        return found

    def require_one_responsible(self) -> None:
        """At every time since its beginning the episode had exactly one responsible team."""
        stays = self.view.episode.stays
        assert all(earlier.until_at == later.from_at for earlier, later in pairwise(stays)), (
            "responsibility passes without a gap"
        )
        assert [stay.until_at for stay in stays].count(None) == 1

    def count(self, kind: str) -> int:
        """How many notices of a kind were owed for the handover."""
        return sum(notice.kind == kind for notice in self.view.notices if notice.handover == self.handover)

    def changes_to(self, status: str) -> int:
        """How often the handover came into a state, by its history."""
        events = [recorded.event for recorded in self.view.history]
        return sum(getattr(event, "after", None) == status for event in events)


@pytest.fixture(scope="module")
def crashing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crashing]:
    folder = tmp_path_factory.mktemp("crashing")
    with nothing_set(), _playground(folder) as playground:
        yield Crashing(playground)
    assert processes_of(folder) == []


@contextmanager
def _playground(folder: Path) -> Iterator[Playground]:
    extra = {"HANDSLAG_STUCK_AFTER_SECONDS": str(_STUCK_AFTER_SECONDS)}
    with Inbox() as inbox, Playground(folder, inbox, free_port(), extra=extra) as playground:
        own = {PREFECT_API_URL: f"{playground.ui}/api", PREFECT_HOME: folder / "prefect"}
        with temporary_settings(own):
            playground.prepare()
            playground.start()
            yield playground


def test_a_handover_is_carried_to_its_end_though_worker_and_server_die_under_it(crashing: Crashing) -> None:
    _the_worker_dies_when_the_request_is_made(crashing)
    _the_run_is_deleted_then_crashed(crashing)
    _the_worker_dies_with_an_answer_in_its_hands(crashing)
    _the_server_is_dead_while_the_rest_is_decided(crashing)
    _nothing_was_lost(crashing)


def _the_worker_dies_when_the_request_is_made(crashing: Crashing) -> None:
    crashing.press_request()
    crashing.handover = wait_until(lambda: next(iter(crashing.view.episode.handovers), ""), "the request is made")
    crashing.restart_worker("worker", "second")
    crashing.watch()
    crashing.wait_for_a_run()
    assert list(crashing.view.episode.handovers) == [crashing.handover]
    assert crashing.changes_to("requested") == 1
    crashing.require_one_responsible()


def _the_run_is_deleted_then_crashed(crashing: Crashing) -> None:
    first = crashing.wait_for_a_run()
    crashing.prefect.ask("DELETE", f"/flow_runs/{first}")
    crashing.watch()
    second = crashing.wait_for_a_run(other_than=first)
    state = {"state": {"type": "CRASHED"}, "force": True}
    crashing.prefect.ask("POST", f"/flow_runs/{second}/set_state", state)
    crashing.watch()
    assert crashing.wait_for_a_run(other_than=second) not in (first, second)


def _the_worker_dies_with_an_answer_in_its_hands(crashing: Crashing) -> None:
    """The run stays as a worker leaves it that dies between taking the run and carrying out its answer."""
    run = crashing.kill_while_a_run_waits("second")
    crashing.teller.answer_in_prefect(crashing.handover, f"{SSIH}: accept")
    state = {"state": {"type": "RUNNING"}, "force": True}
    crashing.prefect.ask("POST", f"/flow_runs/{run}/set_state", state)
    crashing.playground.start_worker("third")
    crashing.watch_until("accepted")
    crashing.wait_for_a_run(other_than=run)
    assert crashing.changes_to("accepted") == 1
    assert crashing.count("accepted") == 1
    crashing.require_one_responsible()


def _the_server_is_dead_while_the_rest_is_decided(crashing: Crashing) -> None:
    wait_until(lambda: not _is_claimed(crashing.view), "a worker that died holds no claim", _CLAIM_HOLDS_SECONDS)
    crashing.playground.processes.kill("server")
    crashing.teller.make_ready(crashing.handover)
    crashing.wait_for_mail_at_once("ssih-first", "Allt är förberett")
    crashing.teller.act(SSIH, crashing.handover, Action.ARRIVE, name="Sara Lind, nurse")
    crashing.wait_for_mail_at_once("municipal-team-first", "Klar")
    assert crashing.status() == "completed"
    assert crashing.view.episode.responsible_team == SSIH
    crashing.playground.start_server()
    crashing.watch()
    wait_until(lambda: {run["state_type"] for run in crashing.runs()} <= _ENDED, "the runs have ended")
    last = [run for run in crashing.runs() if "state:completed" in run["tags"]]
    assert [run["state_type"] for run in last] == ["COMPLETED"]
    assert last[0]["name"] == f"{crashing.handover} home → home-specialised"


def _nothing_was_lost(crashing: Crashing) -> None:
    wait_until(lambda: _settled(crashing.view), "every notice is sent or withdrawn", _CLAIM_HOLDS_SECONDS)
    assert replayed(crashing.view.history) == crashing.view.episode
    crashing.require_one_responsible()
    letters = crashing.playground.inbox.letters
    told = [letter.subject + letter.text for letter in letters]
    assert [word for word in patients_of(STORY) for words in told if word in words] == []
    for kind in ("requested", "accepted", "ready", "completed"):
        assert crashing.changes_to(kind) == 1
        assert crashing.count(kind) >= 1


def _is_claimed(view: EpisodeView) -> bool:
    """Whether a notice is being sent, or was when its process died: what is for the same contact waits behind it."""
    return any(each.claimed_until is not None and each.claimed_until > system_clock() for each in view.notices)


def _settled(view: EpisodeView) -> bool:
    return {notice.status for notice in view.notices} <= {NoticeStatus.SENT, NoticeStatus.WITHDRAWN}
