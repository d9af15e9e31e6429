"""Upkeep: with no Prefect at all notices leave and limits are acted on, by whatever process lives."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.world import Day, Post, a_day, settings
from flows.upkeep import Upkeep
from flows.waking import Waker
from pathways.errors import Failed
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sent
from pathways.operations.measuring import DELIVER, WATCH
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.tables import NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

SECONDS = 30


@pytest.fixture
def given(tmp_path: Path) -> Settings:
    return settings(tmp_path).model_copy(update={"prefect_api_url": "http://127.0.0.1:9/api"})


@pytest.fixture
def day(engine: Engine, given: Settings) -> Day:
    return a_day(engine, given)


def opened(day: Day) -> Callable[[], tuple[Operations, Waker]]:
    waker = Waker(day.operations.settings, day.operations.engine, patience_seconds=1, clock=day.clock)
    return lambda: (day.operations, waker)


def unsent(day: Day) -> set[str]:
    return {str(n.kind) for n in day.operations.views.notices() if n.status == NoticeStatus.WAITING}


def away(key: str) -> Outcome:
    return NotSent(NotSentCode.NOT_TAKEN, permanent=False)


def test_a_notice_that_could_not_leave_is_sent_though_no_run_delivers(day: Day) -> None:
    day.post.answer = away
    day.requested(day.begun())
    assert unsent(day)
    day.post.answer = lambda key: Sent()
    day.clock.forward(minutes=10)
    Upkeep(opened(day)).look()
    assert not unsent(day)


def test_a_limit_that_passed_is_acted_on_while_watch_is_silent_and_left_to_it_while_it_is_not(day: Day) -> None:
    handover = day.requested(day.begun())
    day.clock.forward(minutes=31)
    day.operations.measuring.ran(WATCH)
    upkeep = Upkeep(opened(day))
    upkeep.look()
    assert day.operations.views.show(handover).handover(handover).escalations == 0
    day.clock.forward(seconds=76)
    upkeep.look()
    assert day.operations.views.show(handover).handover(handover).escalations == 1


def test_after_the_clock_was_set_back_limits_are_acted_on_though_watch_is_said_to_have_just_run(day: Day) -> None:
    day.clock.forward(hours=2)
    day.operations.measuring.ran(WATCH)
    day.clock.forward(hours=-1)
    handover = day.requested(day.begun())
    day.clock.forward(minutes=31)
    Upkeep(opened(day)).look()
    assert day.operations.views.show(handover).handover(handover).escalations == 1


def test_that_it_has_looked_is_recorded_as_delivery_once_a_minute(day: Day) -> None:
    upkeep = Upkeep(opened(day))
    upkeep.look()
    first = day.clock.now
    day.clock.forward(seconds=5)
    upkeep.look()
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.measures.last_runs()[DELIVER] == first
    assert not day.operations.measuring.is_silent(DELIVER, timedelta(minutes=1))


def test_it_goes_on_after_it_failed_and_ends_when_it_is_told_to(day: Day) -> None:
    has_looked, failures = threading.Event(), [Failed("Away.", "Wait."), RuntimeError("broken"), OSError("gone")]
    handed_out = opened(day)

    def failing() -> tuple[Operations, Waker]:
        if failures:
            raise failures.pop()
        has_looked.set()
        return handed_out()

    with Upkeep(failing, every_seconds=0.01) as upkeep:
        assert has_looked.wait(SECONDS)
    assert not upkeep._thread.is_alive()


def test_two_at_once_send_each_notice_once(engine: Engine, given: Settings) -> None:
    post, both = Post(), threading.Barrier(2, timeout=SECONDS)
    days = [a_day(engine, given, post, is_published=bool(number)) for number in range(2)]
    post.answer = away
    for _ in range(5):
        days[0].requested(days[0].begun())
    owed = len(days[0].operations.views.notices())
    post.answer = lambda key: Sent()

    def look(day: Day) -> None:
        day.clock.forward(minutes=10)
        both.wait()
        Upkeep(opened(day)).look()

    threads = [threading.Thread(target=look, args=(day,)) for day in days]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    keys = [key for key, _words in post.sent]
    assert len(keys) == len(set(keys)) == owed
