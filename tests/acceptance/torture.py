"""Kills, stops and cuts off a whole Handslag while people use it, and then looks whether it kept its promises.

    make torture                            ten minutes; ARGS="--seconds 60 --seed 7": shorter, with other chances

Real processes on PostgreSQL: worker, desk and Prefect server are killed (SIGKILL) or stopped for a while (SIGSTOP), the
database is stopped as by a power cut, the mail host hangs or is away. Clients begin episodes and hand them over, and
write down what they were told was done. At the end all is started again, and once it has settled the checks read
nothing but the events, the letters that arrived, and what the clients wrote down. The exit status is 1 where a check
fails, or where it took longer to settle, or to answer, than it may.
"""

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from acceptance.programs import nothing_set
from bench.clusters import Cluster, running_cluster
from flows.api import PrefectApi
from handslag.inbox import Inbox, Letter
from handslag.playground import Playground
from handslag.printing import say
from handslag.processes import free_port
from handslag.stories.jonkoping_palliative import MUNICIPALITY, NETWORK, PATHWAY, SSIH
from handslag.stories.telling import Teller
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, WantedHandover
from pathways.care.evolution import replayed
from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action
from pathways.errors import HandslagError
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.operations.views import EpisodeView
from pathways.store.tables import NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

_STUCK_AFTER_SECONDS = 8
_CLIENTS = 3
_LEAVES_WITHIN_SECONDS = 60
_ANSWERED_WITHIN_SECONDS = 10
_PATIENCE_SECONDS = 300
"""How long is waited for what should settle sooner: a busy machine is no fault."""
_NEXT_ANSWER = "the next answer in Prefect"
_PREFECT_STATES = ("PENDING", "RUNNING", "CANCELLING")


@dataclass
class Histories:
    """What the clients were told was done: begun episodes, and how often each handover came into which state."""

    episodes: list[str] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


class Post:
    """A mail host on one port, that can go away and come back. Keeps every letter that ever arrived."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.inbox = Inbox(self.letters.append)
        self.inbox.start()
        self.port = self.inbox.port

    def away(self) -> None:
        """Close the port."""
        self.inbox.stop()

    def back(self) -> None:
        """Open it again, if it is closed, and answer what was held."""
        with suppress(OSError):
            self.inbox.stop()
            self.inbox = Inbox(self.letters.append, self.port)
            self.inbox.start()


class Tortured:
    """A running Handslag, who uses it, and what is done to it."""

    def __init__(self, playground: Playground, cluster: Cluster, post: Post, seed: int) -> None:
        self.playground, self.cluster, self.post = playground, cluster, post
        self.chance = random.Random(seed)  # noqa: S311 - repeatable chance is what is wanted
        self.histories = Histories()
        self.faults: Counter[str] = Counter()
        self.teller = Teller(playground.service, post.inbox)
        self.prefect = PrefectApi(playground.settings)
        self._is_over = threading.Event()

    @property
    def service(self) -> Operations:
        """The operations, as clients use them."""
        return self.playground.service

    def work(self, seconds: float, *, least: int = 1) -> None:
        """Let clients work while faults strike, for so long and at least so many. Then start what is down."""
        clients = [threading.Thread(target=self._client, args=(number,)) for number in range(_CLIENTS)]
        for client in clients:
            client.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until or self.faults.total() < least:
            time.sleep(self.chance.uniform(2, 6))
            name, fault = self.chance.choice(self._faults())
            self.faults[name] += 1
            fault(self.chance.uniform(1, 5))
        self._is_over.set()
        for client in clients:
            client.join()

    def _faults(self) -> list[tuple[str, Callable[[float], None]]]:
        found: list[tuple[str, Callable[[float], None]]] = []
        for process, start in self._processes().items():
            found.append((f"{process} killed", lambda pause, p=process, s=start: self._kill(p, s, pause)))  # type: ignore[misc]
        for process in ("worker", "desk"):
            found.append((f"{process} stopped", lambda pause, p=process: self._stop(p, pause)))  # type: ignore[misc]
        found.append(("database stopped", self._without_database))
        found.append(("mail host away", self._without_mail))
        found.append(("mail host hangs", self._with_slow_mail))
        return found

    def _processes(self) -> dict[str, Callable[[], None]]:
        playground = self.playground
        return {"worker": playground.start_worker, "desk": playground.start_desk, "server": playground.start_server}

    def _kill(self, process: str, start: Callable[[], None], pause_seconds: float) -> None:
        self.playground.processes.kill(process)
        time.sleep(pause_seconds / 2)
        start()

    def _stop(self, process: str, pause_seconds: float) -> None:
        pid = self.playground.processes.number_of(process)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(pause_seconds)
        os.kill(pid, signal.SIGCONT)

    def _without_database(self, pause_seconds: float) -> None:
        self.cluster.stop()
        time.sleep(pause_seconds)
        self.cluster.start()

    def _without_mail(self, pause_seconds: float) -> None:
        self.post.away()
        time.sleep(pause_seconds)
        self.post.back()

    def _with_slow_mail(self, pause_seconds: float) -> None:
        self.post.inbox.hold()
        time.sleep(pause_seconds)
        self.post.inbox.release()

    def _client(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - as above
        while not self._is_over.is_set():
            try:
                self._hand_over_one(chance)
            except HandslagError as error:
                self.histories.refused[type(error).__name__] += 1
                time.sleep(0.5)

    def _hand_over_one(self, chance: random.Random) -> None:
        begun, _ = self.service.begin_episode(Begin(PATHWAY, NETWORK, "home"), _of(MUNICIPALITY))
        self.histories.episodes.append(begun.reference)
        self.teller.summarise(begun.reference, MUNICIPALITY)
        wanted = WantedHandover(move="home-to-home-specialised", urgency="planned", reason="worsening")
        handover = self.service.plan_handover(begun.reference, _of(MUNICIPALITY), wanted)
        self.histories.done.append((handover, "requested"))
        time.sleep(chance.uniform(0, 2))
        if chance.random() < 0.3:
            self._do(handover, MUNICIPALITY, Action.CANCEL, "cancelled")
            return
        self._do(handover, SSIH, Action.ACCEPT, "accepted")
        self.teller.make_ready(handover)
        self._do(handover, SSIH, Action.ARRIVE, "completed")

    def _do(self, handover: str, team: str, action: Action, after: str) -> None:
        command = ChangeHandover(actor=_of(team), handover=handover, action=action, reason="torture")
        self.service.perform(handover, command)
        self.histories.done.append((handover, after))


class Checks:
    """What is found wrong, as sentences. Each check reads what lasts, and nothing that a process remembers."""

    def __init__(self, tortured: Tortured) -> None:
        self._it = tortured
        self.wrong: list[str] = []
        self.took_seconds: dict[str, float] = {}

    def all(self) -> list[str]:
        """Wait until everything has had time to recover, and look."""
        self._settles("a notice is unsent", self._unsent)
        self._settles("a clock is due and was not acted on", self._due)
        self._settles("a flow run neither works nor waits", self._dead_runs)
        self._letters()
        with UnitOfWork(self._it.service.engine, writes=False) as work:
            episodes = [known.episode for known in work.announcements.unfinished(10_000)]
        for episode in dict.fromkeys([*self._it.histories.episodes, *episodes]):
            self._look_at(self._it.service.views.show(episode))
        self._acknowledged()
        self._next_answer()
        if any(examined.findings for examined in self._it.service.audit.verify()):
            self.wrong.append("the audit chain is broken")
        return self.wrong

    def _settles(self, what: str, look: Callable[[], list[str]]) -> None:
        since = time.monotonic()
        while found := look():
            if time.monotonic() > since + _PATIENCE_SECONDS:
                self.wrong.append(f"{what}: {found[:5]} of {len(found)}")
                break
            time.sleep(1)
        self.took_seconds[what] = time.monotonic() - since

    def _unsent(self) -> list[str]:
        waiting = {NoticeStatus.WAITING, NoticeStatus.DEAD}
        return [str(n.id) for n in self._it.service.views.notices() if n.status in waiting]

    def _letters(self) -> None:
        """Every notice that counts as sent has arrived, and who was asked of a matter that is closed was told so."""
        arrived = {letter.message["X-Handslag-Notice"] for letter in self._it.post.letters}
        asked: set[tuple[str, str]] = set()
        closed: set[tuple[str, str]] = set()
        for notice in self._it.service.views.notices():
            if notice.status != NoticeStatus.SENT:
                continue
            if sha256(notice.key.encode()).hexdigest()[:32] not in arrived:
                self.wrong.append(f"notice {notice.id} counts as sent and has not arrived")
            if notice.kind == NoticeKind.REQUESTED:
                asked.add((str(notice.handover), notice.team))
            if notice.kind == NoticeKind.CANCELLED:
                closed.add((str(notice.handover), notice.team))
        cancelled = {handover for handover, state in self._it.histories.done if state == "cancelled"}
        for handover, team in sorted(each for each in asked - closed if each[0] in cancelled):
            self.wrong.append(f"{team} was asked for {handover} and never told that it is off")

    def _due(self) -> list[str]:
        a_moment_ago = self._it.service.clock() - timedelta(seconds=20)
        with UnitOfWork(self._it.service.engine, writes=False) as work:
            return [f"{episode} {key}" for episode, key in work.episodes.due(a_moment_ago, 100)]

    def _dead_runs(self) -> list[str]:
        wanted = {"flow_runs": {"state": {"type": {"any_": list(_PREFECT_STATES)}}}, "limit": 200}
        long_ago = self._it.service.clock() - timedelta(seconds=7 * _STUCK_AFTER_SECONDS)
        found = self._it.prefect.ask("POST", "/flow_runs/filter", wanted)
        return [run["name"] for run in found if run["state"]["timestamp"] < long_ago.isoformat()]

    def _look_at(self, view: EpisodeView) -> None:
        reference, stays = view.episode.reference, view.episode.stays
        if replayed(view.history) != view.episode:
            self.wrong.append(f"{reference} is not what its events say")
        if any(earlier.until_at != later.from_at for earlier, later in pairwise(stays)):
            self.wrong.append(f"{reference} had no responsible team, or two")
        if [stay.until_at for stay in stays].count(None) != 1:
            self.wrong.append(f"{reference} has not exactly one responsible team")

    def _acknowledged(self) -> None:
        for handover, state in self._it.histories.done:
            history = self._it.service.views.show(handover).history
            times = sum(
                getattr(each.event, "after", None) == state and getattr(each.event, "handover", None) == handover
                for each in history
            )
            if times != 1:
                self.wrong.append(f"{handover} came into {state} {times} times, and a client was told once")

    def _next_answer(self) -> None:
        """The next handover is answered in its form in the Prefect UI."""
        begun, _ = self._it.service.begin_episode(Begin(PATHWAY, NETWORK, "home"), _of(MUNICIPALITY))
        self._it.teller.summarise(begun.reference, MUNICIPALITY)
        wanted = WantedHandover(move="home-to-home-specialised", urgency="planned", reason="worsening")
        handover = self._it.service.plan_handover(begun.reference, _of(MUNICIPALITY), wanted)
        since = time.monotonic()
        self._it.teller.answer_in_prefect(handover, f"{SSIH}: accept")
        self._it.teller.wait_for_status(handover, "accepted")
        self.took_seconds[_NEXT_ANSWER] = time.monotonic() - since

    def slow(self) -> list[str]:
        """What took longer than it may."""
        allowed = {_NEXT_ANSWER: _ANSWERED_WITHIN_SECONDS}
        return [
            f"{what}: {took:.0f} s"
            for what, took in self.took_seconds.items()
            if took > allowed.get(what, _LEAVES_WITHIN_SECONDS + 7 * _STUCK_AFTER_SECONDS)
        ]


def _of(team: str) -> Actor:
    return Actor(kind=ActorKind.PERSON, team=team, name="Eva Ros, nurse", via="command-line")


@contextmanager
def tortured(folder: Path, seed: int) -> Iterator[Tortured]:
    """A Handslag on PostgreSQL that runs, in a folder of its own."""
    post = Post()
    with nothing_set(), running_cluster() as cluster:
        extra = {
            "HANDSLAG_DATABASE_URL": cluster.make_database("handslag"),
            "HANDSLAG_STUCK_AFTER_SECONDS": str(_STUCK_AFTER_SECONDS),
            "HANDSLAG_NOTICE_TIMEOUT_SECONDS": "3",
        }
        with Playground(folder, post.inbox, free_port(), extra=extra) as playground:
            own = {PREFECT_API_URL: f"{playground.ui}/api", PREFECT_HOME: folder / "prefect"}
            with temporary_settings(own):
                playground.prepare()
                playground.start()
                yield Tortured(playground, cluster, post, seed)
    post.away()


def main() -> int:
    """Torture for so long, check, and say what was found; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handslag-torture-") as folder, tortured(Path(folder), given.seed) as it:
        it.work(given.seconds)
        checks = Checks(it)
        wrong = checks.all() + checks.slow()
        say(f"{sum(it.faults.values())} faults: {dict(it.faults)}.")
        say(f"{len(it.histories.episodes)} episodes, {len(it.histories.done)} steps; {len(it.post.letters)} letters.")
        say(", ".join(f"{what}: {seconds:.1f} s" for what, seconds in checks.took_seconds.items()))
    for sentence in wrong:
        say(f"[red]wrong[/]: {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
