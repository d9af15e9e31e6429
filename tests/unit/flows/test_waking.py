"""Waking: whatever the server knows of a run, the handover gets one that looks at its news, and no decision fails."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flow_worlds import SENDER, definitions, person
from prefect_fakes import FakePrefect, running
from pydantic import SecretStr
from sqlalchemy import Engine

from flows.waking import Waker
from pathways.care.commands import ChangeHandover, WantedHandover
from pathways.care.states import Action
from pathways.errors import Failed
from pathways.notices.outcomes import Outcome, Sent
from pathways.notices.words import Words
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.database import open_engine
from pathways.store.schema import upgrade
from pathways.store.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
KEY = "b2Zyb21hZGVvbmx5Zm9ydGVzdHNhYmNkZWZnaGlqa2w="


class Silent:
    """A sender that takes everything."""

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        return Sent()

    def shown_sender(self, address: SecretStr) -> str:
        return "Handslag"


class Desk:
    """One requested handover in a database, and a waker whose clock stands at `now`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.now = NOW
        self.settings = Settings(
            data_folder=folder,
            keys=SecretStr(KEY),
            hash_key=SecretStr("only-for-tests-0123456789-abcdefghijkl"),
            prefect_api_url=url,
            stuck_after_seconds=90,
        )
        self.engine: Engine = open_engine(self.settings.database_url)
        self.service = Operations(self.settings, self.engine, Silent(), clock=lambda: self.now)
        pathway, network = definitions()
        self.service.publishing.apply([pathway], [network])
        self.waker = Waker(self.settings, self.engine, patience_seconds=1, clock=lambda: self.now)
        episode, _ = self.service.begin_episode(Begin(pathway.pathway, network.network, "home"), person(SENDER))
        self.episode = episode.reference
        self.handover = self.service.plan_handover(
            self.episode,
            person(SENDER),
            WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening"),
        )

    @property
    def run(self) -> str | None:
        with UnitOfWork(self.engine, writes=False) as work:
            return work.runs.get(self.handover)

    def carried_by(self, run: str) -> None:
        with UnitOfWork(self.engine) as work:
            work.runs.started(self.handover, run, NOW)
            work.commit()

    def seen(self) -> None:
        with UnitOfWork(self.engine) as work:
            work.runs.seen(self.handover, 10_000)
            work.commit()


@pytest.fixture
def prefect() -> FakePrefect:
    return FakePrefect()


@pytest.fixture(scope="module")
def made_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with our tables, made once: each test takes a copy."""
    file = tmp_path_factory.mktemp("made") / "handslag.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def folder(tmp_path: Path, made_database: Path) -> Path:
    shutil.copy(made_database, tmp_path)
    return tmp_path


@pytest.fixture
def desk(folder: Path, prefect: FakePrefect) -> Iterator[Desk]:
    with running(prefect) as url:
        yield Desk(folder, url)


def test_a_handover_without_a_run_gets_one_named_and_tagged_for_people(desk: Desk, prefect: FakePrefect) -> None:
    desk.waker.wake(desk.handover)
    assert desk.run in prefect.runs
    (created,) = prefect.created
    assert created["name"] == f"{desk.handover} home → home-specialised"
    assert created["parameters"] == {"reference": desk.handover}
    assert created["tags"] == [
        desk.episode,
        desk.handover,
        "pathway:jonkoping-palliative",
        "level:home-specialised",
        "state:requested",
    ]


def test_two_who_start_the_same_run_get_one_run(desk: Desk, prefect: FakePrefect) -> None:
    desk.waker.wake(desk.handover)
    first = desk.run
    with UnitOfWork(desk.engine) as work:
        found = work.episodes.get(desk.episode)
    assert desk.waker._runs.start(found, desk.handover, instead_of=None) == first
    assert len(prefect.runs) == 1


def test_a_suspended_run_is_resumed(desk: Desk, prefect: FakePrefect) -> None:
    desk.carried_by(run := prefect.add("PAUSED", NOW.isoformat()))
    desk.waker.wake(desk.handover)
    assert prefect.runs[run]["state_type"] == "SCHEDULED"
    assert not prefect.created


@pytest.mark.parametrize("state", ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED"])
def test_a_run_that_is_not_suspended_is_left_to_itself(state: str, desk: Desk, prefect: FakePrefect) -> None:
    desk.carried_by(run := prefect.add(state, NOW.isoformat()))
    desk.waker.wake(desk.handover)
    assert (prefect.runs[run]["state_type"], desk.run) == (state, run)
    assert not prefect.created


def test_a_server_that_is_busy_for_a_moment_is_asked_again(desk: Desk, prefect: FakePrefect) -> None:
    prefect.busy_times = 2
    desk.waker.wake(desk.handover)
    assert len(prefect.runs) == 1
    assert prefect.asked[:3] == ["GET /api/deployments/name/handover/handover"] * 3


def test_a_server_that_stays_busy_or_has_no_deployment_delays_the_wake_and_fails_nothing(
    desk: Desk, prefect: FakePrefect
) -> None:
    prefect.busy_times = 1000
    desk.waker.wake(desk.handover)
    prefect.busy_times = 0
    prefect.deployments.clear()
    desk.waker.wake(desk.handover)
    assert desk.run is None


def test_a_server_that_is_away_delays_the_wake_and_fails_nothing_but_catching_up_says_so(
    folder: Path, prefect: FakePrefect
) -> None:
    with running(prefect) as url:
        desk = Desk(folder, url)
    desk.waker.wake(desk.handover)
    desk.waker.watch_in_time()
    with pytest.raises(Failed):
        desk.waker.catch_up()
    assert desk.run is None


def test_catching_up_starts_what_was_never_started(desk: Desk) -> None:
    assert desk.waker.catch_up() == 1
    assert desk.run is not None


def test_catching_up_resumes_a_suspended_run_with_news_and_leaves_one_without(desk: Desk, prefect: FakePrefect) -> None:
    desk.carried_by(run := prefect.add("PAUSED", NOW.isoformat()))
    assert desk.waker.catch_up() == 1
    assert prefect.runs[run]["state_type"] == "SCHEDULED"
    desk.carried_by(quiet := prefect.add("PAUSED", (NOW - timedelta(days=9)).isoformat()))
    desk.seen()
    assert desk.waker.catch_up() == 0
    assert prefect.runs[quiet]["state_type"] == "PAUSED"


@pytest.mark.parametrize("has_news", [True, False])
@pytest.mark.parametrize("state", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"])
def test_catching_up_replaces_a_run_that_has_ended(
    state: str, has_news: bool, desk: Desk, prefect: FakePrefect
) -> None:
    desk.carried_by(run := prefect.add(state, NOW.isoformat()))
    if not has_news:
        desk.seen()
    assert desk.waker.catch_up() == 1
    assert desk.run not in (None, run)
    assert prefect.created[0]["idempotency_key"] == f"{desk.handover}/{run}"


def test_catching_up_replaces_a_run_that_was_deleted(desk: Desk, prefect: FakePrefect) -> None:
    desk.carried_by(run := "00000000-0000-4000-8000-000000000000")
    assert desk.waker.catch_up() == 1
    assert desk.run not in (None, run)


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "SCHEDULED"])
def test_catching_up_leaves_a_fresh_run_and_gives_up_and_replaces_a_stuck_one(
    state: str, desk: Desk, prefect: FakePrefect
) -> None:
    at = NOW.isoformat()
    desk.carried_by(run := prefect.add(state, at, at if state == "SCHEDULED" else None))
    desk.now = NOW + timedelta(seconds=89)
    assert desk.waker.catch_up() == 0
    desk.now = NOW + timedelta(seconds=91)
    assert desk.waker.catch_up() == 1
    assert prefect.runs[run]["state_type"] == "CRASHED"
    assert desk.run not in (None, run)


@pytest.mark.parametrize("has_news", [True, False])
def test_a_suspended_run_whose_form_was_never_saved_is_replaced_whether_or_not_something_happened(
    has_news: bool, desk: Desk, prefect: FakePrefect
) -> None:
    desk.carried_by(run := prefect.add("PAUSED", NOW.isoformat(), form="suspended-1-schema"))
    if not has_news:
        desk.seen()
    desk.now = NOW + timedelta(seconds=50)
    assert desk.waker.catch_up() == 1
    assert prefect.runs[run]["state_type"] == "CRASHED"
    assert desk.run not in (None, run)


def test_a_form_that_is_there_is_looked_for_once_and_one_that_may_yet_be_saved_is_waited_for(
    desk: Desk, prefect: FakePrefect
) -> None:
    desk.carried_by(run := prefect.add("PAUSED", NOW.isoformat(), form="suspended-1-schema"))
    desk.seen()
    assert desk.waker.catch_up() == 0
    prefect.inputs.add((run, "suspended-1-schema"))
    desk.now = NOW + timedelta(seconds=50)
    assert [desk.waker.catch_up() for _ in range(3)] == [0, 0, 0]
    assert prefect.asked.count(f"GET /api/flow_runs/{run}/input/suspended-1-schema") == 1
    assert prefect.runs[run]["state_type"] == "PAUSED"


def test_a_run_that_works_since_a_time_to_come_is_replaced_as_after_the_clock_was_set_back(
    desk: Desk, prefect: FakePrefect
) -> None:
    desk.carried_by(run := prefect.add("RUNNING", (NOW + timedelta(minutes=20)).isoformat()))
    assert desk.waker.catch_up() == 1
    assert prefect.runs[run]["state_type"] == "CRASHED"


def test_a_handover_that_has_ended_and_was_seen_is_not_looked_at(desk: Desk, prefect: FakePrefect) -> None:
    desk.carried_by(prefect.add("COMPLETED", NOW.isoformat()))
    command = ChangeHandover(actor=person(SENDER), handover=desk.handover, action=Action.CANCEL, reason="no need")
    desk.service.perform(desk.handover, command)
    desk.seen()
    assert desk.waker.catch_up() == 0


def test_a_run_of_watch_is_asked_for_once_a_minute_however_often_it_is_missed(desk: Desk, prefect: FakePrefect) -> None:
    for seconds in (1, 6, 59, 61):
        desk.now = NOW + timedelta(seconds=seconds)
        desk.waker.watch_now()
    assert len(prefect.runs) == 2


@pytest.mark.parametrize(("before_the_limit", "times"), [(60, 1), (600, 0)])
def test_watch_is_asked_for_at_the_instant_of_a_clock_that_is_due_within_the_next_minute(
    before_the_limit: int, times: int, desk: Desk, prefect: FakePrefect
) -> None:
    with UnitOfWork(desk.engine, writes=False) as work:
        due_at = work.episodes.next_clock_at()
    assert due_at is not None
    desk.now = due_at - timedelta(seconds=before_the_limit)
    desk.waker.watch_in_time()
    assert [run["state"]["state_details"]["scheduled_time"] for run in prefect.created] == [due_at.isoformat()] * times


def test_nothing_is_asked_for_where_no_clock_runs(desk: Desk, prefect: FakePrefect) -> None:
    command = ChangeHandover(actor=person(SENDER), handover=desk.handover, action=Action.CANCEL, reason="no need")
    desk.service.perform(desk.handover, command)
    desk.waker.watch_in_time()
    assert not prefect.created
