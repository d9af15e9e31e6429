"""What is told to those who look after the machines: counts by kind, age and outcome, and whether all is well."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from engine.databases import Database
from engine.world import Day, a_day, settings
from pathways.care.episodes import ClockKind
from pathways.care.states import Action
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome
from pathways.operations.measuring import WATCH, Health, Measured, Part
from pathways.store.database import WRITES
from pathways.store.measures import Age, NoticeOutcome
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def measured(day: Day) -> Measured:
    """What is measured some seconds later, when it is looked at anew."""
    day.clock.forward(seconds=11)
    return day.operations.measuring.measured()


def health(day: Day) -> tuple[Health, Health, Health]:
    """Of database, schema and watch, a moment later."""
    day.clock.forward(seconds=3)
    found = day.operations.measuring.health()
    return found[Part.DATABASE], found[Part.SCHEMA], found[Part.WATCH]


def outcomes(day: Day) -> dict[tuple[str, str], int]:
    return {(each.outcome, each.error): each.count for each in measured(day).notices if each.count}


def test_nothing_waits_where_nothing_has_begun(day: Day) -> None:
    found = measured(day)
    assert found.waiting == ()
    assert found.passed == {}
    assert found.watch_lag == timedelta(0)
    assert found.last_runs == {}


def test_what_waits_is_counted_by_kind_and_age_and_so_is_what_is_overdue(day: Day) -> None:
    for _ in range(2):
        day.requested(day.begun())
    answers = [each for each in measured(day).waiting if each.kind == ClockKind.ANSWER]
    assert [(each.age, each.count, each.overdue) for each in answers] == [(Age.UP_TO_AN_HOUR, 2, 0)]

    day.clock.forward(hours=3)
    day.requested(day.begun())
    answers = [each for each in measured(day).waiting if each.kind == ClockKind.ANSWER]
    assert {each.age: (each.count, each.overdue) for each in answers} == {
        Age.UP_TO_AN_HOUR: (1, 0),
        Age.UP_TO_A_DAY: (2, 2),
    }

    day.clock.forward(days=3)
    answers = [each for each in measured(day).waiting if each.kind == ClockKind.ANSWER]
    assert {each.age: each.count for each in answers} == {Age.UP_TO_A_WEEK: 3}

    day.clock.forward(days=30)
    answers = [each for each in measured(day).waiting if each.kind == ClockKind.ANSWER]
    assert {each.age: each.count for each in answers} == {Age.LONGER: 3}


def test_a_limit_that_passed_counts_for_a_day_even_when_it_was_answered_late(day: Day) -> None:
    handover = day.requested(day.begun())
    day.clock.forward(hours=1)
    day.operations.pass_due_clocks()
    day.do(handover, Action.ACCEPT)
    assert measured(day).passed == {ClockKind.ANSWER: 1}

    day.clock.forward(days=1)
    assert ClockKind.ANSWER not in measured(day).passed


def test_a_limit_that_was_kept_is_no_breach(day: Day) -> None:
    handover = day.requested(day.begun())
    day.do(handover, Action.ACCEPT)
    assert measured(day).passed == {}


def test_the_watch_lags_as_long_as_the_oldest_due_clock_has_not_been_acted_on(day: Day) -> None:
    day.requested(day.begun())
    day.clock.forward(minutes=29)
    day.operations.pass_due_clocks()
    assert measured(day).watch_lag == timedelta(0)

    day.clock.forward(hours=2)
    assert timedelta(hours=1) < measured(day).watch_lag < timedelta(hours=3)

    while day.operations.pass_due_clocks():
        pass
    assert measured(day).watch_lag < timedelta(seconds=12)


def test_notices_are_counted_by_how_it_went_with_them(engine: Engine, tmp_path: Path) -> None:
    answer: list[Outcome] = [NotSent(NotSentCode.NOT_REACHED, permanent=False)]
    day = a_day(engine, settings(tmp_path))
    day.post.answer = lambda _key: answer[0] if answer else NotSent(NotSentCode.REFUSED, permanent=True)

    day.requested(day.begun())
    waiting = outcomes(day)
    assert set(waiting) == {(NoticeOutcome.TRIED_AGAIN, NotSentCode.NOT_REACHED)}

    answer.clear()
    day.clock.forward(minutes=1)
    day.operations.delivery.deliver()
    assert outcomes(day) == {
        (NoticeOutcome.GIVEN_UP_ON, NotSentCode.REFUSED): waiting[NoticeOutcome.TRIED_AGAIN, NotSentCode.NOT_REACHED]
    }


def test_what_was_sent_counts_for_a_day(day: Day) -> None:
    day.requested(day.begun())
    assert outcomes(day) == {(NoticeOutcome.SENT, ""): len(day.post.sent)}

    day.clock.forward(days=1)
    assert outcomes(day) == {}


def test_it_is_measured_once_in_ten_seconds_however_often_it_is_asked(day: Day) -> None:
    asked = list[str]()
    event.listen(day.operations.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    first = day.operations.measuring.measured()
    number = len(asked)
    assert 0 < number < 12
    assert day.operations.measuring.measured() is first
    assert len(asked) == number

    for _ in range(5):
        day.requested(day.begun())
    asked.clear()
    measured(day)
    assert len(asked) == number  # constant, however much there is


def test_it_is_ready_while_the_watch_has_run_lately(day: Day) -> None:
    assert health(day) == (Health.WELL, Health.WELL, Health.NOT_WELL)

    day.operations.measuring.ran(WATCH)
    assert health(day) == (Health.WELL, Health.WELL, Health.WELL)

    day.clock.forward(minutes=6)
    assert health(day) == (Health.WELL, Health.WELL, Health.NOT_WELL)

    day.operations.measuring.ran(WATCH)
    assert health(day) == (Health.WELL, Health.WELL, Health.WELL)
    assert measured(day).last_runs.keys() == {WATCH}


def test_another_flow_is_not_taken_for_the_watch(day: Day) -> None:
    day.operations.measuring.ran("deliver")
    assert health(day) == (Health.WELL, Health.WELL, Health.NOT_WELL)


def test_a_database_of_another_version_is_not_ready(day: Day) -> None:
    day.operations.measuring.ran(WATCH)
    with day.operations.engine.execution_options(**WRITES).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert health(day) == (Health.WELL, Health.NOT_WELL, Health.UNKNOWN)


def test_an_empty_database_is_not_ready(empty_database: Database, tmp_path: Path) -> None:
    day = a_day(empty_database.engine, settings(tmp_path), is_published=True)
    assert health(day) == (Health.WELL, Health.NOT_WELL, Health.UNKNOWN)


def test_uses_of_numbers_count_for_an_hour_and_so_does_who_was_stopped(day: Day) -> None:
    def try_numbers(login: str, times: int) -> None:
        with UnitOfWork(day.operations.engine) as work:
            for _each in range(times):
                work.number_tries.add(login, day.clock.now, day.clock.now - timedelta(hours=1))
            work.commit()

    most = day.operations.settings.numbers_an_hour
    try_numbers("siv@region.example", most)
    try_numbers("bo@region.example", most + 1)
    found = measured(day)
    assert (found.numbers_used, found.logins_stopped) == (2 * most + 1, 1)
    day.clock.forward(minutes=60)
    found = measured(day)
    assert (found.numbers_used, found.logins_stopped) == (0, 0)
