"""What is entered late in the database: both times kept, clocks judged by the true one, histories in its order."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.databases import Database
from engine.world import MUNICIPAL, NAME, NUMBER, SSIH, Day, a_day, demonstration, settings
from flows.answers import carry_out
from flows.people import NAME as ANSWERED_BY
from flows.people import OCCURRED_AT
from pathways.care.clocks import handover_key
from pathways.care.commands import ChangeHandover, EndEpisode
from pathways.care.episodes import ClockKind
from pathways.care.events import in_true_order
from pathways.care.events_of_handovers import HandoverChanged
from pathways.care.evolution import replayed
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.patient_refusals import HasEpisode
from pathways.operations.people import Patient
from pathways.store.tables import CLOCK


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


def test_an_arrival_of_the_night_entered_in_the_morning(day: Day) -> None:
    episode = day.begun()
    handover = day.requested(episode)
    day.made_ready(handover)
    arrived_at = day.clock.now + timedelta(minutes=30)
    day.clock.forward(hours=5)
    day.operations.perform(
        handover, ChangeHandover(actor=SSIH, handover=handover, action=Action.ARRIVE, occurred_at=arrived_at)
    )
    view = day.operations.views.show(handover)
    mark = view.handover(handover).mark(MarkKind.ARRIVED)
    assert mark
    assert (mark.at, mark.entered_at) == (arrived_at, day.clock.now)
    assert view.episode.stay.from_at == arrived_at
    completed = [
        each
        for each in view.history
        if isinstance(each.event, HandoverChanged) and each.event.after is HandoverStatus.COMPLETED
    ]
    assert [(each.at, each.occurred_at, each.true_at) for each in completed] == [
        (day.clock.now, arrived_at, arrived_at)
    ]
    assert [each.at for each in view.history] == sorted(each.at for each in view.history)
    assert replayed(view.history) == view.episode
    with day.operations.engine.connect() as connection:
        key = handover_key(handover, ClockKind.ARRIVE)
        found = select(CLOCK.c.stopped_at, CLOCK.c.outcome).where(CLOCK.c.episode == episode, CLOCK.c.key == key)
        assert tuple(connection.execute(found).one()) == (arrived_at, "met")


def test_what_follows_live_after_a_late_entry_stays_in_order(day: Day) -> None:
    handover = day.requested(day.begun())
    at = day.clock.now + timedelta(minutes=10)
    day.clock.forward(hours=1)
    day.do(handover, Action.SEE)
    day.operations.perform(
        handover, ChangeHandover(actor=SSIH, handover=handover, action=Action.ACCEPT, occurred_at=at)
    )
    history = day.operations.views.show(handover).history
    told = [each.event.after for each in in_true_order(history) if isinstance(each.event, HandoverChanged)]
    assert told.index(HandoverStatus.ACCEPTED) < told.index(HandoverStatus.RECEIVED)


def test_a_death_of_the_night_ends_every_episode_of_the_patient_as_of_then(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    at = day.clock.now + timedelta(hours=2)
    day.clock.forward(hours=7)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased", occurred_at=at))
    found = day.operations.views.show(episode).episode
    assert found.ended_at == at
    assert found.stays[-1].until_at == at
    follow_ups = [clock for clock in found.clocks.values() if clock.kind is ClockKind.FOLLOW_UP]
    assert follow_ups
    assert {clock.started_at for clock in follow_ups} == {at}


def test_an_episode_that_began_on_paper(day: Day) -> None:
    at = day.clock.now - timedelta(hours=5)
    begin = Begin("jonkoping-palliative", "jonkoping-demo", "home", occurred_at=at)
    episode, _warnings = day.operations.begin_episode(begin, MUNICIPAL)
    assert episode.began_at == at
    assert day.operations.views.show(episode.reference).history[0].at == day.clock.now


def test_an_episode_that_began_on_paper_keeps_the_version_that_was_in_force_then(day: Day) -> None:
    pathway, network = demonstration()
    today = day.clock.now.date()
    newer = pathway.model_copy(update={"in_force_from": today})
    day.operations.publishing.apply([newer], [network])
    for at, version in ((day.clock.now, today), (day.clock.now - timedelta(days=1), pathway.in_force_from)):
        begin = Begin("jonkoping-palliative", "jonkoping-demo", "home", occurred_at=at)
        assert day.operations.begin_episode(begin, MUNICIPAL)[0].version == version


def test_an_episode_that_began_on_paper_does_not_overlap_the_one_before_it(day: Day) -> None:
    former = day.begun(Patient(NUMBER, NAME))
    day.clock.forward(hours=5)
    day.operations.perform(former, EndEpisode(actor=MUNICIPAL, end="discharged"))
    ended_at = day.clock.now
    day.clock.forward(hours=1)
    begin = Begin("jonkoping-palliative", "jonkoping-demo", "home", Patient(NUMBER, NAME))
    early = replace(begin, occurred_at=ended_at - timedelta(minutes=1))
    with pytest.raises(HasEpisode, match=f"at that time episode {former} of the same patient had not ended"):
        day.operations.begin_episode(early, MUNICIPAL)
    assert day.operations.begin_episode(replace(begin, occurred_at=ended_at), MUNICIPAL)[0].began_at == ended_at


def test_an_answer_in_prefect_says_when_it_was(day: Day) -> None:
    handover = day.requested(day.begun())
    day.clock.forward(hours=1)
    answer = {"answer": f"{SSIH.team}: accept: we take over", ANSWERED_BY: "Nils Påhittad"}
    said = carry_out(day.operations, handover, {**answer, OCCURRED_AT: "2026-03-10 09:00"})
    assert "cannot have happened at 2026-03-10 09:00" in str(said)
    assert carry_out(day.operations, handover, {**answer, OCCURRED_AT: "2026-03-10 10:20"}) is None
    mark = day.operations.views.show(handover).handover(handover).mark(MarkKind.ACCEPTED)
    assert mark
    assert f"{mark.at:%H:%M}" == "09:20"
    assert mark.entered_at == day.clock.now


def test_nothing_is_written_of_what_contradicts(day: Day) -> None:
    handover = day.requested(day.begun())
    number = day.operations.views.show(handover).episode.number
    early = ChangeHandover(
        actor=SSIH, handover=handover, action=Action.ACCEPT, occurred_at=day.clock.now - timedelta(hours=1)
    )
    with pytest.raises(Refused, match="as is recorded"):
        day.operations.perform(handover, early)
    assert day.operations.views.show(handover).episode.number == number
