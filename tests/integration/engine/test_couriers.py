"""Who presses waits for no mail server: a courier sends in the background, and leaves to others what it cannot."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.world import MUNICIPAL, Day, HandClock, Post, a_day, settings
from pathways.care.commands import EndEpisode
from pathways.errors import Failed
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sent
from pathways.operations.couriers import InBackground
from pathways.operations.delivery import Delivered, Delivery
from pathways.operations.service import Operations
from pathways.store.tables import NoticeStatus

PATIENCE_SECONDS = 30.0
SOON_SECONDS = 0.05


class Hanging(Post):
    """A mail server that answers nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__(answer=self._answered)
        self.goes_on = threading.Event()
        self.is_asked = threading.Event()

    def _answered(self, key: str) -> Outcome:
        self.is_asked.set()
        assert self.goes_on.wait(PATIENCE_SECONDS)
        return Sent()


class Breaking(Delivery):
    """A delivery that breaks, as long as there is a fault."""

    def __init__(self, delivery: Delivery) -> None:
        self._whole = delivery
        self.fault: Exception | None = ZeroDivisionError()

    def deliver(self, *, episode: str | None = None, limit: int = 200) -> Delivered:
        if self.fault:
            raise self.fault
        return self._whole.deliver(episode=episode, limit=limit)


@pytest.fixture
def post() -> Iterator[Hanging]:
    post = Hanging()
    yield post
    post.goes_on.set()


def in_background(engine: Engine, folder: Path, post: Post) -> Day:
    given = settings(folder)
    woken: list[str] = []
    a_day(engine, given)
    clock = HandClock()
    operations = Operations(given, engine, post, clock=clock, wake=woken.append, courier=InBackground)
    return Day(operations, clock, post, woken)


def test_a_request_and_a_death_are_answered_while_the_mail_server_hangs(
    engine: Engine, tmp_path: Path, post: Hanging
) -> None:
    day = in_background(engine, tmp_path, post)
    handover = day.requested(day.begun())
    assert post.is_asked.wait(PATIENCE_SECONDS)  # it hangs now, and will for all that follows

    day.operations.perform(handover, EndEpisode(actor=MUNICIPAL, end="deceased"))

    assert day.woken == [handover, handover]
    assert {notice.status for notice in day.operations.views.notices()} == {
        NoticeStatus.WAITING,
        NoticeStatus.WITHDRAWN,
    }
    began = time.monotonic()
    assert not day.operations.courier.finish(SOON_SECONDS)
    assert time.monotonic() - began < PATIENCE_SECONDS
    post.goes_on.set()
    assert day.operations.courier.finish(PATIENCE_SECONDS)
    assert {notice.kind: notice.status for notice in day.operations.views.notices()} == {
        "requested": NoticeStatus.SENT,
        "look-first": NoticeStatus.SENT,
    }


def test_a_courier_says_that_not_all_has_left_and_works_again_at_the_next_nudge(engine: Engine, tmp_path: Path) -> None:
    post = Post(answer=lambda key: NotSent(NotSentCode.REFUSED, permanent=False))
    day = in_background(engine, tmp_path, post)
    day.requested(day.begun())
    assert not day.operations.courier.finish(PATIENCE_SECONDS)

    post.answer = lambda key: Sent()
    day.clock.forward(hours=1)
    day.operations.courier.nudge()
    assert day.operations.courier.finish(PATIENCE_SECONDS)
    assert len(post.sent) == 1


def test_what_breaks_in_a_courier_stops_neither_it_nor_whoever_presses(engine: Engine, tmp_path: Path) -> None:
    day = a_day(engine, settings(tmp_path))
    breaking = Breaking(day.operations.delivery)
    courier = InBackground(breaking)
    courier.nudge()
    assert not courier.finish(PATIENCE_SECONDS)

    breaking.fault = Failed("The database does not answer.", "Wait.")
    courier.nudge()
    assert not courier.finish(PATIENCE_SECONDS)

    breaking.fault = None
    courier.nudge()
    assert courier.finish(PATIENCE_SECONDS)
