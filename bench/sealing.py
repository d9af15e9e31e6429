"""What it costs that texts of care are sealed: the same looks and decisions with and without, in turn, in one run.

Without, texts are written as they are typed, and read as they lie there. Everything else is the same.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from bench.crowds import RECEIVER, SENDER, actor
from bench.desk import filled, in_turn
from bench.measuring import Row, report
from bench.waiting import two_of_each_kind
from handslag.printing import say
from handslag.stories.telling import whole_summary
from pathways.care.commands import WriteSummary
from pathways.operations.service import Operations
from pathways.store.tables import EPISODE
from pathways.store.texts import Texts

_EPISODES, _ACTIVE = 1_000, 500
_NETWORK = "jonkoping-demo"
_NUMBERS = count(1)


class Installation:
    """An installation with or without sealed texts, and one of its episodes under way."""

    def __init__(self, url: str, folder: Path, *, seals: bool) -> None:
        self.seals = seals
        with self.as_it_is():
            self.service: Operations = filled(url, folder, _EPISODES, _ACTIVE)
        running = select(EPISODE.c.reference).where(EPISODE.c.status == "active", EPISODE.c.number > 15).limit(1)
        with self.service.engine.connect() as connection:
            self.episode: str = connection.scalars(running).one()

    @contextmanager
    def as_it_is(self) -> Iterator[None]:
        """Texts are written as this installation writes them."""
        if self.seals:
            yield
            return
        with patch.object(Texts, "seal", lambda _self, text, *_of: text):
            yield

    def decide(self) -> None:
        """Write a summary anew, which is one decision with a text in each part."""
        summary = whole_summary(f"as before {next(_NUMBERS)}")
        with self.as_it_is():
            self.service.perform(self.episode, WriteSummary(actor=actor(SENDER), summary=summary))


LOOKS: Mapping[str, Callable[[Installation], Any]] = {
    "an episode with its history": lambda here: here.service.views.show(here.episode),
    "inbox": lambda here: here.service.boards.inbox(_NETWORK, RECEIVER),
    "board by level": lambda here: here.service.boards.board(_NETWORK),
    "a summary is written": Installation.decide,
}


def measure(looks: int) -> None:
    """Measure on both databases, print it and write it down."""
    times: dict[str, list[float]] = {}
    ratios: dict[str, float] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for database, urls in two_of_each_kind(folder, stack).items():
            here = []
            for seals, url in zip((False, True), urls, strict=True):
                own = folder / f"{database}-{seals}"
                own.mkdir()
                say(f"{database}: filling a database with {_EPISODES} episodes, {'sealed' if seals else 'in clear'} …")
                here.append(Installation(url, own, seals=seals))
            for name, look in LOOKS.items():
                clear, sealed = in_turn(here, look, looks)
                ratios[f"{database}, {name}: sealed / in clear"] = statistics.median(sealed) / statistics.median(clear)
                times |= {f"{database}, {name}, in clear": clear, f"{database}, {name}, sealed": sealed}
    report("sealing", [Row.of(name, took) for name, took in times.items()], ratios)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--looks", type=int, default=40, help="how often to look")
    measure(parser.parse_args().looks)
