"""Processes killed in the middle of a decision: all of it holds or nothing, and doing it again works."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from engine.databases import Database
from engine.kills import Place, Point, killed_at, place_of
from engine.programs import started, wait_until
from engine.random_walks import walk
from engine.world import SSIH, Day, a_day, settings
from pathways.care.commands import EndEpisode, TakeBackEnd
from pathways.care.evolution import replayed
from pathways.care.states import Action, EpisodeStatus
from pathways.errors import Refused
from pathways.operations.views import EpisodeView
from pathways.store.tables import NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

Work = Callable[[Day, str], object]
CLAIM_SECONDS = 5 + 30


def request(day: Day, episode: str) -> None:
    day.requested(episode)


def answer(day: Day, episode: str) -> None:
    day.do(the_handover(day, episode), Action.ACCEPT)


def complete(day: Day, episode: str) -> None:
    day.do(the_handover(day, episode), Action.ARRIVE)


def end(day: Day, episode: str) -> None:
    day.operations.perform(episode, EndEpisode(actor=SSIH, end="deceased"))


def take_back(day: Day, episode: str) -> None:
    day.operations.perform(episode, TakeBackEnd(actor=SSIH))


def the_handover(day: Day, episode: str) -> str:
    return next(iter(day.operations.views.show(episode).episode.handovers))


def ready(day: Day, episode: str) -> None:
    day.requested(episode)
    day.made_ready(the_handover(day, episode))


STEPS: dict[str, tuple[Work, tuple[Work, ...]]] = {
    "request": (request, ()),
    "answer": (answer, (request,)),
    "complete": (complete, (ready,)),
    "end": (end, (request,)),
    "take the end back": (take_back, (request, end)),
}
"""A step, and what goes before it."""


def seen(day: Day, episode: str) -> EpisodeView:
    """The episode, after a look that its promises hold."""
    view = day.operations.views.show(episode)
    assert replayed(view.history) == view.episode
    assert [recorded.number for recorded in view.history] == list(range(1, view.episode.number + 1))
    assert sum(handover.is_open for handover in view.episode.handovers.values()) <= 1
    present = [stay for stay in view.episode.stays if stay.until_at is None]
    assert len(present) == (view.episode.status is EpisodeStatus.ACTIVE)
    return view


@pytest.mark.parametrize("step", STEPS)
def test_whenever_it_is_killed_all_or_nothing_holds_and_doing_it_again_works(
    database: Database, tmp_path: Path, step: str
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    work, earlier = STEPS[step]
    for point in Point:
        episode = day.begun()
        for before in earlier:
            before(day, episode)
        number = seen(day, episode).episode.number

        killed_at(point, place_of(day, database.url), work, episode)

        reached = seen(day, episode).episode
        assert (reached.number > number) is point.is_committed, point
        if point.is_committed:
            with pytest.raises(Refused):
                work(day, episode)
        else:
            work(day, episode)
        assert seen(day, episode).episode.number >= reached.number
        everything_leaves(day)


def everything_leaves(day: Day) -> None:
    """After the claim of whoever died, nothing waits in the outbox."""
    day.clock.forward(seconds=CLAIM_SECONDS + 1)
    day.operations.delivery.deliver()
    assert {n.status for n in day.operations.views.notices()} <= {NoticeStatus.SENT, NoticeStatus.WITHDRAWN}


def walk_for_ever(place: Place, seed: int, log: Path) -> None:
    """Do anything possible, to one new episode after another, and note each beginning."""
    day, chance = place.day(), Random(seed)  # noqa: S311 - repeatable chance is what is wanted
    while True:
        for decision in walk(day, chance, steps=40):
            with log.open("a") as file:
                file.write(f"{decision.episode.reference} {decision.episode.number}\n")


def test_killed_at_any_moment_of_a_busy_life_what_was_told_as_done_is_there(database: Database, tmp_path: Path) -> None:
    day = a_day(database.engine, settings(tmp_path))
    log = tmp_path / "log"
    log.touch()
    for seed in range(4):
        kill_after(log, 1 + 3 * seed, place_of(day, database.url), seed)

    told = [line.split() for line in log.read_text().splitlines()]
    assert len(told) >= 4
    for reference, number in told:
        assert seen(day, reference).episode.number >= int(number)
    with UnitOfWork(database.engine, writes=False) as work:
        episodes = [reference for reference, _ in work.episodes.unannounced(1000)]
    for reference in episodes:
        seen(day, reference)


def kill_after(log: Path, decisions: int, place: Place, seed: int) -> None:
    """Let another process walk for ever, and kill it after some more decisions."""
    before = len(log.read_text().splitlines())
    program = started(walk_for_ever, place, seed, log)
    wait_until(lambda: len(log.read_text().splitlines()) >= before + decisions)
    program.kill()
    program.join()
