"""Who the patient is, for viewers: a look-up tells nothing of others, and a protected identity only those named."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from stdnum import luhn

from engine.databases import Database, Server
from engine.made_up_users import PEOPLE, hired, viewer
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, RYHOV, Day, a_day, settings
from pathways.audit.entries import Outcome
from pathways.care.commands import EndEpisode
from pathways.errors import NotFound, Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.patient_access import TooManyNumbers
from pathways.operations.people import NewRelative, Patient
from pathways.store.unit_of_work import UnitOfWork

RESERVE = "991948000010"
ASTRID = Patient(NUMBER, NAME)


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    return day


def noted(day: Day, login: str) -> list[tuple[str, str | None, bool, str]]:
    """What the log was told of somebody: what, of which episode, whether of a known patient, with which outcome."""
    with UnitOfWork(day.operations.engine, writes=False) as work:
        entries = [sealed.entry for sealed in work.audit.sealed(NETWORK)]
    own = [entry for entry in entries if entry["login"].startswith(login)]
    return [(each["what"], each["episode"], each["person"] is not None, each["outcome"]) for each in own]


def test_who_begins_an_episode_finds_it_again_by_the_number_and_nobody_else_does(day: Day) -> None:
    access = day.operations.patient_access
    episode = access.begin(viewer("municipal"), Begin(PATHWAY, NETWORK, "home", ASTRID))[0].reference
    assert access.look_up(viewer("municipal"), NUMBER).episodes == (episode,)
    assert access.look_up(viewer("ryhov", 1), NUMBER).episodes == ()
    assert noted(day, "municipal") == [("begin", episode, True, "done"), ("look-up", None, True, "done")]
    assert noted(day, "ryhov") == [("look-up", None, True, "done")]


@pytest.mark.parametrize("name", ["north", "it", "admin", "reviewer"])
def test_who_may_not_begin_looks_nobody_up(day: Day, name: str) -> None:
    access = day.operations.patient_access
    for attempt in (
        lambda: access.look_up(viewer(name), NUMBER),
        lambda: access.begin(viewer(name), Begin(PATHWAY, NETWORK, "home", ASTRID)),
    ):
        with pytest.raises(Refused, match="not yours to do"):
            attempt()


def test_nobody_begins_in_a_network_that_is_not_theirs(day: Day) -> None:
    with pytest.raises(Refused, match="not yours to do"):
        day.operations.patient_access.begin(viewer("municipal"), Begin(PATHWAY, "elsewhere", "home"))


def test_nobody_begins_for_a_team_that_theirs_does_not_answer_for(day: Day) -> None:
    begin = Begin(PATHWAY, NETWORK, "home-specialised")
    forged = viewer("municipal").acting_for("ssih-jonkoping")
    with pytest.raises(Refused, match="Your team does not answer for that one now"):
        day.operations.patient_access.begin(forged, begin)
    episode, _warnings = day.operations.patient_access.begin(viewer("municipal"), begin)
    assert episode.responsible_team == "municipal-palliative-team"
    assert episode.open_handover
    assert episode.open_handover.plan.to_team == "ssih-jonkoping"


def test_a_beginning_that_is_refused_is_noted_with_the_patient_whose_number_was_tried(day: Day) -> None:
    day.begun(ASTRID)
    for wanted in (ASTRID, Patient("nonsense"), None):
        with pytest.raises(Refused):
            day.operations.patient_access.begin(viewer("ssih"), Begin(PATHWAY, NETWORK, "short-term", wanted))
    refused = [("begin", None, known, Outcome.REFUSED) for known in (True, False, False)]
    assert noted(day, "ssih") == refused


def test_an_episode_of_others_is_not_named_to_whoever_tries_to_begin_another(day: Day) -> None:
    access, again = day.operations.patient_access, Begin(PATHWAY, NETWORK, "home", ASTRID)
    episode = day.begun(ASTRID)
    with pytest.raises(Refused, match=f"active episode of {PATHWAY}: {episode}"):
        access.begin(viewer("municipal"), again)
    told = [refusal_of(lambda: access.begin(viewer("ryhov", 1), again))]
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    with pytest.raises(Refused, match=f"has died, as episode {episode} says"):
        access.begin(viewer("municipal"), again)
    told.append(refusal_of(lambda: access.begin(viewer("ryhov", 1), again)))
    assert told[0] == told[1]
    assert episode not in told[0]
    refused = ("begin", None, True, Outcome.REFUSED)
    assert noted(day, "ryhov") == [refused, refused]


def refusal_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        attempt()
    return str(refusal.value)


def test_whoever_begins_at_an_impossible_level_learns_nothing_of_a_number(day: Day) -> None:
    other = "19490228981" + luhn.calc_check_digit("490228981")
    dead = "19500228981" + luhn.calc_check_digit("500228981")
    day.begun(ASTRID)
    day.operations.perform(day.begun(Patient(dead, NAME)), EndEpisode(actor=MUNICIPAL, end="deceased"))
    access = day.operations.patient_access
    said = {
        refusal_of(
            lambda number=number: access.begin(  # type: ignore[misc]  # a loop's own value
                viewer("ryhov", 1), Begin(PATHWAY, NETWORK, "short-term", Patient(number, NAME))
            )
        )
        for number in (NUMBER, other, dead)
    }
    assert len(said) == 1
    assert access.look_up(viewer("ryhov", 1), NUMBER) == access.look_up(viewer("ryhov", 1), other)


def test_whoever_uses_too_many_numbers_by_whichever_way_is_stopped_for_a_while_and_it_is_noted(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    day = a_day(database.engine, settings(tmp_path).model_copy(update={"numbers_an_hour": 3}))
    hired(day.operations)
    access, episode = day.operations.patient_access, day.begun()
    ways: tuple[Callable[[], object], ...] = (
        lambda: access.look_up(viewer("municipal"), NUMBER),
        lambda: access.begin(viewer("municipal"), Begin(PATHWAY, NETWORK, "short-term", ASTRID)),
        lambda: access.would_identify(viewer("municipal"), episode, Told(ASTRID)),
    )
    for way in ways:
        with suppress(Refused):
            way()
    for way in ways:
        with pytest.raises(TooManyNumbers):
            way()
    again = a_day(database.engine, day.operations.settings).operations.patient_access  # another process counts on
    with pytest.raises(TooManyNumbers):
        again.look_up(viewer("municipal"), NUMBER)
    assert ("use-too-many-numbers", None, False, "refused") in noted(day, "municipal")
    assert "more than 3 numbers of patients" in caplog.text
    assert PEOPLE["municipal"].login not in caplog.text
    access.look_up(viewer("ssih"), NUMBER)  # somebody else
    day.clock.forward(minutes=61)
    access.look_up(viewer("municipal"), NUMBER)


def test_a_program_merges_nothing_and_goes_on_over_no_doubt(day: Day) -> None:
    earlier = day.begun(ASTRID)
    day.operations.perform(earlier, EndEpisode(actor=MUNICIPAL, end="discharged"))
    active = day.begun(Patient(RESERVE, NAME))
    access, person = day.operations.patient_access, viewer("municipal")
    told = Told(ASTRID, known_as=RESERVE)
    program = person.model_copy(update={"user": person.user.model_copy(update={"is_system": True})})
    for each in (program, program.speaking_for("Astrid Nurse")):
        with pytest.raises(Refused, match="Only a person makes two records one"):
            access.identify(each, active, told, access.would_identify(each, active, told))
    done = access.identify(person, active, told, access.would_identify(person, active, told))
    assert set(done.joined) == {active, earlier} - {active}
    assert ("merged", earlier, True, "done") in noted(day, "municipal")


def test_whoever_merges_is_shown_no_reference_of_an_episode_that_is_not_theirs(day: Day) -> None:
    ward = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "hospital-bed", ASTRID, unit="ryhov"), RYHOV)[0]
    day.operations.perform(ward.reference, EndEpisode(actor=RYHOV, end="declined"))
    day.clock.forward(days=60)
    active = day.begun(Patient(RESERVE, NAME))
    access, told = day.operations.patient_access, Told(ASTRID, known_as=RESERVE)
    proposed = access.would_identify(viewer("municipal"), active, told)
    assert (proposed.joined, proposed.others) == ((), 1)
    done = access.identify(viewer("municipal"), active, told, proposed)
    assert ward.reference not in repr(done)
    with pytest.raises(NotFound):  # nor does the merge give them a part in it
        day.operations.access.see(viewer("municipal"), ward.reference)


def test_who_has_a_part_sees_who_the_patient_is_and_the_log_says_so(day: Day) -> None:
    episode = day.begun(ASTRID)
    shown = day.operations.patient_access.patient(viewer("municipal"), episode)
    assert (shown.name, shown.number, shown.is_protected) == (NAME, NUMBER, False)
    assert NAME not in repr(shown)
    assert NUMBER not in repr(shown)
    with pytest.raises(NotFound):
        day.operations.patient_access.patient(viewer("ryhov"), episode)
    assert noted(day, "municipal") == [("see-identity", episode, True, "done")]
    assert noted(day, "ryhov") == [("see-identity", episode, True, "not-found")]


def test_who_is_only_informed_or_opened_it_in_an_emergency_may_see_who_it_is_and_only_that(day: Day) -> None:
    episode = day.begun(ASTRID)
    day.operations.access.open_in_emergency(viewer("ryhov"), episode, "Unconscious in the ambulance")
    assert day.operations.patient_access.patient(viewer("ryhov"), episode).name == NAME
    with pytest.raises(Refused, match="no part"):
        day.operations.patients.shown(episode, RYHOV)


def test_where_nobody_is_known_there_is_nobody_to_show(day: Day) -> None:
    episode = day.begun()
    for attempt in (
        lambda: day.operations.patient_access.patient(viewer("municipal"), episode),
        lambda: day.operations.patient_access.readers(viewer("municipal"), episode),
    ):
        with pytest.raises(Refused, match="Nobody has said"):
            attempt()


def test_a_protected_identity_is_shown_to_those_who_were_named_and_to_nobody_else(day: Day) -> None:
    access, episode = day.operations.patient_access, day.begun(ASTRID)
    relative = NewRelative("Siv Exempelsson", "daughter", "070-174 06 05")
    day.operations.patients.add_relative(episode, relative, MUNICIPAL)
    day.operations.patients.protect(episode, MUNICIPAL)
    handover = day.requested(episode)
    access.name_reader(viewer("municipal"), episode, PEOPLE["ssih"].login)
    assert access.readers(viewer("municipal"), episode) == (PEOPLE["ssih"].login,)
    masked = access.patient(viewer("municipal"), episode)
    assert (masked.name, masked.number, masked.address, masked.is_protected) == (None, None, None, True)
    assert masked.relatives == ()
    shown = access.patient(viewer("ssih"), handover)
    assert (shown.name, shown.number, shown.is_protected) == (NAME, NUMBER, True)
    assert [each.name for each in shown.relatives] == ["Siv Exempelsson"]
    access.name_reader(viewer("municipal"), episode, PEOPLE["ssih"].login, is_named=False)
    assert access.patient(viewer("ssih"), handover).name is None


def test_a_protection_is_lifted_by_somebody_who_was_named_and_a_second_person_and_the_others_are_told(day: Day) -> None:
    access, episode = day.operations.patient_access, day.begun(ASTRID)
    day.operations.patients.protect(episode, MUNICIPAL)
    for attempt in ("municipal", "ssih"):  # nobody was named: neither of them
        with pytest.raises(Refused, match="Only somebody who was named"):
            access.lift_protection(viewer(attempt), episode)
    access.name_reader(viewer("municipal"), episode, PEOPLE["ssih"].login)
    access.name_reader(viewer("municipal"), episode, PEOPLE["north"].login)
    assert access.lift_protection(viewer("ssih"), episode) is False
    assert access.lift_protection(viewer("ssih"), episode) is False  # alone, however often
    assert day.operations.patients.shown(episode, MUNICIPAL).name is None
    told = [(each.kind, each.team) for each in day.operations.views.show(episode).notices]
    assert ("protection-changed", "short-term-north") in told
    program = viewer("municipal").model_copy(
        update={"user": PEOPLE["municipal"].model_copy(update={"is_system": True})}
    )
    with pytest.raises(Refused, match="Only a person"):
        access.lift_protection(program, episode)
    day.clock.forward(hours=25)  # what was asked then is asked no more
    with pytest.raises(Refused, match="Only somebody who was named"):
        access.lift_protection(viewer("municipal"), episode)
    access.lift_protection(viewer("ssih"), episode)
    assert access.lift_protection(viewer("municipal"), episode) is True
    assert day.operations.patients.shown(episode, MUNICIPAL).name == NAME
    assert ("ask-to-lift-protection", episode, True, "done") in noted(day, "ssih")
    assert ("lift-protection", episode, True, "done") in noted(day, "municipal")
    with pytest.raises(Refused, match="not protected"):
        access.lift_protection(viewer("municipal"), episode)


def test_who_is_named_and_loses_the_part_sees_nobody(day: Day) -> None:
    access, episode = day.operations.patient_access, day.begun(ASTRID)
    access.name_reader(viewer("municipal"), episode, PEOPLE["ryhov"].login)
    with pytest.raises(NotFound):
        access.patient(viewer("ryhov"), episode)


def test_nobody_names_themselves_or_a_stranger_and_only_coordinators_name(day: Day) -> None:
    access, episode = day.operations.patient_access, day.begun(ASTRID)
    day.operations.patients.protect(episode, MUNICIPAL)
    own = viewer("municipal")
    for who, login in (
        (own, PEOPLE["municipal"].login.upper()),
        (own, "stranger@region.example"),
        (own, "no login"),
        (viewer("ryhov"), PEOPLE["ryhov"].login),
        (viewer("north"), PEOPLE["north"].login),
        (viewer("it"), PEOPLE["it"].login),
    ):
        with pytest.raises(Refused):
            access.name_reader(who, episode, login)
    assert access.readers(own, episode) == ()


def test_two_records_that_become_one_have_the_readers_of_both(day: Day, database: Database, server: Server) -> None:
    access, known = day.operations.patient_access, day.begun(ASTRID)
    access.name_reader(viewer("municipal"), known, PEOPLE["ssih"].login)
    access.name_reader(viewer("municipal"), known, PEOPLE["north"].login)
    day.operations.perform(known, EndEpisode(actor=MUNICIPAL, end="discharged"))
    unknown = day.begun(Patient(RESERVE, NAME))
    access.name_reader(viewer("municipal"), unknown, PEOPLE["ssih"].login)
    access.name_reader(viewer("municipal"), unknown, PEOPLE["ryhov"].login)
    told, identities = Told(ASTRID, known_as=RESERVE), day.operations.identities
    identities.identify(unknown, told, MUNICIPAL, agreed=identities.propose(unknown, told, MUNICIPAL))
    together = tuple(sorted(PEOPLE[name].login for name in ("ssih", "north", "ryhov")))
    assert access.readers(viewer("municipal"), unknown) == together
    stolen = server.raw(database).decode(errors="replace")
    assert NAME not in stolen
    assert NUMBER not in stolen
