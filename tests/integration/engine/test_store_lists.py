"""What the scheduled flows ask the store for: clocks that are due, runs to look at, events to announce."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from engine.databases import Database
from engine.world import MUNICIPAL, NETWORK, START, Day, a_day, settings
from pathways.care.commands import CompleteFollowUp, EndEpisode, TakeBackEnd
from pathways.care.states import Action
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def test_only_the_clocks_that_are_due_are_given_and_the_oldest_first(day: Day) -> None:
    later, drafted = day.begun(), day.begun()
    draft = day.requested(drafted, is_draft=True)
    day.clock.forward(minutes=5)
    sooner = day.begun()
    first = day.requested(sooner)
    day.clock.forward(minutes=5)
    second = day.requested(later)
    for handover in (first, second):
        day.do(handover, Action.SEE)

    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.episodes.next_clock_at() == START + timedelta(minutes=25)
        assert not work.episodes.due(START + timedelta(minutes=24, seconds=59), 10)
        assert work.episodes.due(START + timedelta(minutes=25), 10) == [(sooner, f"{first}/handover.answer")]
        due = work.episodes.due(START + timedelta(days=2), 10)
        assert work.episodes.due(START + timedelta(days=2), 2) == due[:2]
    assert due == [
        (sooner, f"{first}/handover.answer"),
        (later, f"{second}/handover.answer"),
        (sooner, f"{first}/handover.arrive"),
        (later, f"{second}/handover.arrive"),
        (sooner, f"{first}/handover.stale"),
        (later, f"{second}/handover.stale"),
        (drafted, f"{draft}/handover.draft"),
    ]


def test_what_waits_is_sorted_by_when_it_is_due_with_follow_ups_among_it(day: Day) -> None:
    waiting = day.requested(day.begun())
    ended = day.begun()
    day.operations.perform(ended, EndEpisode(actor=MUNICIPAL, end="deceased"))

    assert [(wait.subject, wait.kind.value) for wait in day.operations.views.waiting()] == [
        (waiting, "answer"),
        ("kit-retrieval", "follow-up"),
        ("bereavement-follow-up", "follow-up"),
        ("death-questionnaire", "follow-up"),
    ]
    assert len(day.operations.views.waiting(limit=1)) == 1

    day.operations.perform(ended, CompleteFollowUp(actor=MUNICIPAL, follow_up="bereavement-follow-up"))
    day.do(waiting, Action.REJECT, reason="no-place")
    assert [(wait.subject, wait.kind.value) for wait in day.operations.views.waiting()] == [
        (waiting, "next-step"),
        ("kit-retrieval", "follow-up"),
        ("death-questionnaire", "follow-up"),
    ]


def test_many_episodes_are_read_as_each_by_itself_and_with_as_few_questions_as_two(day: Day) -> None:
    busy, ended, calm = day.begun(), day.begun(), day.begun()
    day.do(day.requested(busy), Action.SEE)
    day.operations.perform(ended, EndEpisode(actor=MUNICIPAL, end="deceased"))
    every = [calm, busy, ended, *(day.begun() for _ in range(10))]
    asked: list[str] = []
    with UnitOfWork(day.operations.engine, writes=False) as work:
        each_by_itself = [work.episodes.get(reference) for reference in every]
        event.listen(day.operations.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        assert list(work.episodes.many(every)) == each_by_itself
        for_all = len(asked)
        assert [each.reference for each in work.episodes.many([busy, "E000-0000"])] == [busy]
        assert len(asked) == 2 * for_all
        assert list(work.episodes.many([])) == []
    asked.clear()
    (counted,) = day.operations.orders.continuity(day.operations.publishing.network(NETWORK))
    assert counted.episodes == len(every)
    assert len(asked) < len(every)


def test_a_handover_is_unseen_until_a_run_has_seen_its_latest_change(day: Day) -> None:
    handover = day.requested(day.begun())
    number = day.operations.views.show(handover).episode.number
    with UnitOfWork(day.operations.engine) as work:
        assert work.runs.unseen(10) == [(handover, None)]
        work.runs.started(handover, "run-1", day.clock())
        assert work.runs.unseen(10) == [(handover, "run-1")]
        work.runs.seen(handover, number - 1)
        assert work.runs.unseen(10) == [(handover, "run-1")]
        work.runs.seen(handover, number)
        assert not work.runs.unseen(10)
        work.commit()

    day.do(handover, Action.SEE)

    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.runs.unseen(10) == [(handover, "run-1")]


def test_a_later_run_takes_the_place_of_an_earlier_one(day: Day) -> None:
    handover = day.requested(day.begun())
    with UnitOfWork(day.operations.engine) as work:
        assert work.runs.get(handover) is None
        for run in ("run-1", "run-2"):
            work.runs.started(handover, run, day.clock())
        assert work.runs.get(handover) == "run-2"


def test_open_handovers_are_looked_at_in_turn(day: Day) -> None:
    handovers = [day.requested(day.begun()) for _ in range(3)]
    closed = day.requested(day.begun())
    with UnitOfWork(day.operations.engine) as work:
        for minutes, handover in enumerate([*handovers, closed]):
            work.runs.started(handover, f"run of {handover}", START + timedelta(minutes=minutes))
        work.commit()
    day.do(closed, Action.CANCEL, MUNICIPAL, "a mistake")

    with UnitOfWork(day.operations.engine) as work:
        assert [handover for handover, _ in work.runs.least_recently_checked(10)] == handovers
        work.runs.checked(handovers[:2], START + timedelta(hours=1))
        assert [handover for handover, _ in work.runs.least_recently_checked(1)] == [handovers[2]]


def test_a_run_is_looked_at_while_its_handover_is_open_whenever_it_was_started(day: Day) -> None:
    ended, closed = day.begun(), day.requested(day.begun())
    stopped = day.requested(ended)
    day.do(closed, Action.CANCEL, MUNICIPAL, "a mistake")
    with UnitOfWork(day.operations.engine) as work:
        for handover in (closed, stopped):
            work.runs.started(handover, f"run of {handover}", START)
        assert [handover for handover, _ in work.runs.least_recently_checked(10)] == [stopped]
        work.commit()

    day.operations.perform(ended, EndEpisode(actor=MUNICIPAL, end="deceased"))
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert not work.runs.least_recently_checked(10)
    day.operations.perform(ended, TakeBackEnd(actor=MUNICIPAL))
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert [handover for handover, _ in work.runs.least_recently_checked(10)] == [stopped]


def test_what_somebody_is_changing_is_looked_at_again_next_time_and_not_waited_for(
    day: Day, database: Database
) -> None:
    if database.is_sqlite:
        return  # one writer at a time
    handovers = [day.requested(day.begun()) for _ in range(2)]
    with UnitOfWork(day.operations.engine) as work:
        for handover in handovers:
            work.runs.started(handover, f"run of {handover}", START)
        work.commit()

    with UnitOfWork(day.operations.engine) as first, UnitOfWork(day.operations.engine) as second:
        first.runs.started(handovers[0], "another run", START)
        second.runs.checked(handovers, START + timedelta(hours=1))
        second.commit()
        first.commit()

    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert [handover for handover, _ in work.runs.least_recently_checked(1)] == [handovers[0]]


def _unfinished(work: UnitOfWork) -> list[tuple[str, int]]:
    return [(known.episode, known.stored) for known in work.announcements.unfinished(10)]


def test_events_are_unannounced_until_they_have_been_announced_and_never_again(day: Day) -> None:
    episode = day.begun()
    with UnitOfWork(day.operations.engine) as work:
        assert _unfinished(work) == [(episode, 0)]
        begun = work.episodes.get(episode).number
        work.announcements.stored(episode, begun)
        assert not _unfinished(work)
        work.commit()

    day.requested(episode)
    number = day.operations.views.show(episode).episode.number
    with UnitOfWork(day.operations.engine) as work:
        assert _unfinished(work) == [(episode, begun)]
        news = work.episodes.history(episode, after=begun)
        assert [recorded.number for recorded in news] == list(range(begun + 1, number + 1))
        work.announcements.stored(episode, number)
        work.announcements.stored(episode, 2)  # somebody slower, who announced less
        assert not _unfinished(work)
