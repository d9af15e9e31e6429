"""What a look at the desk costs where many episodes are in the database: it must grow with what is shown.

Measured in one run, look by look in turn, on SQLite and PostgreSQL: boards, inboxes, the stamp that says whether
anything has changed, and every page as the real application makes it, with its size. Of a hundred thousand episodes
five thousand are not over, and every one of them concerns the team that looks: the most that a county could have.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from bench.crowds import (
    RECEIVER,
    SENDER,
    START,
    References,
    actor,
    asked,
    decide_all,
    definitions,
    fresh_references,
    multiply,
)
from bench.measuring import Row, report
from bench.pages import MOST_BYTES, Visits
from bench.waiting import SilentPost, bench_settings, two_of_each_kind
from handslag.printing import say
from handslag.stories.telling import read_back
from pathways.care.commands import (
    ChangeHandover,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    EndEpisode,
)
from pathways.care.recording import Context
from pathways.care.states import Action
from pathways.operations.boards import BoardOperations
from pathways.operations.service import Operations
from pathways.store.boards import BoardSide
from pathways.store.database import open_engine
from pathways.store.schema import upgrade
from pathways.store.unit_of_work import UnitOfWork

FEW, MANY = (1_000, 100), (100_000, 5_000)
"""How many episodes there are, and how many of them are not over."""

MOST = 2.0
"""How much longer a look may take with a hundred times as many episodes, fifty times as many of them not over."""

T = TypeVar("T")

_DECIDED = 60
_NETWORK = "jonkoping-demo"

LOOKS: Mapping[str, Callable[[BoardOperations], Any]] = {
    "board by level": lambda boards: boards.board(_NETWORK),
    "board by team": lambda boards: boards.board(_NETWORK, by=BoardSide.TEAM),
    "board of a team": lambda boards: boards.board(_NETWORK, team=RECEIVER),
    "board of a team whom nothing concerns": lambda boards: boards.board(_NETWORK, team="ward-varnamo"),
    "inbox": lambda boards: boards.inbox(_NETWORK, RECEIVER),
    "stamp": lambda boards: boards.stamp(_NETWORK),
}


def filled(url: str, folder: Path, episodes: int, active: int) -> Operations:
    """The operations on a fresh database with so many episodes, of which `active` are not over."""
    engine = open_engine(url)
    upgrade(engine)
    service = Operations(bench_settings(folder), engine, SilentPost(), clock=lambda: START + timedelta(hours=1))
    engine = service.engine  # with the keys of its texts
    pathway, network = definitions()
    service.publishing.apply([pathway], [network])
    fresh = fresh_references()
    over = _made(engine, fresh, _ended, _DECIDED)
    under_way = [*_made(engine, fresh, _asked, _DECIDED // 2), *_made(engine, fresh, _arrived, _DECIDED // 2)]
    more = islice(cycle(over), episodes - active - len(over)), islice(cycle(under_way), active - len(under_way))
    multiply(engine, chain(*more), fresh, say)
    return service


def _made(
    engine: Engine, fresh: Iterator[References], commands: Callable[[References], list[Command]], count: int
) -> list[References]:
    made = list(islice(fresh, count))
    with UnitOfWork(engine) as work:
        pathway, network = work.definitions.all_pathways()[0], work.definitions.networks()[0]
        for number, references in enumerate(made):
            context = Context(pathway, network, START + timedelta(seconds=number))
            decide_all(work, context, references[0], commands(references))
        work.commit()
    return made


def _ended(references: References) -> list[Command]:
    done = CompleteFollowUp(actor=actor(SENDER), follow_up="gp-informed")
    return [EndEpisode(actor=actor(SENDER), end="discharged"), done]


def _asked(references: References) -> list[Command]:
    return asked(references, "planned")


def _arrived(references: References) -> list[Command]:
    handover = references[-1]
    accept, arrive = (
        ChangeHandover(actor=actor(RECEIVER), handover=handover, action=action)
        for action in (Action.ACCEPT, Action.ARRIVE)
    )
    ready = [ConfirmReadiness(actor=actor(team), handover=handover, evidence="seen") for team in (SENDER, RECEIVER)]
    understood = ChangeHandover(actor=actor(SENDER), handover=handover, action=Action.CONFIRM_READ_BACK)
    told = [*ready, read_back(actor(RECEIVER), handover, "a visit"), understood]
    return [*_asked(references), accept, *told, arrive]


def measure(looks: int, many: tuple[int, int]) -> bool:
    """Measure on both databases, print it and write it down; says whether the promise is kept."""
    times: dict[str, list[float]] = {}
    ratios: dict[str, float] = {}
    sizes: dict[str, float] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for database, urls in two_of_each_kind(folder, stack).items():
            services = []
            for size, url in zip((FEW, many), urls, strict=True):
                say(f"{database}: filling a database with {size[0]} episodes, of which {size[1]} are not over …")
                its_own = folder / f"{database}-{size[0]}"  # for the ends of its audit log
                its_own.mkdir()
                services.append(filled(url, its_own, *size))
            say(f"{database}: looking, {looks} times each …")
            visits = [Visits(service, _NETWORK) for service in services]
            found = {
                name: in_turn([service.boards for service in services], look, looks) for name, look in LOOKS.items()
            }
            found |= {f"page: {name}": in_turn(visits, _visit(name), looks) for name in visits[-1].paths}
            for name, (few, more) in found.items():
                ratios[f"{database}, {name}: {many[0]} / {FEW[0]} episodes"] = statistics.median(
                    more
                ) / statistics.median(few)
                times |= {f"{database}, {name}, of {FEW[0]}": few, f"{database}, {name}, of {many[0]}": more}
            sizes |= {f"{database}, size of page: {name}": size for name, size in visits[-1].kilobytes.items()}
    rows = [Row.of(name, took) for name, took in times.items()]
    report(
        "desk", [*rows, *(Row(name, "kB", 1, round(size, 1), round(size, 1)) for name, size in sizes.items())], ratios
    )
    is_small = all(size * 1000 <= MOST_BYTES for size in sizes.values())
    return is_small and all(ratio <= MOST for ratio in ratios.values())


def _visit(name: str) -> Callable[[Visits], None]:
    return lambda visits: visits.visit(name)


def in_turn(looked_at: Sequence[T], look: Callable[[T], Any], looks: int) -> tuple[list[float], ...]:
    """The milliseconds of each look at each database."""
    times: tuple[list[float], ...] = tuple([] for _ in looked_at)
    for number in range(looks + 2):
        for each, took in zip(looked_at, times, strict=True):
            began = time.monotonic()
            look(each)
            if number > 1:  # the first looks pay for what is loaded once
                took.append((time.monotonic() - began) * 1000)
    return times


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=int, default=15, help="how often to look")
    parser.add_argument(
        "--many", type=int, nargs=2, default=MANY, metavar=("EPISODES", "ACTIVE"), help="of the large one"
    )
    given = parser.parse_args()
    if not measure(given.looks, tuple(given.many)):
        raise SystemExit(f"A page was too large, or it took more than {MOST} times as long among many episodes.")
