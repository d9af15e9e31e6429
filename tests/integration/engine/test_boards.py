"""Boards and inboxes: what is shown is what `care` tells of each episode, the most urgent first, and no more of it."""

from pathlib import Path
from random import Random

import pytest
from alembic import command as alembic
from sqlalchemy import Engine, select, text, update

from engine.random_walks import walk
from engine.unsealing import in_clear
from engine.world import MUNICIPAL, NETWORK, NORTH, PATHWAY, RYHOV, SSIH, Day, a_day, demonstration, settings
from pathways.care.actors import Actor
from pathways.care.commands import (
    AskQuestion,
    ConfirmReadiness,
    EndEpisode,
    RecordFact,
    TakeBackEnd,
    WantedHandover,
)
from pathways.care.concerned import teams_concerned
from pathways.care.patient import PhaseOfIllness
from pathways.care.recording import Context
from pathways.care.states import Action
from pathways.care.waits import WaitKind, first_due_at, waits_by_clock
from pathways.definition.conditions import Phase
from pathways.errors import NotFound
from pathways.notices.outcomes import NotSent, NotSentCode
from pathways.operations.beginning import Begin
from pathways.operations.boards import Board
from pathways.store.boards import BoardSide, Card
from pathways.store.concern_tables import CONCERN, TEAM_WAIT
from pathways.store.database import WRITES
from pathways.store.schema import configuration, upgrade
from pathways.store.tables import EPISODE
from pathways.store.unit_of_work import UnitOfWork

MUNICIPAL_TEAM, SSIH_TEAM, NORTH_TEAM, RYHOV_TEAM = (str(actor.team) for actor in (MUNICIPAL, SSIH, NORTH, RYHOV))
HOME, AT_HOSPITAL = (PATHWAY, "home"), (PATHWAY, "hospital-bed")


Rows = tuple[set[tuple[object, ...]], set[tuple[object, ...]], dict[object, object]]
"""Whom each episode concerns, who is waited for and why, and when the first thing is due."""


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def rows(engine: Engine) -> Rows:
    with engine.connect() as connection:
        concerned = connection.execute(select(CONCERN.c.episode, CONCERN.c.team)).all()
        waited = connection.execute(select(TEAM_WAIT)).all()
        due = connection.execute(select(EPISODE.c.reference, EPISODE.c.due_at)).all()
    return {tuple(row) for row in concerned}, {tuple(row) for row in waited}, {row.reference: row.due_at for row in due}


def told(day: Day, *references: str) -> Rows:
    """The same as `care` tells it of these episodes."""
    concerned: set[tuple[object, ...]] = set()
    waited: set[tuple[object, ...]] = set()
    due: dict[object, object] = {}
    for reference in references:
        view = day.operations.views.show(reference)
        context = Context(view.pathway, view.network, day.clock())
        teams = () if view.episode.has_ended else teams_concerned(context, view.episode)
        concerned |= {(reference, team) for team in teams}
        for key, wait in waits_by_clock(view.episode).items():
            about = (wait.kind, wait.subject, wait.due_at, wait.passed, wait.waived)
            waited |= {(reference, key, team, NETWORK, *about) for team in wait.teams}
        due[reference] = first_due_at(view.episode)
    return concerned, waited, due


def cards(board: Board) -> list[Card]:
    return [card for column in board.columns for card in column.cards]


def references(board: Board) -> list[str]:
    return [card.reference for card in cards(board)]


def begun_at(day: Day, unit: str, level: str) -> str:
    return day.operations.begin_episode(Begin(PATHWAY, NETWORK, level, unit=unit), RYHOV)[0].reference


def end(day: Day, episode: str, how: str = "deceased", actor: Actor = MUNICIPAL) -> None:
    day.operations.perform(episode, EndEpisode(actor=actor, end=how))


@pytest.mark.parametrize("seed", range(3))
def test_the_rows_tell_what_care_tells_after_every_step_of_a_random_walk(day: Day, seed: int) -> None:
    for decision in walk(day, Random(seed), steps=40):  # noqa: S311 - repeatable chance is what is wanted
        assert rows(day.operations.engine) == told(day, decision.episode.reference)


def test_an_episode_is_on_the_board_with_all_that_a_card_shows(day: Day) -> None:
    episode = day.begun()
    day.clock.forward(days=3)
    phase = PhaseOfIllness(phase=Phase.UNSTABLE)
    day.operations.perform(episode, RecordFact(actor=MUNICIPAL, fact=phase))
    handover = day.requested(episode)

    board = day.operations.boards.board(NETWORK)

    (card,) = cards(board)
    view = day.operations.views.show(episode)
    assert [(column.key, column.total) for column in board.columns if column.total] == [(HOME, 1)]
    assert (card.reference, card.level, card.team, card.unit) == (episode, "home", MUNICIPAL_TEAM, None)
    assert (card.phase, card.status, board.days_at_level(card)) == ("unstable", "active", 3)
    assert card.waits == tuple(sorted(view.waits, key=lambda wait: wait.due_at))
    assert card.waits[0].teams == (SSIH_TEAM,)
    assert card.handover
    assert (card.handover.reference, card.handover.status, card.handover.to_team) == (handover, "requested", SSIH_TEAM)
    assert (card.handover.move, card.handover.urgency) == ("home-to-home-specialised", "acute")


def test_every_level_has_its_column_and_every_unit_its_free_places(day: Day) -> None:
    begun_at(day, "ryhov", "hospital-bed")
    day.operations.places.close("ryhov", 2, RYHOV, reason="too few at night")

    board = day.operations.boards.board(NETWORK)

    assert [column.key for column in board.columns] == [(PATHWAY, level) for level in demonstration()[0].levels]
    (ryhov,) = (unit for unit in board.units if unit.unit == "ryhov")
    assert (ryhov.places, ryhov.closed, ryhov.free, ryhov.waiting) == (6, 2, 3, 0)
    assert {unit.unit for unit in board.units} == set(demonstration()[1].units)


def test_what_is_due_first_stands_first_and_what_waits_for_nothing_last(day: Day) -> None:
    calm, later = day.begun(), day.begun()
    day.requested(later)
    day.clock.forward(minutes=-10)
    sooner = day.begun()
    day.requested(sooner)

    assert references(day.operations.boards.board(NETWORK)) == [sooner, later, calm]


def test_a_column_gives_its_first_cards_its_total_and_on_demand_the_next(day: Day) -> None:
    begun = sorted(day.begun() for _ in range(5))
    boards = day.operations.boards

    first = boards.board(NETWORK, limit=2)
    following = boards.board(NETWORK, limit=2, column=HOME, skip=2)

    assert references(first) == begun[:2]
    assert [(column.key, column.total) for column in following.columns] == [(HOME, 5)]
    assert references(following) == begun[2:4]
    assert references(boards.board(NETWORK, column=AT_HOSPITAL)) == []


def test_a_board_by_team_has_a_column_for_each_that_is_responsible_for_anybody(day: Day) -> None:
    begun_at(day, "ryhov", "hospital-bed")
    day.begun()

    board = day.operations.boards.board(NETWORK, by=BoardSide.TEAM)

    assert [(column.key, column.total) for column in board.columns] == [((MUNICIPAL_TEAM,), 1), ((RYHOV_TEAM,), 1)]


def test_a_board_is_narrowed_to_a_team_a_unit_and_a_pathway(day: Day) -> None:
    home, hospital = day.begun(), begun_at(day, "ryhov", "hospital-bed")
    boards = day.operations.boards

    assert references(boards.board(NETWORK, responsible=RYHOV_TEAM)) == [hospital]
    assert references(boards.board(NETWORK, unit="ryhov")) == [hospital]
    assert references(boards.board(NETWORK, unit="varnamo")) == []
    assert set(references(boards.board(NETWORK, pathway=PATHWAY))) == {home, hospital}
    assert boards.board(NETWORK, pathway="another").total == 0
    with day.operations.engine.begin() as connection:  # this network has no districts
        connection.execute(update(EPISODE).where(EPISODE.c.reference == home).values(district="north"))
    assert references(boards.board(NETWORK, district="north")) == [home]


def test_a_team_sees_only_what_concerns_it(day: Day) -> None:
    home, hospital = day.begun(), begun_at(day, "ryhov", "hospital-bed")
    boards = day.operations.boards

    assert references(boards.board(NETWORK, team=RYHOV_TEAM)) == [hospital]
    assert references(boards.board(NETWORK, team=NORTH_TEAM)) == []
    wanted = WantedHandover(move="home-to-short-term", urgency="planned", reason="relief", to_units=("korttids-norr",))
    day.operations.plan_handover(home, MUNICIPAL, wanted)
    assert references(boards.board(NETWORK, team=NORTH_TEAM)) == [home]
    end(day, home)
    assert references(boards.board(NETWORK, team=NORTH_TEAM)) == []


def test_at_night_a_team_sees_what_concerns_those_for_whom_it_stands_in(day: Day) -> None:
    wanted = WantedHandover(move="home-to-short-term", urgency="planned", reason="relief", to_units=("korttids-norr",))
    home = day.begun()
    day.operations.plan_handover(home, MUNICIPAL, wanted)
    boards = day.operations.boards
    assert boards.board(NETWORK, team=RYHOV_TEAM).covered == ()
    day.clock.now = day.clock.now.replace(hour=22)

    covered = boards.inbox(NETWORK, SSIH_TEAM)

    assert NORTH_TEAM in covered.covered
    assert [(item.team, item.wait.kind) for item in covered.items] == [(NORTH_TEAM, WaitKind.ANSWER)]
    assert covered.count == 1
    assert boards.inbox(NETWORK, RYHOV_TEAM).items == ()
    assert references(boards.board(NETWORK, team=SSIH_TEAM)) == [home]


def test_who_has_ended_leaves_the_board_and_comes_back_when_the_end_is_taken_back(day: Day) -> None:
    episode = day.begun()
    end(day, episode)
    assert day.operations.boards.board(NETWORK).total == 0

    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))

    assert references(day.operations.boards.board(NETWORK, team=MUNICIPAL_TEAM)) == [episode]


def test_an_inbox_holds_what_each_side_has_to_do(day: Day) -> None:
    handover = day.requested(day.begun())
    boards = day.operations.boards

    (asked,) = boards.inbox(NETWORK, SSIH_TEAM).items
    assert asked.handover
    assert (asked.wait.kind, asked.handover.reference, asked.responsible) == (
        WaitKind.ANSWER,
        handover,
        MUNICIPAL_TEAM,
    )
    assert boards.inbox(NETWORK, MUNICIPAL_TEAM).items == ()

    day.operations.perform(handover, AskQuestion(actor=SSIH, handover=handover, text="who is the doctor?"))
    assert [item.wait.kind for item in boards.inbox(NETWORK, MUNICIPAL_TEAM).items] == [WaitKind.REPLY]

    day.do(handover, Action.ACCEPT)
    plan = day.operations.views.show(handover).handover(handover).plan
    for team in (MUNICIPAL_TEAM, SSIH_TEAM):
        (ready,) = (item for item in boards.inbox(NETWORK, team).items if item.wait.kind is WaitKind.READINESS)
        side = "sender" if team == MUNICIPAL_TEAM else "receiver"
        assert ready.missing == tuple(item for item, of in plan.items.items() if of == side)
    day.operations.perform(handover, ConfirmReadiness(actor=SSIH, handover=handover, evidence="document 7"))
    kinds = [item.wait.kind for item in boards.inbox(NETWORK, SSIH_TEAM).items]
    assert WaitKind.READINESS not in kinds


def test_an_inbox_keeps_the_follow_ups_after_an_end(day: Day) -> None:
    episode = day.begun()
    end(day, episode)

    found = day.operations.boards.inbox(NETWORK, MUNICIPAL_TEAM)

    assert {item.wait.kind for item in found.items} == {WaitKind.FOLLOW_UP}
    assert {item.wait.episode for item in found.items} == {episode}
    assert [item.wait.due_at for item in found.items] == sorted(item.wait.due_at for item in found.items)


def test_an_inbox_counts_all_and_gives_the_first(day: Day) -> None:
    for _ in range(3):
        day.requested(day.begun())
        day.clock.forward(minutes=1)

    found = day.operations.boards.inbox(NETWORK, SSIH_TEAM, limit=2)

    assert len(found.items) == 2
    assert (found.count, dict(found.counts)) == (3, {SSIH_TEAM: 3})
    assert [item.wait.due_at for item in found.items] == sorted(item.wait.due_at for item in found.items)


def test_a_notice_given_up_on_is_before_whom_it_was_for_and_who_is_responsible(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.REFUSED, permanent=True)
    handover = day.requested(day.begun())
    boards = day.operations.boards

    for team in (SSIH_TEAM, MUNICIPAL_TEAM):
        found = boards.inbox(NETWORK, team)
        (dead,) = found.dead
        assert (dead.team, dead.handover, dead.error) == (SSIH_TEAM, handover, NotSentCode.REFUSED)
        assert found.count == len(found.items) + 1
    assert boards.inbox(NETWORK, RYHOV_TEAM).dead == ()


def test_the_stamp_is_another_one_after_every_change_and_only_then(day: Day) -> None:
    boards = day.operations.boards
    stamps = [boards.stamp(NETWORK)]

    def is_new() -> bool:
        stamps.append(boards.stamp(NETWORK))
        return stamps[-1] not in stamps[:-1]

    episode = day.begun()
    assert is_new()
    assert not is_new()
    handover = day.requested(episode)
    assert is_new()
    day.do(handover, Action.SEE)
    assert is_new()
    day.operations.places.close("ryhov", 1, RYHOV, reason="repairs")
    assert is_new()
    day.post.answer = lambda key: NotSent(NotSentCode.REFUSED, permanent=True)
    day.do(handover, Action.ACCEPT)
    assert is_new()
    _, network = demonstration()
    units = {key: unit.model_copy(update={"places": 9}) for key, unit in network.units.items()}
    day.operations.publishing.apply([], [network.model_copy(update={"units": units})])
    assert is_new()
    assert not is_new()


def test_what_commits_later_than_what_began_after_it_changes_the_stamp_too(day: Day) -> None:
    if day.operations.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    slow, quick = day.begun(), day.begun()
    boards = day.operations.boards
    fact = RecordFact(actor=MUNICIPAL, fact=PhaseOfIllness(phase=Phase.UNSTABLE))
    with day.operations.engine.connect() as connection:
        columns = "episode, number, type, at, actor, data"
        copied = "SELECT episode, 99, type, at, actor, data FROM event WHERE episode = :slow AND number = 1"
        connection.execute(text(f"INSERT INTO event ({columns}) {copied}"), {"slow": slow})
        day.operations.perform(quick, fact)
        before = boards.stamp(NETWORK)
        connection.commit()

    assert boards.stamp(NETWORK) != before


def publish_practices(day: Day, *names: str) -> None:
    """The network with these general practices beside its own."""
    _, network = demonstration()
    (gp,) = network.teams_in("gp")
    teams = {**network.teams, **dict.fromkeys(names, network.teams[gp])}
    day.operations.publishing.apply([], [network.model_copy(update={"teams": teams})])


def test_a_team_that_joins_or_leaves_the_network_has_its_part_or_none_at_once(day: Day) -> None:
    publish_practices(day, "second")
    episode = day.begun()  # whose practice nobody has named: so each of them has a part
    publish_practices(day, "second", "third")
    assert {(episode, "gp-practice"), (episode, "second"), (episode, "third")} <= rows(day.operations.engine)[0]
    assert rows(day.operations.engine) == told(day, episode)

    publish_practices(day, "third")
    assert (episode, "second") not in rows(day.operations.engine)[0]
    assert rows(day.operations.engine) == told(day, episode)


def test_who_decides_on_an_episode_and_waits_for_the_network_is_not_waited_for_in_turn(day: Day) -> None:
    if day.operations.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    publish_practices(day, "second")
    episode = day.begun()
    with UnitOfWork(day.operations.engine) as work:
        work.episodes.get(episode, for_writing=True)  # and next it would wait until the network is published
        publish_practices(day, "second", "third")

    assert (episode, "third") in rows(day.operations.engine)[0]


def test_a_database_from_before_is_filled_when_it_is_upgraded(day: Day) -> None:
    engine = day.operations.engine
    over, asked, ended = day.begun(), day.begun(), day.begun()
    day.requested(asked)
    end(day, ended)
    end(day, over, "discharged")
    with engine.begin() as connection:
        connection.execute(update(EPISODE).where(EPISODE.c.reference == asked).values(district="north"))
    known = rows(engine)
    in_clear(engine)
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "0004")
        connection.commit()

    upgrade(engine)

    assert rows(engine) == known == told(day, over, asked, ended)
    assert day.operations.views.show(asked).episode.district == "north"
    assert day.operations.views.show(over).episode.district is None


def test_nobody_sees_the_inbox_of_a_team_that_there_is_not(day: Day) -> None:
    for look in (
        lambda: day.operations.boards.inbox(NETWORK, "nobody"),
        lambda: day.operations.boards.board(NETWORK, team="nobody"),
        lambda: day.operations.boards.board("nowhere"),
    ):
        with pytest.raises(NotFound, match="no"):
            look()
