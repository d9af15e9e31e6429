"""A death ends all that a patient has, however and wherever it becomes known; taking it back brings all of it back."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from stdnum import luhn

from engine.databases import Database
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, Day, a_day, demonstration, person, settings
from pathways.care.commands import EndEpisode, TakeBackEnd
from pathways.care.episodes import Episode
from pathways.care.evolution import replayed
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.identity_doubts import Doubt
from pathways.operations.people import Patient

SECOND = "second-pathway"
PATIENT = Patient(NUMBER, NAME)
OTHER = "19490228981" + luhn.calc_check_digit("490228981")


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return two_pathways(engine, tmp_path)


def two_pathways(engine: Engine, folder: Path) -> Day:
    """A day on which a patient may be on two pathways of one network; the second names no death."""
    day = a_day(engine, settings(folder))
    pathway, network = demonstration()
    ends = {name: end for name, end in pathway.ends.items() if not end.is_death}
    then = {name for end in ends.values() for name in end.then}
    follow_ups = {name: each for name, each in pathway.follow_ups.items() if name in then}
    second = pathway.model_copy(update={"pathway": SECOND, "ends": ends, "follow_ups": follow_ups})
    day.operations.publishing.apply([second], [network.model_copy(update={"pathways": (PATHWAY, SECOND)})])
    return day


def begun(day: Day, pathway: str = PATHWAY, patient: Patient | None = PATIENT, *, despite_death: bool = False) -> str:
    wanted = Begin(pathway, NETWORK, "home", patient, despite_death=despite_death)
    return day.operations.begin_episode(wanted, MUNICIPAL)[0].reference


def end(day: Day, episode: str, how: str = "deceased") -> None:
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end=how))


def take_back(day: Day, episode: str) -> None:
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))


def kept(day: Day, reference: str) -> Episode:
    """The episode as rows tell it, after a look that replay tells the same."""
    view = day.operations.views.show(reference)
    assert replayed(view.history) == view.episode
    return view.episode


def notices(day: Day, reference: str) -> list[tuple[str, str]]:
    """Kind and status of the notices of an episode, the latest first."""
    return [(notice.kind, notice.status) for notice in day.operations.views.show(reference).notices]


def test_a_death_ends_every_episode_of_the_patient_at_once(day: Day) -> None:
    one, two = begun(day), begun(day, SECOND)
    handover = day.requested(two)
    stranger = begun(day, patient=None)

    end(day, one)

    other = kept(day, two)
    assert other.has_ended
    assert other.stopped
    assert other.stopped.told_in == one
    assert other.handovers[handover].closing_reason == "episode-ended"
    assert notices(day, two)[0] == ("look-first", "sent")
    day.clock.forward(hours=3)
    assert day.operations.pass_due_clocks() == 0  # nothing rings
    assert not kept(day, stranger).has_ended


def test_another_end_ends_one_episode_only(day: Day) -> None:
    one, two = begun(day), begun(day, SECOND)
    end(day, one, "discharged")
    assert not kept(day, two).has_ended


def test_a_death_recorded_in_error_is_taken_back_in_all_of_them_from_either(day: Day) -> None:
    one, two = begun(day), begun(day, SECOND)
    for reference in (one, two):
        end(day, one)
        take_back(day, reference)
        assert not kept(day, one).has_ended
        assert not kept(day, two).has_ended


def test_what_had_ended_otherwise_stays_as_it_was_when_a_death_is_taken_back(day: Day) -> None:
    one, two = begun(day), begun(day, SECOND)
    end(day, two, "discharged")
    end(day, one)
    take_back(day, one)
    assert (kept(day, two).end, kept(day, one).end) == ("discharged", None)


def test_an_episode_whose_patient_has_a_new_one_stays_ended_when_a_death_is_taken_back(day: Day) -> None:
    one, two = begun(day), begun(day, SECOND)
    end(day, one)
    new = begun(day, SECOND, despite_death=True)
    take_back(day, one)
    assert [kept(day, each).has_ended for each in (one, two, new)] == [False, True, False]


def test_a_death_that_becomes_known_after_another_end_starts_what_follows_a_death(day: Day) -> None:
    episode = begun(day)
    end(day, episode, "discharged")
    follow_ups = set(kept(day, episode).clocks)
    day.clock.forward(days=2)

    end(day, episode)

    after = kept(day, episode)
    assert after.end == "deceased"
    assert {"follow-up/bereavement-follow-up", "follow-up/death-questionnaire"} <= set(after.clocks)
    ended = day.operations.patients.shown(episode, MUNICIPAL).ended
    assert ended
    assert ended.is_death
    begun(day, despite_death=True)
    take_back(day, episode)  # also beside the new one: what comes back is the discharge
    assert kept(day, episode).end == "discharged"
    assert set(kept(day, episode).clocks) == follow_ups


def test_nothing_begins_on_the_number_of_a_dead_patient_unless_somebody_says_so(day: Day) -> None:
    episode = begun(day)
    end(day, episode)
    with pytest.raises(Refused, match=rf"has died, as episode {episode} says.*--despite-death") as refusal:
        begun(day, SECOND)
    assert NAME not in str(refusal.value)
    assert kept(day, begun(day, SECOND, despite_death=True)).responsible_team == MUNICIPAL.team


def test_merging_the_record_of_a_dead_patient_with_a_running_episode_is_doubted_and_then_ends_it(day: Day) -> None:
    dead, running = begun(day), begun(day, patient=Patient(OTHER, NAME))
    handover = day.requested(running)
    end(day, dead)
    told = Told(PATIENT, known_as=OTHER)

    proposed = day.operations.identities.propose(running, told, MUNICIPAL)

    assert Doubt.ONE_HAS_DIED in proposed.doubts
    assert proposed.ends == (running,)
    assert not kept(day, running).has_ended
    with pytest.raises(Refused, match="needs a second look"):
        day.operations.identities.identify(running, told, MUNICIPAL)

    day.operations.identities.identify(running, told, MUNICIPAL, agreed=proposed)

    assert kept(day, running).end == "deceased"
    assert notices(day, running)[0] == ("look-first", "sent")
    assert handover in day.woken
    take_back(day, dead)
    assert [kept(day, each).has_ended for each in (dead, running)] == [False, True]  # both are on one pathway


def test_saying_that_an_episode_is_about_a_dead_patient_is_doubted_and_then_ends_it(day: Day) -> None:
    dead, running = begun(day), begun(day, SECOND, patient=None)
    end(day, dead)
    proposed = day.operations.identities.propose(running, Told(PATIENT), MUNICIPAL)
    assert (proposed.doubts, proposed.ends) == ((Doubt.ONE_HAS_DIED,), (running,))
    day.operations.identities.identify(running, Told(PATIENT), MUNICIPAL, agreed=proposed)
    assert kept(day, running).has_ended
    take_back(day, running)
    assert [kept(day, each).has_ended for each in (dead, running)] == [False, False]


def test_two_records_of_a_patient_whose_episodes_are_all_over_are_no_doubt(day: Day) -> None:
    one, two = begun(day), begun(day, patient=Patient(OTHER, NAME))
    end(day, one)
    end(day, two)
    proposed = day.operations.identities.propose(two, Told(PATIENT, known_as=OTHER), MUNICIPAL)
    assert proposed.doubts == (Doubt.TWO_PERSONAL_NUMBERS,)
    assert not proposed.ends


def test_deaths_recorded_in_two_episodes_at_once_end_both_and_wait_for_each_other_in_no_circle(
    database: Database, tmp_path: Path
) -> None:
    day = two_pathways(database.engine, tmp_path)
    one, two = begun(day), begun(day, SECOND)
    outcomes = at_once(lambda: end(day, one), lambda: end(day, two, "discharged"))
    assert len(refused(outcomes)) <= 1  # the discharge, where the death was faster
    assert [kept(day, each).has_ended for each in (one, two)] == [True, True]


def test_a_team_without_a_part_in_it_still_records_no_death(day: Day) -> None:
    episode = begun(day)
    with pytest.raises(Refused, match="your team has had no part in it"):
        day.operations.perform(episode, EndEpisode(actor=person("gp-of-nowhere"), end="deceased"))
