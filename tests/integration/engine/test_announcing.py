"""Announcing to a server that refuses, and by processes that die on the way: nothing counts that was not taken."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect_fakes import FakePrefect, running

from engine.databases import Database
from engine.kills import Place, place_of
from engine.programs import started
from engine.world import Day, a_day, settings
from flows.announcing import Told, announce, announce_all, sender
from pathways.errors import Failed
from pathways.store.unit_of_work import UnitOfWork


class EventServer(FakePrefect):
    """Takes events as Prefect's server does: all of a batch or, with another status, nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 204
        self.taken: list[dict[str, Any]] = []

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        assert (method, path) == ("POST", "/api/events")
        if self.status == 204:
            self.taken += body
        return self.status, {}


@pytest.fixture
def prefect() -> Iterator[tuple[EventServer, str]]:
    fake = EventServer()
    with running(fake) as url:
        yield fake, url


@pytest.fixture
def day(database: Database, tmp_path: Path, prefect: tuple[EventServer, str]) -> Day:
    return a_day(database.engine, settings(tmp_path).model_copy(update={"prefect_api_url": prefect[1]}))


def _unannounced(day: Day) -> dict[str, int]:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        return dict(work.episodes.unannounced(1000))


def test_what_the_server_takes_is_announced_and_not_sent_again(day: Day, prefect: tuple[EventServer, str]) -> None:
    first, second = day.begun(), day.begun()
    handover = day.requested(first)
    asyncio.run(announce_all(day.operations))
    assert _unannounced(day) == {}
    names = [(each["event"], each["resource"]["prefect.resource.id"]) for each in prefect[0].taken]
    assert ("handslag.episode.began", f"handslag.episode.{second}") in names
    assert ("handslag.handover.requested", f"handslag.handover.{handover}") in names
    asyncio.run(announce(day.operations, first))
    asyncio.run(announce_all(day.operations))
    assert len(prefect[0].taken) == len(names) == len({each["id"] for each in prefect[0].taken})


@pytest.mark.parametrize("status", [401, 404, 422, 500])
def test_what_the_server_refuses_counts_as_unannounced(day: Day, prefect: tuple[EventServer, str], status: int) -> None:
    episode = day.begun()
    prefect[0].status = status
    for refused in (announce_all(day.operations), announce(day.operations, episode)):
        with pytest.raises(Failed):
            asyncio.run(refused)
    assert _unannounced(day) == {episode: 0}
    prefect[0].status = 204
    asyncio.run(announce(day.operations, episode))
    assert _unannounced(day) == {}
    assert prefect[0].taken[0]["event"] == "handslag.episode.began"


def test_many_events_go_in_batches_and_a_batch_that_was_taken_counts(day: Day) -> None:
    told_of_one: list[Any] = []
    first = day.begun()
    asyncio.run(announce(day.operations, first, send=told_of_one.extend))
    episodes = [day.begun() for _ in range(3)]
    batches: list[Told] = []

    def send(told: Told) -> None:
        if batches:
            raise Failed("The server is away.", "Wait.")
        batches.append(told)

    with pytest.raises(Failed):
        asyncio.run(announce_all(day.operations, send=send, most_at_once=len(told_of_one) + 1))
    taken = {each["related"][0]["prefect.resource.id"].removeprefix("handslag.episode.") for each in batches[0]}
    assert set(_unannounced(day)) == set(episodes) - taken
    assert len(taken) == 2


def announce_and_die(place: Place, is_sent: bool) -> None:
    """Announce, and die just before or just after the server has taken it."""
    operations = place.day().operations

    def send(told: Told) -> None:
        if is_sent:
            sender(operations.settings)(told)
        os._exit(9)

    asyncio.run(announce_all(operations, send=send))


def test_what_a_process_had_not_sent_when_it_died_is_announced_by_the_next(
    day: Day, database: Database, prefect: tuple[EventServer, str]
) -> None:
    episode = day.begun()
    place = place_of(day, database.url)
    for is_sent in (False, True):
        program = started(announce_and_die, place, is_sent)
        program.join()
        assert (program.exitcode, bool(prefect[0].taken)) == (9, is_sent)
        assert _unannounced(day) == {episode: 0}
    once = [each["id"] for each in prefect[0].taken]
    asyncio.run(announce_all(day.operations))
    assert _unannounced(day) == {}
    assert [each["id"] for each in prefect[0].taken] == once * 2
