"""Two networks know one patient: what one writes changes nothing in the other; a death there is asked about."""

from functools import partial
from pathlib import Path

import pytest

from engine.databases import Database
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, RYHOV, SSIH, Day, a_day, demonstration, settings
from pathways.care.commands import DenyVitalStatus, EndEpisode, TakeBackEnd
from pathways.care.episodes import Episode
from pathways.care.evolution import replayed
from pathways.care.states import PatientChange
from pathways.care.vital_status import DEATH_KEY, LIFE_KEY
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import NewRelative, Patient
from pathways.store.unit_of_work import UnitOfWork

OTHER = "other-county"
THIRD = "third-county"
RESERVE = "991948000010"
ASTRID = Patient(NUMBER, NAME)
DAUGHTER = NewRelative("Siv Exempelsson", "daughter", "070-174 06 05")


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    pathway, network = demonstration()
    others = [network.model_copy(update={"network": name}) for name in (OTHER, THIRD)]
    day.operations.publishing.apply([pathway], others)
    return day


def begun(day: Day, network: str = NETWORK, patient: Patient | None = ASTRID, *, despite_death: bool = False) -> str:
    wanted = Begin(PATHWAY, network, "home", patient, despite_death=despite_death)
    return day.operations.begin_episode(wanted, MUNICIPAL)[0].reference


def end(day: Day, episode: str, how: str = "deceased") -> None:
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end=how))


def take_back(day: Day, episode: str) -> None:
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))


def deny(day: Day, episode: str) -> None:
    day.operations.perform(episode, DenyVitalStatus(actor=MUNICIPAL))


def kept(day: Day, reference: str) -> Episode:
    view = day.operations.views.show(reference)
    assert replayed(view.history) == view.episode
    return view.episode


def asked(day: Day, reference: str) -> set[str]:
    """Which reports of other networks wait in an episode."""
    return {DEATH_KEY, LIFE_KEY} & set(kept(day, reference).clocks)


def waits(day: Day, reference: str) -> set[str]:
    return {wait.kind.value for wait in day.operations.views.show(reference).waits}


def latest_notice(day: Day, reference: str) -> tuple[str, str, str]:
    notice = day.operations.views.show(reference).notices[0]
    return notice.kind, notice.team, notice.status


def test_a_death_in_another_network_ends_nothing_and_is_asked_of_the_responsible_team(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    handover = day.requested(there)

    end(day, here)

    other = kept(day, there)
    assert not other.has_ended
    assert other.handovers[handover].is_open
    assert asked(day, there) == {DEATH_KEY}
    assert other.clocks[DEATH_KEY].owner == other.stay.team
    assert "death-report" in waits(day, there)
    assert day.operations.patients.shown(there, MUNICIPAL).is_death_reported
    assert not day.operations.patients.shown(here, MUNICIPAL).is_death_reported
    assert latest_notice(day, there) == ("death-reported", other.stay.team, "sent")
    told = [recorded.event for recorded in day.operations.views.show(there).history]
    assert here not in repr(told)
    assert NETWORK not in repr(told)


def test_an_unanswered_report_is_told_again_to_whoever_is_on_duty_also_at_night(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    day.clock.forward(hours=14)  # 23:00 UTC
    end(day, here)
    before = len(day.post.sent)
    day.clock.forward(hours=1, minutes=1)
    day.operations.pass_due_clocks()
    assert len(day.post.sent) > before
    assert latest_notice(day, there)[0] == "death-reported"
    assert kept(day, there).clocks[DEATH_KEY].passed == 1


def test_whoever_confirms_the_death_ends_the_episode_and_nothing_more_is_asked(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    end(day, here)
    end(day, there)
    assert kept(day, there).end == "deceased"
    assert (asked(day, here), asked(day, there)) == (set(), set())


def test_whoever_denies_the_death_goes_on_and_those_who_recorded_it_are_asked(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    end(day, here)

    deny(day, there)

    assert not kept(day, there).has_ended
    assert (asked(day, here), asked(day, there)) == ({LIFE_KEY}, set())
    assert kept(day, here).has_ended
    assert latest_notice(day, here)[0] == "life-reported"
    assert "life-report" in waits(day, here)
    deny(day, here)  # the death stands
    assert (asked(day, here), asked(day, there)) == (set(), {DEATH_KEY})
    take_back(day, here)  # and then it does not
    assert (asked(day, here), asked(day, there)) == (set(), set())
    assert latest_notice(day, there)[0] == "report-withdrawn"


def test_only_the_responsible_team_answers_a_report_and_only_where_one_waits(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    with pytest.raises(Refused, match="nobody else has reported"):
        deny(day, there)
    end(day, here)
    for team in (SSIH, RYHOV):
        with pytest.raises(Refused, match="that is for municipal-palliative-team"):
            day.operations.perform(there, DenyVitalStatus(actor=team))
    assert asked(day, there) == {DEATH_KEY}


def test_a_death_that_two_networks_recorded_and_one_takes_back_is_asked_about_in_the_other(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    end(day, here)
    end(day, there)
    take_back(day, here)
    assert kept(day, there).has_ended
    assert asked(day, there) == {LIFE_KEY}
    take_back(day, there)
    assert asked(day, there) == set()
    assert not kept(day, there).has_ended


def test_what_a_third_network_still_records_is_not_withdrawn(day: Day) -> None:
    here, there, third = begun(day), begun(day, OTHER), begun(day, THIRD)
    end(day, here)
    end(day, third)
    take_back(day, here)
    assert asked(day, there) == {DEATH_KEY}
    take_back(day, third)
    assert asked(day, there) == set()


def test_another_end_tells_other_networks_nothing(day: Day) -> None:
    here, there = begun(day), begun(day, OTHER)
    before = kept(day, there).number
    end(day, here, "discharged")
    take_back(day, here)
    assert kept(day, there).number == before
    end(day, here, "discharged")
    end(day, there)
    take_back(day, here)  # which says nothing against the death
    assert asked(day, there) == set()


def test_whoever_begins_with_somebody_recorded_as_dead_elsewhere_is_asked_after_the_beginning(day: Day) -> None:
    end(day, begun(day))
    there = begun(day, OTHER)
    assert asked(day, there) == {DEATH_KEY}


def test_an_episode_that_is_identified_as_somebody_dead_elsewhere_is_asked_about_on_both_sides(day: Day) -> None:
    here = begun(day)
    there = begun(day, OTHER, Patient(RESERVE, NAME))
    end(day, here)
    assert asked(day, there) == set()
    day.operations.identities.identify(there, Told(Patient(NUMBER), known_as=RESERVE), MUNICIPAL)
    assert asked(day, there) == {DEATH_KEY}
    third = begun(day, THIRD, None)
    dead = begun(day, OTHER, Patient("991948000028", NAME))
    end(day, dead)
    day.operations.identities.identify(third, Told(ASTRID), MUNICIPAL)
    assert asked(day, third) == {DEATH_KEY}


def test_what_one_network_writes_of_a_patient_another_never_shows(day: Day) -> None:
    here = begun(day)
    day.operations.patients.add_relative(here, DAUGHTER, MUNICIPAL)

    there = begun(day, OTHER, Patient(NUMBER, "Somebody Else"))

    shown = day.operations.patients.shown(there, MUNICIPAL)
    assert (shown.name, shown.relatives, shown.is_protected) == ("Somebody Else", (), False)
    day.operations.patients.protect(there, MUNICIPAL)
    assert not day.operations.patients.shown(here, MUNICIPAL).is_protected
    assert day.operations.patients.shown(here, MUNICIPAL).name == NAME
    assert [each.name for each in day.operations.patients.shown(here, MUNICIPAL).relatives] == [DAUGHTER.name]


def test_a_number_that_another_network_knows_never_merges_two_networks_records(day: Day) -> None:
    here = begun(day)
    there = begun(day, OTHER, Patient(RESERVE, "Somebody Else"))
    before = kept(day, here).number

    done = day.operations.identities.identify(there, Told(Patient(NUMBER), known_as=RESERVE), MUNICIPAL)

    assert (done.change, done.joined) == (PatientChange.NUMBER_ADDED, ())
    assert here not in repr(done)
    with UnitOfWork(day.operations.engine, writes=False) as work:
        numbers = [work.people.of(each) for each in (here, there)]
        assert len(set(numbers)) == 2
        assert work.people.elsewhere(numbers[0] or 0) == [numbers[1]]
    assert kept(day, here).number == before
    assert day.operations.patients.shown(here, MUNICIPAL).name == NAME


def test_a_death_recorded_while_another_network_begins_is_asked_about_or_refused(day: Day) -> None:
    """Whichever is first: the beginning finds the death, or the death finds the beginning."""
    for round_ in range(6):
        patient = Patient(f"9919480001{round_:02}", NAME)
        here = begun(day, NETWORK, patient)
        outcomes = at_once(partial(end, day, here), partial(begun, day, OTHER, patient))
        if not refused(outcomes):
            assert asked(day, str(outcomes[1])) == {DEATH_KEY}


@pytest.mark.parametrize("networks", [(NETWORK, NETWORK), (NETWORK, OTHER)])
def test_of_two_who_begin_with_a_new_number_at_once_each_network_has_one_record(
    day: Day, networks: tuple[str, str]
) -> None:
    for round_ in range(4):
        patient = Patient(f"9919480002{round_:02}", NAME)
        outcomes = at_once(*(partial(begun, day, network, patient) for network in networks))
        assert len(refused(outcomes)) == len(networks) - len(set(networks))
        for network in set(networks):
            with pytest.raises(Refused, match="already has an active episode"):
                begun(day, network, patient)


def test_of_two_who_add_the_same_number_to_two_records_at_once_one_does(day: Day) -> None:
    for round_ in range(4):
        first, second, wanted = (f"99194800{kind}{round_:02}" for kind in ("03", "04", "05"))
        episodes = {begun(day, NETWORK, Patient(known, NAME)): known for known in (first, second)}

        def add(episode: str, told: Told) -> None:
            day.operations.identities.identify(episode, told, MUNICIPAL)

        adding = (partial(add, each, Told(Patient(wanted), known_as=known)) for each, known in episodes.items())
        assert len(refused(at_once(*adding))) == 1
