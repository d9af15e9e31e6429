"""Many at once, as threads and as processes: no event is lost, no promise is broken, no notice goes out twice."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from engine.databases import Database
from engine.kills import Place, place_of
from engine.programs import started
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NETWORK, NUMBER, PATHWAY, SSIH, Day, a_day, demonstration, settings
from pathways.care.evolution import replayed
from pathways.care.states import Action
from pathways.errors import Refused
from pathways.notices.outcomes import NotSent, NotSentCode, Sent
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient
from pathways.store.tables import NoticeStatus
from pathways.store.unit_of_work import UnitOfWork


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def test_of_many_who_request_at_once_one_gets_the_only_open_handover(day: Day) -> None:
    episode = day.begun()

    outcomes = at_once(*[lambda: day.requested(episode)] * 8)

    assert len(refused(outcomes)) == 7
    view = day.operations.views.show(episode)
    assert len(view.episode.handovers) == 1
    assert [recorded.number for recorded in view.history] == list(range(1, view.episode.number + 1))
    assert replayed(view.history) == view.episode


def test_writers_of_one_episode_who_all_succeed_lose_no_event_of_each_other(day: Day) -> None:
    handover = day.requested(day.begun())
    day.do(handover, Action.ACCEPT)
    before = day.operations.views.show(handover).episode.number

    def hold_and_resume() -> int:
        done = 0
        for action in (Action.HOLD, Action.RESUME) * 4:
            try:
                day.do(handover, action, MUNICIPAL, "because")
                done += 1
            except Refused:  # somebody else has just done it
                continue
        return done

    outcomes = at_once(*[hold_and_resume] * 4)

    view = day.operations.views.show(handover)
    assert not refused(outcomes)
    changes = sum(outcome for outcome in outcomes if isinstance(outcome, int))
    assert [recorded.event.type for recorded in view.history][before:].count("handover-changed") == changes
    assert [recorded.number for recorded in view.history] == list(range(1, view.episode.number + 1))
    assert replayed(view.history) == view.episode


def test_an_answer_and_the_sending_of_its_request_never_wait_for_each_other_in_a_circle(day: Day) -> None:
    """The lock order: whoever decides, and whoever records a sending, locks the episode before its notices."""
    not_yet = NotSent(NotSentCode.NOT_REACHED, permanent=False)
    for _ in range(8):
        day.post.answer = lambda key: not_yet
        handover = day.requested(day.begun())
        episode = day.operations.views.show(handover).episode.reference
        day.post.answer = lambda key: Sent()
        day.clock.forward(minutes=5)

        outcomes = at_once(
            lambda handover=handover: day.do(handover, Action.ACCEPT),  # type: ignore[misc]  # a loop's own value
            lambda episode=episode: day.operations.delivery.deliver(episode=episode),  # type: ignore[misc]
        )

        assert not refused(outcomes)


def test_one_patient_gets_one_active_episode_however_many_begin_it(day: Day) -> None:
    begin = Begin(PATHWAY, NETWORK, "home", Patient(NUMBER))

    outcomes = at_once(*[lambda: day.operations.begin_episode(begin, SSIH)] * 6)

    assert len(refused(outcomes)) == 5
    with day.operations.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM episode")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == 1


def test_a_network_that_drops_a_team_and_an_episode_that_begins_with_it_do_not_both_win(day: Day) -> None:
    pathway, network = demonstration()
    teams = {key: team for key, team in network.teams.items() if key != "ssih-jonkoping"}
    without = network.model_copy(update={"teams": teams})
    begin = Begin(PATHWAY, NETWORK, "home-specialised")

    for _ in range(5):
        outcomes = at_once(
            lambda: day.operations.publishing.apply([], [without]),
            lambda: day.operations.begin_episode(begin, MUNICIPAL),
        )
        assert refused(outcomes)
        with UnitOfWork(day.operations.engine, writes=False) as work:
            assert work.episodes.needs(NETWORK, ()).teams <= set(work.definitions.network(NETWORK).teams)
        day.operations.publishing.apply([pathway], [network])


def test_readers_see_one_moment_while_others_write(day: Day) -> None:
    handover = day.requested(day.begun())
    day.do(handover, Action.ACCEPT)

    def write() -> None:
        for action in (Action.HOLD, Action.RESUME) * 10:
            day.do(handover, action, MUNICIPAL, "because")

    def read() -> bool:
        views = [day.operations.views.show(handover) for _ in range(25)]
        return all(replayed(view.history) == view.episode for view in views)

    assert at_once(write, read, read) == [None, True, True]


def deliver_at(place: Place) -> None:
    """Another program that empties the outbox."""
    place.day().operations.delivery.deliver()


def test_programs_that_empty_the_outbox_together_send_each_notice_once(day: Day, database: Database) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.NOT_REACHED, permanent=False)
    for _ in range(12):
        day.requested(day.begun())
    day.clock.forward(minutes=5)
    place = place_of(day, database.url)

    programs = [started(deliver_at, place) for _ in range(3)]
    for program in programs:
        program.join()

    assert [program.exitcode for program in programs] == [0, 0, 0]
    sent = place.letters.read_text().splitlines()
    assert len(sent) == len(set(sent)) == 12
    assert {notice.status for notice in day.operations.views.notices()} == {NoticeStatus.SENT}
