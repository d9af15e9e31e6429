"""Every decision, written and read back: rows and replay tell the same, whatever was done and in whatever order."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from engine.random_walks import walk
from engine.world import MUNICIPAL, SSIH, Day, a_day, settings
from pathways.care.commands import ChangeHandover, EndEpisode, PlanHandover
from pathways.care.decisions import decide
from pathways.care.episodes import Episode
from pathways.care.evolution import replayed
from pathways.care.recording import Context, Decision
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import Action
from pathways.errors import NotFound, Stale
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def kept(engine: Engine, reference: str) -> Episode:
    """The episode as rows tell it, after a look that replay tells the same."""
    with UnitOfWork(engine, writes=False) as work:
        episode = work.episodes.get(reference)
        history = work.episodes.history(reference)
    assert replayed(history) == episode
    assert [recorded.number for recorded in history] == list(range(1, episode.number + 1))
    return episode


def write(engine: Engine, before: Episode, decision: Decision) -> None:
    with UnitOfWork(engine) as work:
        work.episodes.write(before, decision)
        work.commit()


def requested(episode: Episode, day: Day) -> Decision:
    view = day.operations.views.show(episode.reference)
    command = PlanHandover(
        actor=MUNICIPAL,
        reference=new_reference(ReferenceKind.HANDOVER),
        move="home-to-home-specialised",
        urgency="acute",
        reason="worsening",
    )
    return decide(Context(view.pathway, view.network, day.clock()), episode, command)


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_replay_tell_the_same_after_every_step_of_a_random_walk(day: Day, seed: int) -> None:
    for decision in walk(day, Random(seed), steps=40):  # noqa: S311 - repeatable chance is what is wanted
        assert kept(day.operations.engine, decision.episode.reference).number >= decision.episode.number


def test_marks_made_at_one_instant_keep_their_order(day: Day) -> None:
    handover = day.requested(day.begun())  # delivered at once
    for action in (Action.SEE, Action.ACCEPT):
        day.do(handover, action)
    day.read_back(handover)

    episode = kept(day.operations.engine, day.operations.views.show(handover).episode.reference)
    assert [mark.kind.value for mark in episode.handovers[handover].marks] == [
        "delivered",
        "seen",
        "accepted",
        "read-back",
    ]


def test_what_was_read_is_what_was_decided(day: Day) -> None:
    episode = kept(day.operations.engine, day.begun())
    decision = requested(episode, day)
    write(day.operations.engine, episode, decision)

    assert kept(day.operations.engine, episode.reference) == decision.episode
    with UnitOfWork(day.operations.engine, writes=False) as work:
        for handover in decision.episode.handovers:
            assert work.episodes.get_by_handover(handover) == decision.episode
            assert work.episodes.of_handover(handover) == episode.reference


def test_leaving_the_block_without_commit_undoes_everything(day: Day) -> None:
    episode = kept(day.operations.engine, day.begun())
    with UnitOfWork(day.operations.engine) as work:
        work.episodes.write(episode, requested(episode, day))
        assert work.episodes.get(episode.reference) != episode

    assert kept(day.operations.engine, episode.reference) == episode
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert not work.outbox.listed(episode=episode.reference)


def test_a_writer_who_read_an_older_state_is_stale_and_writes_nothing(day: Day) -> None:
    old = kept(day.operations.engine, day.begun())
    decision = requested(old, day)
    day.operations.perform(old.reference, EndEpisode(actor=MUNICIPAL, end="discharged"))
    present = kept(day.operations.engine, old.reference)

    with pytest.raises(Stale):
        write(day.operations.engine, old, decision)

    assert kept(day.operations.engine, old.reference) == present


def test_a_reference_that_another_episode_has_already_is_never_written_over(day: Day) -> None:
    taken = day.requested(day.begun())
    before = day.operations.views.show(taken).episode
    other = day.begun()
    command = PlanHandover(
        actor=MUNICIPAL, reference=taken, move="home-to-home-specialised", urgency="acute", reason="worsening"
    )

    with pytest.raises(Stale):
        day.operations.perform(other, command)

    assert day.operations.views.show(taken).episode == before
    assert not kept(day.operations.engine, other).handovers


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET number = 7",
        "DELETE FROM event",
        "INSERT INTO event (id, episode, number, type, at, actor, data) "
        "SELECT id, episode, number, 'x', at, actor, data FROM event WHERE TRUE "
        "ON CONFLICT (id) DO UPDATE SET type = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_events(day: Day, statement: str) -> None:
    reference = day.begun()

    with pytest.raises(DBAPIError, match="never changed or deleted"), day.operations.engine.begin() as connection:
        connection.execute(text(statement))

    kept(day.operations.engine, reference)


def test_no_other_way_past_that_is_open(day: Day) -> None:
    ways = {
        "sqlite": "INSERT OR REPLACE INTO event (id, episode, number, type, at, actor, data) "
        "SELECT id, episode, number, 'x', at, actor, data FROM event",
        "postgresql": "TRUNCATE episode CASCADE",
    }
    reference = day.begun()

    with pytest.raises(DBAPIError, match="never changed or deleted"), day.operations.engine.begin() as connection:
        connection.execute(text(ways[connection.dialect.name]))

    kept(day.operations.engine, reference)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO handover (reference, episode, position, status, plan, drafted_at, changed_at, "
        "escalations, details, number, is_unseen) SELECT 'H222-2222', episode, 1, status, plan, drafted_at, "
        "changed_at, escalations, details, number, is_unseen FROM handover",
        "INSERT INTO stay SELECT episode, 7, level, team, unit, from_at, until_at FROM stay",
    ],
)
def test_a_second_open_handover_or_present_stay_is_refused_by_the_database_itself(day: Day, statement: str) -> None:
    day.requested(day.begun())

    with pytest.raises(DBAPIError, match=r"uq_|UNIQUE"), day.operations.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_does_not_exist_is_not_found(day: Day) -> None:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        for look in (
            lambda: work.episodes.get("E222-2222"),
            lambda: work.episodes.get_by_handover("H222-2222"),
            lambda: work.episodes.of_handover("H222-2222"),
            lambda: work.episodes.network_of("E222-2222"),
            lambda: work.definitions.network("nowhere"),
        ):
            with pytest.raises(NotFound, match="There is no"):
                look()


def test_a_command_with_nothing_to_do_writes_nothing(day: Day) -> None:
    handover = day.requested(day.begun())
    day.do(handover, Action.SEE)
    before = day.operations.views.show(handover).episode

    decision = day.operations.perform(handover, ChangeHandover(actor=SSIH, handover=handover, action=Action.SEE))

    assert not decision.events
    assert day.operations.views.show(handover).episode == before
