"""What other processes do to one programme: begin as soon as a file is there, and say what became of it."""

import time
from pathlib import Path

from engine.world import START, HandClock, Post
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import EndEpisode, TakeBackEnd
from pathways.care.programme.commands import Enrol
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.database import open_engine

PATHWAY, NETWORK = "jammerbugt-tryg-hjemkomst", "jammerbugt-demo"
CRITERIA = ("being-discharged", "home-care-before")
CLERK = Actor(kind=ActorKind.PERSON, team="visitationen", name="a clerk", via="command-line")
BEGINNING = Begin(PATHWAY, NETWORK, "leaving-hospital", criteria=CRITERIA)


def begin_many(url: str, settings: Settings, start: Path, outcome: Path, times: int) -> None:
    """Begin so many episodes, one after the other; write how each stands."""
    operations = _at_the_start(url, settings, start)
    found = [operations.begin_episode(BEGINNING, CLERK)[0] for _ in range(times)]
    outcome.write_text(" ".join(f"{each.reference}:{each.status}" for each in found), encoding="utf-8")


def enrol_and_return(url: str, settings: Settings, start: Path, outcome: Path, waiting: str, ended: str) -> None:
    """Try to enrol one that waits, and to take back the end of another, again and again; write which succeeded."""
    operations = _at_the_start(url, settings, start)
    done = []
    for reference, command in ((waiting, Enrol(actor=CLERK)), (ended, TakeBackEnd(actor=CLERK))):
        try:
            operations.perform(reference, command)
            done.append(reference)
        except Refused:  # somebody else was faster
            continue
    outcome.write_text(" ".join(done), encoding="utf-8")


def ended(operations: Operations, reference: str, end: str = "moved-away") -> None:
    operations.perform(reference, EndEpisode(actor=CLERK, end=end))


def _at_the_start(url: str, settings: Settings, start: Path) -> Operations:
    operations = Operations(settings, open_engine(url), Post(), clock=HandClock(START))
    operations.publishing.published()  # connected, and everything imported
    give_up_at = time.monotonic() + 60
    while not start.exists() and time.monotonic() < give_up_at:
        time.sleep(0.001)
    return operations
