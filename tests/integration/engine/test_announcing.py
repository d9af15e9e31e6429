"""Announcing to a server that refuses, forgets or dies, by processes that die: what counts is stored there, once."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loops import run_apart
from prefect_fakes import FakePrefect, running

from engine.databases import Database
from engine.kills import Place, place_of
from engine.programs import started
from engine.world import Day, a_day, settings
from flows.announcing import FOUND_AFTER, KEPT_FOR, PrefectEvents, Told, announce, announce_all
from pathways.errors import Failed
from pathways.store.unit_of_work import UnitOfWork


class EventServer(FakePrefect):
    """Takes events as Prefect's server does: all of a batch or, with another status, nothing of it.

    `memory` is lost when it is killed; `store` lasts, and takes no id twice.
    """

    def __init__(self) -> None:
        super().__init__()
        self.status = 204
        self.taken: list[dict[str, Any]] = []
        self.stored: list[dict[str, Any]] = []
        self.forgets = False

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if self.status != 204:
            return self.status, {}
        if (method, path) == ("POST", "/api/events/filter"):
            wanted = body["filter"]
            assert len(wanted["id"]["id"]) <= body["limit"] == 50
            since, until = wanted["occurred"]["since"], wanted["occurred"]["until"]
            found = [each for each in self.stored if each["id"] in wanted["id"]["id"]]
            assert all(since <= each["occurred"] <= until for each in found)
            return 200, {"events": found}
        assert (method, path) == ("POST", "/api/events")
        self.taken += body
        self.stored += [] if self.forgets else body
        return 204, {}


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
        return {known.episode: known.stored for known in work.announcements.unfinished(1000)}


def test_what_the_server_has_stored_is_announced_and_not_sent_again(day: Day, prefect: tuple[EventServer, str]) -> None:
    first, second = day.begun(), day.begun()
    handover = day.requested(first)
    run_apart(announce_all(day.operations))
    assert set(_unannounced(day)) == {first, second}
    names = [(each["event"], each["resource"]["prefect.resource.id"]) for each in prefect[0].taken]
    assert ("handslag.episode.began", f"handslag.episode.{second}") in names
    assert ("handslag.handover.requested", f"handslag.handover.{handover}") in names
    run_apart(announce(day.operations, first))
    day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    run_apart(announce_all(day.operations))
    assert _unannounced(day) == {}
    assert len(prefect[0].taken) == len(names) == len({each["id"] for each in prefect[0].taken})


def test_what_the_server_took_and_lost_is_sent_again_and_nothing_that_it_has(
    day: Day, prefect: tuple[EventServer, str]
) -> None:
    kept, lost = day.begun(), day.begun()
    run_apart(announce(day.operations, kept))
    prefect[0].forgets = True
    run_apart(announce(day.operations, lost))
    prefect[0].forgets = False
    later = day.begun()
    day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    for _ in range(2):
        run_apart(announce_all(day.operations))
        day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    assert _unannounced(day) == {}
    began = [each for each in prefect[0].stored if each["event"] == "handslag.episode.began"]
    assert sorted(each["resource"]["prefect.resource.id"] for each in began) == sorted(
        f"handslag.episode.{episode}" for episode in (kept, lost, later)
    )
    assert len(prefect[0].stored) == len({each["id"] for each in prefect[0].stored})


def test_what_happened_while_it_waits_to_be_found_is_sent_at_once(day: Day, prefect: tuple[EventServer, str]) -> None:
    episode = day.begun()
    run_apart(announce(day.operations, episode))
    handover = day.requested(episode)
    run_apart(announce(day.operations, episode))
    told = [each["resource"]["prefect.resource.id"] for each in prefect[0].taken]
    assert f"handslag.handover.{handover}" in told
    assert len(prefect[0].taken) == len({each["id"] for each in prefect[0].taken})


def test_what_the_server_no_longer_keeps_is_not_looked_for(day: Day, prefect: tuple[EventServer, str]) -> None:
    day.begun()
    day.clock.forward(seconds=KEPT_FOR.total_seconds())
    prefect[0].forgets = True
    for _ in range(2):
        run_apart(announce_all(day.operations))
        day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    assert _unannounced(day) == {}
    assert len(prefect[0].taken) == len({each["id"] for each in prefect[0].taken})


def test_two_who_announce_at_once_send_each_event_once(day: Day, prefect: tuple[EventServer, str]) -> None:
    for _ in range(5):
        day.requested(day.begun())
    both = threading.Barrier(2, timeout=30)

    def look() -> None:
        both.wait()
        run_apart(announce_all(day.operations))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ids = [each["id"] for each in prefect[0].taken]
    assert len(ids) == len(set(ids))
    names = [each["event"] for each in prefect[0].taken]
    assert (names.count("handslag.episode.began"), names.count("handslag.handover.requested")) == (5, 5)


@pytest.mark.parametrize("status", [401, 404, 422, 500])
def test_what_the_server_refuses_counts_as_unannounced_and_is_sent_later(
    day: Day, prefect: tuple[EventServer, str], status: int
) -> None:
    episode, other = day.begun(), day.begun()
    prefect[0].status = status
    for refused in (announce(day.operations, episode), announce_all(day.operations)):
        with pytest.raises(Failed):
            run_apart(refused)
    assert _unannounced(day) == {episode: 0, other: 0}
    prefect[0].status = 204
    day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    run_apart(announce(day.operations, episode))
    assert prefect[0].taken[0]["event"] == "handslag.episode.began"


def test_many_events_go_in_batches_and_a_batch_that_was_taken_counts(
    day: Day, prefect: tuple[EventServer, str]
) -> None:
    episodes = [day.begun() for _ in range(4)]

    class OneBatch(PrefectEvents):
        batches = 0

        def send(self, told: Told) -> None:
            if self.batches:
                raise Failed("The server is away.", "Wait.")
            self.batches += 1
            super().send(told)

    with pytest.raises(Failed):
        run_apart(announce_all(day.operations, feed=OneBatch(day.operations.settings), most_at_once=2))
    assert len(prefect[0].taken) < 8
    taken = {each["related"][0]["prefect.resource.id"].removeprefix("handslag.episode.") for each in prefect[0].taken}
    day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    run_apart(announce_all(day.operations))
    assert set(_unannounced(day)) == set(episodes) - taken
    assert len(prefect[0].stored) == len({each["id"] for each in prefect[0].stored})


def announce_and_die(place: Place, is_sent: bool) -> None:
    """Announce, and die just before or just after the server has taken it."""
    operations = place.day().operations

    class Deadly(PrefectEvents):
        def send(self, told: Told) -> None:
            if is_sent:
                super().send(told)
            os._exit(9)

    run_apart(announce_all(operations, feed=Deadly(operations.settings)))


@pytest.mark.parametrize("is_sent", [False, True])
def test_what_a_process_that_died_had_not_sent_is_sent_by_the_next_and_what_it_had_is_not(
    is_sent: bool, day: Day, database: Database, prefect: tuple[EventServer, str]
) -> None:
    episode = day.begun()
    program = started(announce_and_die, place_of(day, database.url), is_sent)
    program.join()
    assert (program.exitcode, bool(prefect[0].taken)) == (9, is_sent)
    assert _unannounced(day) == {episode: 0}
    day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    run_apart(announce_all(day.operations))
    day.clock.forward(seconds=FOUND_AFTER.total_seconds())
    run_apart(announce_all(day.operations))
    assert _unannounced(day) == {}
    assert len(prefect[0].taken) == len({each["id"] for each in prefect[0].taken})
