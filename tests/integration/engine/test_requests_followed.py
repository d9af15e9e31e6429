"""One id is followed from a press at the desk to the notice, however much later and by whichever process it is sent."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from engine.world import Day, a_day, settings
from handslag.inbox import Inbox
from pathways.care.states import Action
from pathways.logs import during, from_now_on, write_to
from pathways.notices.sending import AppriseSender
from pathways.operations.service import Operations
from pathways.store.unit_of_work import UnitOfWork

REQUEST, OTHER = "0f8fad5bd9cb469fa16570867728950e", "7d444840-9dc0-11d1-b245-5ffdce74fad2"
FIRST = "ssih_first@example.org"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


@pytest.fixture
def day(engine: Engine, tmp_path: Path, inbox: Inbox) -> Day:
    found = settings(tmp_path, lambda name: inbox.address(f"{name.lower()}@example.org"))
    return a_day(engine, found, AppriseSender(10))


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    root, stream = logging.getLogger(), StringIO()
    handlers, level = root.handlers, root.level
    from_now_on()
    write_to(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers = handlers
    root.setLevel(level)
    logging.getLogger("handslag").setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def test_a_notice_that_leaves_later_names_the_request_that_owed_it(
    day: Day, inbox: Inbox, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    inbox.refuse(FIRST)
    episode = day.begun()
    with during(request=REQUEST):
        handover = day.requested(episode)
    inbox.refuse()
    day.clock.forward(hours=1)
    before = len(lines())

    restarted = Operations(
        day.operations.settings, day.operations.engine, AppriseSender(10), clock=day.clock
    )  # another process: it knows what the database knows
    assert restarted.delivery.deliver().sent

    (line,) = [each for each in lines()[before:] if "notice" in each]
    assert (line["request"], line["handover"]) == (REQUEST, handover)


def test_what_happened_tells_the_requests_that_it_came_from_each_once_and_in_order(day: Day) -> None:
    with during(request=REQUEST):
        handover = day.requested(day.begun())
    with during(request=OTHER):
        day.do(handover, Action.SEE)
    number = day.operations.views.show(handover).episode.number
    day.do(handover, Action.ACCEPT)  # not from the desk

    episode = day.operations.views.show(handover).episode.reference
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.episodes.requests(episode) == (REQUEST, OTHER)
        assert work.episodes.requests(episode, after=number - 1) == (OTHER,)
        assert work.episodes.requests(episode, after=number) == ()


def test_one_request_does_not_lend_its_id_to_the_notice_of_another(
    day: Day, inbox: Inbox, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    inbox.refuse(FIRST)
    with during(request=REQUEST):
        day.requested(day.begun())
    inbox.refuse()
    day.clock.forward(hours=1)
    before = len(lines())
    with during(request=OTHER):
        day.operations.delivery.deliver()
    assert [each["request"] for each in lines()[before:] if "notice" in each] == [REQUEST]
