"""What a minute's `watch` costs where many handovers wait of which few are due: it must grow with those, not with all.

Measured in one run, round by round in turn, on SQLite and PostgreSQL: everything that the flow does but for Prefect.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, update

from bench.clusters import NoPostgres, running_cluster
from bench.crowds import DUE, definitions, fill
from bench.measuring import Row, report
from flows.announcing import Told, announce_all
from flows.reports import waiting_rows
from flows.runs import Run, Runs
from flows.waking import Waker
from handslag.printing import say
from pathways.care.episodes import Episode
from pathways.notices.outcomes import Outcome, Sent
from pathways.notices.words import Words
from pathways.operations.service import Operations
from pathways.settings import Settings, settings_from_environment
from pathways.store.database import WRITES, open_engine
from pathways.store.schema import upgrade
from pathways.store.tables import HANDOVER

FEW, MANY, ALL_DUE = 1_000, 100_000, 100
MOST = 1.3
"""How much longer it may take where a hundred times as many wait."""

_REPEAT = timedelta(minutes=10)


class SilentPost:
    """A sender that takes every notice."""

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        """Take it."""
        return Sent()

    def shown_sender(self, address: SecretStr) -> str:
        """Who it would come from."""
        return "Handslag"


class SuspendedRuns(Runs):
    """Flow runs that all wait for a person. No server is asked."""

    def start(self, episode: Episode, handover: str, *, instead_of: str | None) -> str:
        """A run that is there at once."""
        return f"run of {handover}"

    def watch_at(self, at: datetime) -> None:
        """Nothing."""

    def resume(self, run: str) -> bool:
        """It always works."""
        return True

    def look_at(self, runs: Iterable[str]) -> Mapping[str, Run]:
        """All of them, suspended."""
        return {run: Run(id=run, state_type="PAUSED") for run in runs}


class Everywhere:
    """Takes all events, and has them stored."""

    def send(self, told: Told) -> None:
        """Take them."""

    def stored(self, told: Told) -> frozenset[str]:
        """All of them."""
        return frozenset(each["id"] for each in told)


class Watch:
    """The work of the `watch` flow on one database, without Prefect. The clock moves on by itself from `DUE`."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._now = DUE
        settings = bench_settings(folder)
        runs = SuspendedRuns(settings, patience_seconds=1)
        self._waker = Waker(settings, engine, clock=lambda: self._now, runs=runs)
        self._service = Operations(settings, engine, SilentPost(), clock=lambda: self._now, wake=self._waker.wake)
        self.engine = self._service.engine

    def publish(self) -> None:
        """Publish the definitions of the crowd."""
        pathway, network = definitions()
        self._service.publishing.apply([pathway], [network])

    def once(self) -> int:
        """Do what the flow does in one run; gives how many clocks were due."""
        passed = self._service.pass_due_clocks()
        self._waker.catch_up()
        self._waker.watch_in_time()
        asyncio.run(announce_all(self._service, feed=Everywhere()))
        waiting_rows(self._service)
        return passed

    def deliver(self) -> None:
        """Do what the `deliver` flow does in one run."""
        self._service.delivery.deliver()

    def all_is_due_again(self) -> None:
        """Let the time go on until all that was due is due again."""
        self._now += _REPEAT

    def all_is_seen(self) -> None:
        """What the runs that were woken do meanwhile."""
        with self.engine.execution_options(**WRITES).begin() as connection:
            connection.execute(update(HANDOVER).where(HANDOVER.c.is_unseen).values(is_unseen=False))


def bench_settings(folder: Path) -> Settings:
    """Settings of a demonstration in which every contact point has an address."""
    _, network = definitions()
    names = [contact.secret for team in network.teams.values() for contact in team.contacts]
    contacts = folder / "contacts.toml"
    contacts.write_text("[contacts]\n" + "".join(f'{name} = "json://localhost/{name}"\n' for name in names))
    return settings_from_environment(is_demo=True, data_folder=folder, contacts_file=contacts)


def crowded(url: str, folder: Path, waiting: int, due: int, **how: Any) -> Watch:
    """A watch over a fresh database with so many handovers that wait, of which `due` are due. `how`: see `fill`."""
    engine = open_engine(url)
    upgrade(engine)
    watch = Watch(engine, folder)
    watch.publish()
    fill(watch.engine, waiting=waiting, due=due, **how)
    return watch


def measure(rounds: int, many: int) -> bool:
    """Measure on both databases, print it and write it down; says whether the promise is kept."""
    times: dict[str, list[float]] = {}
    ratios: dict[str, float] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for database, urls in two_of_each_kind(folder, stack).items():
            watches = {}
            for size, url in zip((FEW, many), urls, strict=True):
                say(f"{database}: filling a database with {size} handovers that wait …")
                watches[size] = crowded(url, folder, size, ALL_DUE, tell=say)
            say(f"{database}: watching, {rounds} rounds …")
            measured = _in_turn(watches, rounds)
            for due in (ALL_DUE, 0):
                few, more = (statistics.median(measured[size, due]) for size in watches)
                ratios[f"{database}, {due} due: {many} / {FEW} wait"] = more / few
            times |= {f"{database}, {due} due of {size}": found for (size, due), found in measured.items()}
    report("waiting", [Row.of(name, found) for name, found in times.items()], ratios)
    return all(ratio <= MOST for what, ratio in ratios.items() if f"{ALL_DUE} due" in what)


def two_of_each_kind(folder: Path, stack: ExitStack) -> Mapping[str, Sequence[str]]:
    """The addresses of two databases of each kind."""
    names = ("few", "many")
    urls = {"SQLite": [f"sqlite:///{folder / name}.db" for name in names]}
    try:
        cluster = stack.enter_context(running_cluster())
    except NoPostgres as missing:
        say(f"{missing} Only SQLite is measured.")
    else:
        urls["PostgreSQL"] = [cluster.make_database(name) for name in names]
    return urls


def _in_turn(watches: Mapping[int, Watch], rounds: int) -> Mapping[tuple[int, int], list[float]]:
    """The milliseconds of each round, by how many wait and how many of them are due: first some are, then none."""
    times: dict[tuple[int, int], list[float]] = {(size, due): [] for size in watches for due in (ALL_DUE, 0)}
    for number in range(rounds + 1):
        for size, watch in watches.items():
            for due in (ALL_DUE, 0, 0, 0):
                began = time.monotonic()
                passed = watch.once()
                took = (time.monotonic() - began) * 1000
                if passed != due:
                    raise RuntimeError(f"{passed} clocks were due instead of {due}")
                watch.all_is_seen()
                if number:  # the first round pays for what is loaded once
                    times[size, due].append(took)
            watch.all_is_due_again()
    return times


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often to watch")
    parser.add_argument("--many", type=int, default=MANY, help="how many handovers wait in the large database")
    given = parser.parse_args()
    if not measure(given.rounds, given.many):
        raise SystemExit(f"It took more than {MOST} times as long: it grows with what waits.")
