"""Processes killed in the middle of a decision: all of it holds or nothing, and doing it again works."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from engine.databases import Database
from engine.kills import Place, Point, done_by_another, killed_at, place_of
from engine.programs import started, wait_until
from engine.random_walks import walk
from engine.world import MUNICIPAL, SSIH, Day, a_day, person, settings
from pathways.care.commands import CompleteFollowUp, ConfirmReadiness, EndEpisode, TakeBackEnd
from pathways.care.events import ClockStopped
from pathways.care.evolution import replayed
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.errors import Refused
from pathways.operations.views import EpisodeView
from pathways.store.unit_of_work import UnitOfWork

Work = Callable[[Day, str], object]
CLAIM_SECONDS = 5 + 30
OTHERS_AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def request(day: Day, episode: str) -> None:
    day.requested(episode)


def accept(day: Day, episode: str) -> None:
    day.do(the_handover(day, episode), Action.ACCEPT)


def reject(day: Day, episode: str) -> None:
    day.do(the_handover(day, episode), Action.REJECT, reason="no-place")


def complete(day: Day, episode: str) -> None:
    day.do(the_handover(day, episode), Action.ARRIVE)


def end(day: Day, episode: str) -> None:
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))


def take_back(day: Day, episode: str) -> None:
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))


def ready(day: Day, episode: str) -> None:
    day.requested(episode)
    day.made_ready(the_handover(day, episode))


def the_handover(day: Day, episode: str) -> str:
    return next(iter(day.operations.views.show(episode).episode.handovers))


@dataclass(frozen=True)
class Step:
    """What a process does when it dies, what was done before, and the points that it does not come to."""

    work: Work
    before: tuple[Work, ...]
    misses: frozenset[Point]

    @property
    def points(self) -> list[Point]:
        return [point for point in Point if point not in self.misses]


_LEAVES_STAYS, _LEAVES_MARKS = Point.AFTER_STAY, Point.AFTER_MARK
STEPS = {
    "request": Step(request, (), frozenset({_LEAVES_STAYS, _LEAVES_MARKS})),
    "accept": Step(accept, (request,), frozenset({_LEAVES_STAYS})),
    "reject": Step(reject, (request,), frozenset({_LEAVES_STAYS, _LEAVES_MARKS})),
    "complete": Step(complete, (ready,), frozenset()),
    "end": Step(end, (request,), frozenset({_LEAVES_MARKS})),
    "take the end back": Step(take_back, (request, end), frozenset({_LEAVES_MARKS})),
}


def to_the_end(day: Day, episode: str) -> None:
    """Carry an episode on from wherever it stands: to SSIH, to its end, and through what follows it."""
    while (found := seen(day, episode).episode).ended_at is None:
        handover = found.open_handover
        if handover is None and found.level == "home":
            request(day, episode)
        elif handover is None:
            day.operations.perform(episode, EndEpisode(actor=SSIH, end="deceased"))
        elif handover.status in (HandoverStatus.REQUESTED, HandoverStatus.RECEIVED):
            day.made_ready(handover.reference)
        elif handover.status is HandoverStatus.ACCEPTED:
            for actor in (SSIH, MUNICIPAL):
                day.operations.perform(episode, ConfirmReadiness(actor=actor, handover=handover.reference))
        else:
            day.do(handover.reference, Action.ARRIVE)
    for clock in found.clocks.values():
        name = clock.key.partition("/")[2]
        day.operations.perform(episode, CompleteFollowUp(actor=person(clock.owner), follow_up=name))


def finish(day: Day, step: str, episodes: Mapping[str, bool]) -> None:
    """After a minute of `deliver`: do the step again where it does not hold, and carry each episode to its end."""
    day.operations.delivery.deliver()
    for episode, holds in episodes.items():
        if holds:
            with pytest.raises(Refused):
                STEPS[step].work(day, episode)
        else:
            STEPS[step].work(day, episode)
        to_the_end(day, episode)


def seen(day: Day, episode: str) -> EpisodeView:
    """The episode, after a look that its promises hold: the rows, clocks among them, are what the events say."""
    view = day.operations.views.show(episode)
    assert replayed(view.history) == view.episode
    assert [recorded.number for recorded in view.history] == list(range(1, view.episode.number + 1))
    assert sum(handover.is_open for handover in view.episode.handovers.values()) <= 1
    present = [stay for stay in view.episode.stays if stay.until_at is None]
    assert len(present) == (view.episode.status is EpisodeStatus.ACTIVE)
    assert all(earlier.until_at == later.from_at for earlier, later in pairwise(view.episode.stays))
    keys = [notice.key for notice in view.notices]
    assert len(keys) == len(set(keys))
    return view


@dataclass(frozen=True)
class Told:
    """What became of a story, without its references and times: it is the same whoever died meanwhile."""

    handovers: list[str]
    stays: list[tuple[str, str]]
    events: list[str]
    clocks: list[tuple[str, str | None]]
    notices: list[tuple[str, str, str, str]]

    @classmethod
    def of(cls, day: Day, episode: str) -> "Told":
        view = seen(day, episode)
        stopped = [found.event for found in view.history if isinstance(found.event, ClockStopped)]
        return cls(
            handovers=[handover.status for handover in view.episode.handovers.values()],
            stays=[(stay.level, stay.team) for stay in view.episode.stays],
            events=sorted(recorded.event.type for recorded in view.history),
            clocks=sorted((event.key.partition("/")[2], event.outcome) for event in stopped),
            notices=sorted((n.kind, n.team, n.contact, n.status) for n in view.notices),
        )


@pytest.mark.parametrize("step", STEPS)
def test_whenever_it_is_killed_another_process_completes_the_story_as_if_nobody_had_died(
    database: Database, tmp_path: Path, step: str
) -> None:
    place = Place(database.url, settings(tmp_path))
    publish(database, place)
    day = place.day()
    undisturbed, *episodes = [begun(day, step) for _ in (None, *STEPS[step].points)]
    finish(day, step, {undisturbed: False})

    dead = dict(zip(episodes, STEPS[step].points, strict=True))
    holds = {episode: killed(database, day, place, step, episode, point) for episode, point in dead.items()}
    done_by_another(place.later(CLAIM_SECONDS + 1), finish, step, holds)

    for episode, point in dead.items():
        assert Told.of(day, episode) == Told.of(day, undisturbed), point
        letters = Counter(letters_about(day, place, episode))
        sent = {notice.key for notice in day.operations.views.show(episode).notices if notice.sent_at}
        assert {key for key, _ in letters} == sent, point
        assert set(letters.values()) == {1}, point
        assert {kind for _, kind in letters} == ({"first", "repeat"} if point.may_have_arrived else {"first"}), point
        assert sum(kind == "first" for _, kind in letters) == len(sent) - (point is Point.BEFORE_SENDING), point


def publish(database: Database, place: Place) -> None:
    a_day(database.engine, place.settings)


def begun(day: Day, step: str) -> str:
    episode = day.begun()
    for before in STEPS[step].before:
        before(day, episode)
    return episode


def killed(database: Database, day: Day, place: Place, step: str, episode: str, point: Point) -> bool:
    """Whether the step holds after a process was killed at a point of it. All of it does, or nothing."""
    before = seen(day, episode).episode
    woken = lines(place.woken)

    killed_at(point, place, STEPS[step].work, episode)

    all_is_quiet(database)
    after = seen(day, episode).episode
    holds = after.number > before.number
    assert point.is_committed in (holds, None), point
    if holds:
        with UnitOfWork(database.engine, writes=False) as work:  # `watch` wakes it, whether or not it was woken
            assert after.handovers.keys() & {handover for handover, _ in work.runs.unseen(1000)}, point
    assert (len(lines(place.woken)) > len(woken)) is (point is Point.AFTER_WAKING), point
    return holds


def all_is_quiet(database: Database) -> None:
    """Wait until PostgreSQL has noticed who is dead, and has done or undone what they had begun."""

    def is_quiet() -> bool:
        with database.engine.connect() as connection:  # one look is one transaction: within it, nothing changes
            return not connection.execute(text(OTHERS_AT_WORK)).scalar_one()

    if not database.is_sqlite:
        wait_until(is_quiet)


def letters_about(day: Day, place: Place, episode: str) -> list[tuple[str, str]]:
    """Key of the notice, and whether it says that it may be a repeat, for each letter about an episode."""
    keys = {notice.key for notice in day.operations.views.show(episode).notices}
    letters = [line.split("\t") for line in lines(place.letters)]
    return [(key, kind) for key, kind in letters if key in keys]


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


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
        episodes = [known.episode for known in work.announcements.unfinished(1000)]
    for reference in episodes:
        seen(day, reference)


def kill_after(log: Path, decisions: int, place: Place, seed: int) -> None:
    """Let another process walk for ever, and kill it after some more decisions."""
    before = len(log.read_text().splitlines())
    program = started(walk_for_ever, place, seed, log)
    wait_until(lambda: len(log.read_text().splitlines()) >= before + decisions)
    program.kill()
    program.join()
