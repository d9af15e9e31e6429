"""Where organisations are kept apart: what one writes of a patient changes nothing that another shows.

Both sides of a handover still mean the same patient, who is close passes by consent alone, a protected identity is one
whoever protects it, a death is asked about, and two records become one only when each organisation has said so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stdnum import luhn

from engine.databases import Database
from engine.made_up_users import JUST_NOW, PEOPLE, hired, membership, user, viewer
from engine.world import (
    MUNICIPAL,
    NAME,
    NETWORK,
    NUMBER,
    PATHWAY,
    RYHOV,
    SSIH,
    Day,
    a_day,
    demonstration,
    settings,
)
from pathways.access.table import Role
from pathways.access.users import Viewer
from pathways.care.actors import Actor
from pathways.care.commands import EndEpisode, NoteNightSheet, RecordFact, TakeBackEnd
from pathways.care.events import PatientChanged
from pathways.care.evolution import replayed
from pathways.care.patient import Consent
from pathways.care.states import PatientChange
from pathways.care.vital_status import DEATH_KEY
from pathways.definition.networks import PatientRecords
from pathways.errors import Refused, Stale
from pathways.operations.beginning import Begin
from pathways.operations.identities import Identification, Told
from pathways.operations.identity_doubts import Doubt
from pathways.operations.merge_agreements import still_to_agree, teams_that_answer
from pathways.operations.people import NewRelative, Patient
from pathways.operations.person_views import ShownPatient
from pathways.reports.contents import Relatives
from pathways.store.unit_of_work import UnitOfWork

SECOND = "second-pathway"
MUNICIPALITY, REGION = "jonkopings-kommun", "region-jonkopings-lan"
MUNICIPALITY_NAME = "Jönköpings kommun"
ELSEWHERE_NAME = "Asta Påhittad"
RESERVE = "991948000010"
OTHER = "19490228981" + luhn.calc_check_digit("490228981")
DAUGHTER = NewRelative("Siv Exempelsson", "daughter", "070-174 06 05", may_be_called_at_night=True)


def a_day_of(database: Database, folder: Path, records: PatientRecords) -> Day:
    """A day on which a patient may be on two pathways, in a network that shares its records or does not."""
    day = a_day(database.engine, settings(folder))
    pathway, network = demonstration()
    second = pathway.model_copy(update={"pathway": SECOND})
    changed = network.model_copy(update={"pathways": (PATHWAY, SECOND), "patient_records": records})
    day.operations.publishing.apply([second], [changed])
    hired(day.operations)
    return day


@pytest.fixture
def apart(database: Database, tmp_path: Path) -> Day:
    return a_day_of(database, tmp_path, PatientRecords.PER_ORGANISATION)


def municipal(day: Day, number: str = NUMBER, name: str = NAME, pathway: str = PATHWAY) -> str:
    """An episode of the municipality."""
    wanted = Begin(pathway, NETWORK, "home", Patient(number, name))
    return day.operations.begin_episode(wanted, MUNICIPAL)[0].reference


def regional(day: Day, number: str = NUMBER, name: str = ELSEWHERE_NAME) -> str:
    """An episode of the region, on another pathway."""
    wanted = Begin(SECOND, NETWORK, "home-specialised", Patient(number, name))
    return day.operations.begin_episode(wanted, SSIH)[0].reference


def in_ward(day: Day, number: str, pathway: str) -> str:
    """An episode of the region that no team of the municipality has a part in."""
    wanted = Begin(pathway, NETWORK, "hospital-bed", Patient(number, NAME), unit="ryhov")
    return day.operations.begin_episode(wanted, RYHOV)[0].reference


def shown(day: Day, episode: str, actor: Actor = MUNICIPAL) -> ShownPatient:
    return day.operations.patients.shown(episode, actor)


def identify(day: Day, episode: str, number: str, known_as: str, actor: Actor, name: str = "") -> Identification:
    told = Told(Patient(number, name), known_as)
    proposed = day.operations.identities.propose(episode, told, actor)
    return day.operations.identities.identify(episode, told, actor, agreed=proposed)


def changes(day: Day, episode: str) -> list[PatientChange]:
    view = day.operations.views.show(episode)
    assert replayed(view.history) == view.episode
    return [recorded.event.what for recorded in view.history if isinstance(recorded.event, PatientChanged)]


def entries(day: Day, what: str) -> list[Mapping[str, Any]]:
    """What the log was told of one kind."""
    with UnitOfWork(day.operations.engine, writes=False) as work:
        found = [sealed.entry for sealed in work.audit.sealed(NETWORK)]
    return [each for each in found if each["what"] == what]


def person_of(day: Day, episode: str) -> int | None:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        return work.people.of(episode)


def consents(day: Day, episode: str, actor: Actor, *, is_given: bool = True) -> None:
    day.operations.perform(episode, RecordFact(actor=actor, fact=Consent(is_given=is_given)))


def test_the_name_of_one_organisation_is_shown_to_no_other_and_renames_nobody(apart: Day) -> None:
    wanted = Begin(SECOND, NETWORK, "home-specialised", Patient(NUMBER, ELSEWHERE_NAME))
    one = municipal(apart)
    before = shown(apart, one)
    two, warnings = apart.operations.begin_episode(wanted, SSIH)
    assert warnings == ()  # it would tell that somebody else knows the number
    assert shown(apart, one) == before
    assert shown(apart, two.reference, SSIH).name == ELSEWHERE_NAME
    identify(apart, two.reference, OTHER, NUMBER, SSIH, "Astrid Nygift")
    assert shown(apart, one) == before
    assert shown(apart, two.reference, SSIH).name == "Astrid Nygift"
    assert changes(apart, one) == []


def test_another_name_than_ones_own_is_still_a_warning(apart: Day) -> None:
    municipal(apart)
    second = Begin(SECOND, NETWORK, "home", Patient(NUMBER, ELSEWHERE_NAME))
    episode, warnings = apart.operations.begin_episode(second, MUNICIPAL)
    assert [str(each) for each in warnings] == [
        "The record of that number has another name, which stays: see which one is right."
    ]
    assert shown(apart, episode.reference).name == NAME


def test_whoever_begins_with_a_number_and_no_name_is_told_no_name(apart: Day) -> None:
    municipal(apart)
    episode = regional(apart, name="")
    seen = shown(apart, episode, SSIH)
    assert (seen.name, seen.number, seen.told_by) == ("", NUMBER, None)


def test_the_receiver_of_a_handover_sees_whom_they_take_over_and_who_says_so(apart: Day) -> None:
    episode = municipal(apart)
    apart.requested(episode)
    seen = shown(apart, episode, SSIH)
    assert (seen.name, seen.number, seen.told_by) == (NAME, NUMBER, MUNICIPALITY_NAME)
    assert not seen.differs
    assert shown(apart, episode).told_by is None


def test_that_two_organisations_say_different_names_in_one_episode_is_a_doubt_that_is_shown(apart: Day) -> None:
    regional(apart)
    episode = municipal(apart)
    apart.requested(episode)
    seen = shown(apart, episode, SSIH)
    assert (seen.name, seen.told_by, seen.differs) == (ELSEWHERE_NAME, None, True)
    assert not shown(apart, episode).differs
    identify(apart, episode, RESERVE, NUMBER, SSIH, NAME)  # the doubt is settled by a person
    assert (shown(apart, episode, SSIH).name, shown(apart, episode, SSIH).differs) == (NAME, False)


def test_a_number_that_another_organisation_has_said_is_ones_own_once_one_says_it_too(apart: Day) -> None:
    one, two = municipal(apart, RESERVE), regional(apart, RESERVE)
    identify(apart, one, NUMBER, RESERVE, MUNICIPAL)
    assert shown(apart, one).number == NUMBER
    assert shown(apart, two, SSIH).number == RESERVE
    with pytest.raises(Refused, match="not known by the number that was given as known already"):
        identify(apart, two, OTHER, NUMBER, SSIH)
    done = identify(apart, two, NUMBER, RESERVE, SSIH)
    assert done.change is PatientChange.NUMBER_ADDED
    assert shown(apart, two, SSIH).number == NUMBER


def test_who_is_close_passes_to_another_organisation_by_consent_alone(apart: Day) -> None:
    patients, episode = apart.operations.patients, municipal(apart)
    apart.requested(episode)
    key = patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    assert len(shown(apart, episode).relatives) == 1
    assert shown(apart, episode, SSIH).relatives == ()
    with pytest.raises(Refused, match="No relative has that key"):
        patients.remove_relative(episode, key, SSIH)
    patients.add_relative(episode, DAUGHTER, SSIH)  # their own entry, and nobody is told that it was there already
    assert [each.told_by for each in shown(apart, episode, SSIH).relatives] == [REGION]
    assert [each.told_by for each in shown(apart, episode).relatives] == [MUNICIPALITY]
    consents(apart, episode, MUNICIPAL)
    assert {each.told_by for each in shown(apart, episode, SSIH).relatives} == {MUNICIPALITY, REGION}
    consents(apart, episode, MUNICIPAL, is_given=False)
    assert [each.told_by for each in shown(apart, episode, SSIH).relatives] == [REGION]


def test_a_night_sheet_names_whom_its_readers_may_call_and_holds_for_them(apart: Day) -> None:
    episode, sheets = municipal(apart), apart.operations.night_sheets
    apart.operations.patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    own, other = sheets.read(episode, MUNICIPAL), sheets.read(episode, SSIH)
    assert (len(own.content.relatives.at_night), len(other.content.relatives.at_night)) == (1, 0)
    assert own.mark != other.mark
    consents(apart, episode, MUNICIPAL)
    assert sheets.read(episode, MUNICIPAL).mark == sheets.read(episode, SSIH).mark


def test_an_identity_that_one_organisation_protects_is_protected_in_all_and_lifted_by_that_one(apart: Day) -> None:
    one, two = municipal(apart), regional(apart)
    access = apart.operations.patient_access
    assert apart.operations.patients.protect(one, MUNICIPAL)
    for episode, actor in ((one, MUNICIPAL), (two, SSIH)):
        seen = shown(apart, episode, actor)
        assert (seen.is_protected, seen.name, seen.number) == (True, None, None)
    told = [each.event for each in apart.operations.views.show(two).history if isinstance(each.event, PatientChanged)]
    assert [each.what for each in told] == [PatientChange.PROTECTED]
    assert one not in repr(told)
    access.name_reader(viewer("ssih"), two, PEOPLE["ryhov"].login)
    with pytest.raises(Refused, match="Another organisation protects this identity"):
        access.lift_protection(viewer("ssih"), two)


def lifted(day: Day, episode: str, first: Viewer, second: Viewer) -> bool:
    """Whether a protection is lifted after both have said so."""
    with UnitOfWork(day.operations.engine) as work:
        person = work.people.of(episode)
        assert person is not None
        work.people.name_reader(person, first.user.login)
        work.commit()
    assert day.operations.patient_access.lift_protection(first, episode) is False
    return day.operations.patient_access.lift_protection(second, episode)


def test_a_protection_stays_while_another_organisation_wants_it(apart: Day) -> None:
    one, two = municipal(apart), regional(apart)
    apart.operations.patients.protect(one, MUNICIPAL)
    assert apart.operations.patients.protect(two, SSIH)
    assert lifted(apart, two, viewer("ssih"), second_of_ssih(apart)) is False
    assert shown(apart, two, SSIH).is_protected
    assert apart.operations.protection.asked_by(two, SSIH.team) is None
    assert shown(apart, one).is_protected
    assert apart.operations.patients.protect(two, SSIH)


def test_two_people_of_the_organisation_that_protects_an_identity_lift_that(apart: Day) -> None:
    one, two = municipal(apart), regional(apart)
    apart.operations.patients.protect(two, SSIH)
    with UnitOfWork(apart.operations.engine) as work:  # somebody of another organisation does not count as the first
        person = work.people.of(two)
        assert person is not None
        work.people.ask_to_lift(person, PEOPLE["municipal"].login, apart.clock())
        work.commit()
    assert lifted(apart, two, viewer("ssih"), second_of_ssih(apart)) is True
    assert not shown(apart, two, SSIH).is_protected
    assert not shown(apart, one).is_protected


def test_each_organisation_knows_names_and_removes_its_own_readers_of_a_protected_identity_only(apart: Day) -> None:
    one, two = municipal(apart), regional(apart)
    apart.operations.patients.protect(one, MUNICIPAL)
    apart.operations.patients.protect(two, SSIH)
    access, ours, theirs = apart.operations.patient_access, viewer("municipal"), viewer("ssih")
    colleague = user("colleague", membership("municipal-palliative-team"))
    apart.operations.users.add(colleague)
    access.name_reader(ours, one, colleague.login)
    access.name_reader(theirs, two, PEOPLE["ryhov"].login)
    assert access.readers(ours, one) == (colleague.login,)
    assert access.readers(theirs, two) == (PEOPLE["ryhov"].login,)
    for login in (colleague.login, PEOPLE["municipal"].login):
        for is_named in (True, False):
            with pytest.raises(Refused, match="no user of your organisation"):
                access.name_reader(theirs, two, login, is_named=is_named)
    assert access.readers(ours, one) == (colleague.login,)
    access.name_reader(second_of_ssih(apart), two, theirs.user.login)
    assert access.lift_protection(theirs, two) is False
    assert apart.operations.protection.asked_by(two, SSIH.team) == theirs.user.login
    assert apart.operations.protection.asked_by(one, MUNICIPAL.team) is None
    assert {each.team for each in apart.operations.views.show(two).notices} == {"ward-ryhov"}
    (told,) = entries(apart, "ask-to-lift-protection")
    assert told["why"] == f"told to: {PEOPLE['ryhov'].login}"


def second_of_ssih(day: Day) -> Viewer:
    """Somebody else of the same organisation."""
    second = user("second", membership("ssih-jonkoping", Role.COORDINATOR))
    day.operations.users.add(second)
    return Viewer(user=second, membership=second.memberships[0], proved_at=JUST_NOW)


def test_a_death_is_asked_of_another_organisation_and_ends_nothing_there(apart: Day) -> None:
    one, two = municipal(apart), regional(apart)
    apart.operations.patients.add_relative(two, DAUGHTER, SSIH)
    sheets = apart.operations.night_sheets
    sheet = sheets.read(two, SSIH)
    apart.operations.perform(two, NoteNightSheet(actor=SSIH, mark=sheet.mark, number=sheet.number))
    assert sheets.check(two, sheet.mark, SSIH).is_current
    apart.operations.perform(one, EndEpisode(actor=MUNICIPAL, end="deceased"))
    other = apart.operations.views.show(two).episode
    assert not other.has_ended
    assert other.clocks[DEATH_KEY].owner == "ssih-jonkoping"
    assert one not in repr(apart.operations.views.show(two).history)
    seen, now = shown(apart, two, SSIH), sheets.read(two, SSIH)
    assert (seen.ended, seen.is_death_reported) == (None, True)
    assert (now.content.is_death_reported, now.content.relatives) == (True, Relatives((), 0))
    checked = sheets.check(two, sheet.mark, SSIH)
    assert (checked.is_current, checked.changed) == (False, ("relatives", "is_death_reported"))
    apart.operations.perform(one, TakeBackEnd(actor=MUNICIPAL))
    seen, again = shown(apart, two, SSIH), sheets.read(two, SSIH)
    assert (seen.is_death_reported, names(seen), again.mark) == (False, [DAUGHTER.name], sheet.mark)
    assert DEATH_KEY not in apart.operations.views.show(two).episode.clocks


def test_a_death_ends_all_that_the_same_organisation_has(apart: Day) -> None:
    one, two = municipal(apart), municipal(apart, pathway=SECOND)
    apart.operations.perform(one, EndEpisode(actor=MUNICIPAL, end="deceased"))
    assert apart.operations.views.show(two).episode.has_ended
    apart.operations.perform(one, TakeBackEnd(actor=MUNICIPAL))
    assert not apart.operations.views.show(two).episode.has_ended


def test_whoever_begins_with_the_number_of_somebody_who_died_elsewhere_is_asked(apart: Day) -> None:
    one = municipal(apart)
    apart.operations.perform(one, EndEpisode(actor=MUNICIPAL, end="deceased"))
    two = regional(apart)
    assert DEATH_KEY in apart.operations.views.show(two).episode.clocks
    apart.operations.perform(two, EndEpisode(actor=SSIH, end="moved-away"))
    with pytest.raises(Refused, match="has died"):
        municipal(apart, pathway=SECOND)


def test_two_records_become_one_when_each_organisation_has_said_so(apart: Day) -> None:
    one, two = municipal(apart, NUMBER), regional(apart, RESERVE, NAME)
    asked = identify(apart, two, NUMBER, RESERVE, SSIH)
    assert (asked.change, asked.waits_for) == (PatientChange.MERGE_ASKED, (MUNICIPALITY,))
    assert asked.needs_agreement
    assert shown(apart, two, SSIH).number == RESERVE
    notice = apart.operations.views.show(one).notices[0]
    assert (notice.kind, notice.team) == ("merge-asked", "municipal-palliative-team")
    assert two not in repr(apart.operations.views.show(one).history)
    done = identify(apart, one, RESERVE, NUMBER, MUNICIPAL)
    assert (done.change, done.waits_for) == (PatientChange.MERGED, ())
    assert shown(apart, two, SSIH).number == shown(apart, one).number == NUMBER
    assert two not in repr(apart.operations.views.show(one).history)
    assert apart.operations.identities.propose(two, Told(Patient(OTHER), RESERVE), SSIH).kept == tuple(
        sorted((one, two))
    )


def test_who_has_agreed_is_asked_again_after_a_week(apart: Day) -> None:
    one, two = municipal(apart, NUMBER), regional(apart, RESERVE, NAME)
    identify(apart, two, NUMBER, RESERVE, SSIH)
    apart.clock.forward(days=8)
    asked = identify(apart, one, RESERVE, NUMBER, MUNICIPAL)
    assert (asked.change, asked.waits_for) == (PatientChange.MERGE_ASKED, (REGION,))
    assert identify(apart, two, NUMBER, RESERVE, SSIH).change is PatientChange.MERGED


def test_a_merge_waits_for_no_organisation_that_can_neither_be_told_nor_answer(apart: Day) -> None:
    over, two = in_ward(apart, NUMBER, SECOND), municipal(apart, RESERVE)
    assert apart.operations.identities.propose(two, Told(Patient(NUMBER), RESERVE), MUNICIPAL).waits_for == (REGION,)
    apart.operations.perform(over, EndEpisode(actor=RYHOV, end="declined"))
    patients = apart.operations.patients
    with UnitOfWork(apart.operations.engine) as work:
        network, theirs = work.definitions.network(NETWORK), work.people.of(over)
        assert theirs is not None
        ours, other = patients.held(work, two, theirs).values()
        episode = other.episodes[over]
        answering = teams_that_answer(patients.context(work, episode), episode)
        assert answering == ()
        assert still_to_agree(network, MUNICIPALITY, ours, other, apart.clock(), answering) == ()
        assert still_to_agree(network, MUNICIPALITY, ours, other, apart.clock(), ["ward-ryhov"]) == (REGION,)


def test_one_organisation_merges_its_own_records_alone(apart: Day) -> None:
    one = municipal(apart, NUMBER)
    municipal(apart, RESERVE, pathway=SECOND)
    assert identify(apart, one, RESERVE, NUMBER, MUNICIPAL).change is PatientChange.MERGED


def test_whoever_tries_a_number_of_others_is_told_the_same_whatever_they_have_said_and_the_log_names_whom(
    apart: Day,
) -> None:
    on_the_same_pathway = "19490228981" + luhn.calc_check_digit("490228981")
    of_two = "19500228981" + luhn.calc_check_digit("500228981")
    own = municipal(apart, RESERVE, ELSEWHERE_NAME)
    for number, pathway in ((NUMBER, SECOND), (on_the_same_pathway, PATHWAY), (of_two, PATHWAY), (of_two, SECOND)):
        in_ward(apart, number, pathway)
    access = apart.operations.patient_access
    shown_to_them = {
        access.would_identify(viewer("municipal"), own, Told(Patient(number, ELSEWHERE_NAME), RESERVE))
        for number in (NUMBER, on_the_same_pathway, of_two)
    }
    (asked,) = shown_to_them
    assert (asked.change, asked.doubts, asked.waits_for, asked.others) == (PatientChange.MERGE_ASKED, (), (), 0)
    assert (asked.kept, asked.joined, asked.ends) == ((own,), (), ())
    guessed = access.would_identify(viewer("municipal"), own, Told(Patient(NUMBER, NAME), RESERVE))
    assert guessed.doubts == (Doubt.NAMES_DIFFER,)  # from one's own: it says nothing of theirs
    log = entries(apart, "look-up")
    assert len({each["person"] for each in log}) == 3
    assert person_of(apart, own) not in {each["person"] for each in log}
    assert {(each["login"], each["why"]) for each in log} == {(PEOPLE["municipal"].login, f"identifying {own}")}
    with pytest.raises(Refused):
        access.would_identify(viewer("municipal"), own, Told(Patient("no number"), RESERVE))
    assert entries(apart, "look-up") == log


def test_whoever_asks_for_a_merge_leaves_no_entry_of_what_they_may_not_see(apart: Day) -> None:
    other, own = in_ward(apart, NUMBER, SECOND), municipal(apart, RESERVE)
    access, told, who = apart.operations.patient_access, Told(Patient(NUMBER), RESERVE), viewer("municipal")
    done = access.identify(who, own, told, access.would_identify(who, own, told))
    assert done.change is PatientChange.MERGE_ASKED
    assert other not in repr(done)
    assert entries(apart, "merge-asked") == []
    ours, of_the_ward = Told(Patient(RESERVE), NUMBER), viewer("ryhov", 1)
    access.identify(of_the_ward, other, ours, access.would_identify(of_the_ward, other, ours))
    assert [each["episode"] for each in entries(apart, "merged")] == [own]


def test_what_stands_against_a_merge_is_said_to_whoever_has_it_or_when_all_have_agreed(apart: Day) -> None:
    one, two = municipal(apart, NUMBER, pathway=SECOND), regional(apart, RESERVE)
    assert identify(apart, two, NUMBER, RESERVE, SSIH).change is PatientChange.MERGE_ASKED
    with pytest.raises(Refused, match="both have an episode on the same pathway") as refusal:
        identify(apart, one, RESERVE, NUMBER, MUNICIPAL)
    assert two not in str(refusal.value)
    regional(apart, OTHER)
    with pytest.raises(Refused, match="both have an episode on the same pathway"):
        identify(apart, two, OTHER, RESERVE, SSIH)


def test_a_merge_that_ends_something_with_a_death_ends_it_in_the_same_organisation_only(apart: Day) -> None:
    dead, two = municipal(apart, NUMBER), regional(apart, RESERVE, NAME)
    alive = municipal(apart, RESERVE, pathway=PATHWAY)
    apart.operations.perform(dead, EndEpisode(actor=MUNICIPAL, end="deceased"))
    identify(apart, two, NUMBER, RESERVE, SSIH)
    done = identify(apart, alive, NUMBER, RESERVE, MUNICIPAL)
    assert done.ends == (alive,)
    assert Doubt.ONE_HAS_DIED in done.doubts
    assert not apart.operations.views.show(two).episode.has_ended
    assert DEATH_KEY in apart.operations.views.show(two).episode.clocks


@pytest.mark.parametrize("presses_last", [MUNICIPAL, SSIH], ids=["with-the-death", "the-other"])
def test_whoever_presses_last_ends_with_a_death_what_is_of_their_own_organisation_only(
    apart: Day, presses_last: Actor
) -> None:
    dead, two = municipal(apart, NUMBER), regional(apart, RESERVE, NAME)
    alive = municipal(apart, RESERVE, pathway=PATHWAY)
    apart.operations.perform(dead, EndEpisode(actor=MUNICIPAL, end="deceased"))
    pressing = [(alive, NUMBER, RESERVE, MUNICIPAL), (two, NUMBER, RESERVE, SSIH)]
    first, last = pressing if presses_last is SSIH else reversed(pressing)
    asked, done = identify(apart, *first), identify(apart, *last)
    assert (asked.change, done.change) == (PatientChange.MERGE_ASKED, PatientChange.MERGED)
    of_the_municipality = done if presses_last is MUNICIPAL else asked
    assert Doubt.ONE_HAS_DIED in of_the_municipality.doubts
    assert done.ends == ((alive,) if presses_last is MUNICIPAL else ())
    episode = apart.operations.views.show(alive).episode
    assert episode.has_ended is (presses_last is MUNICIPAL)
    for each in (two,) if episode.has_ended else (two, alive):
        assert not apart.operations.views.show(each).episode.has_ended
        assert DEATH_KEY in apart.operations.views.show(each).episode.clocks
    by_ssih = [each for each in apart.operations.views.show(alive).history if each.actor.team == SSIH.team]
    assert by_ssih == []


def test_what_was_written_before_it_was_kept_by_whom_is_shown_where_it_was_and_nowhere_else(apart: Day) -> None:
    one = municipal(apart)
    apart.operations.patients.add_relative(one, DAUGHTER, MUNICIPAL)
    with UnitOfWork(apart.operations.engine) as work:
        number = work.people.of(one)
        assert number is not None
        held = apart.operations.patients.held(work, one)[number]
        relatives = tuple(replace(each, told_by="") for each in held.person.relatives)
        before = replace(held.person, statements=(), relatives=relatives)
        apart.operations.patients.keep(work, number, held.person, before)
        work.commit()
    apart.requested(one)
    for actor in (MUNICIPAL, SSIH):
        seen = shown(apart, one, actor)
        assert (seen.name, names(seen), seen.hides_relatives) == (NAME, [DAUGHTER.name], False)
    two = regional(apart, name="")
    seen = shown(apart, two, SSIH)
    assert (seen.name, seen.relatives, seen.hides_relatives) == ("", (), False)
    assert shown(apart, one, SSIH).name == NAME
    key = shown(apart, one).relatives[0].key
    with pytest.raises(Refused, match="No relative has that key"):
        apart.operations.patients.remove_relative(two, key, SSIH)
    apart.operations.patients.remove_relative(one, key, MUNICIPAL)
    assert shown(apart, one).relatives == ()


def names(seen: ShownPatient) -> list[str]:
    return [each.name for each in seen.relatives]


def test_that_somebody_is_written_down_who_is_not_shown_is_said_where_it_was_done_and_whoever_it_is_added(
    apart: Day,
) -> None:
    one, two = municipal(apart), regional(apart)
    apart.requested(one)
    apart.operations.patients.add_relative(one, DAUGHTER, MUNICIPAL)
    assert [shown(apart, one, actor).hides_relatives for actor in (MUNICIPAL, SSIH)] == [False, True]
    assert not shown(apart, two, SSIH).hides_relatives  # it would tell that another organisation knows the patient
    apart.operations.patients.add_relative(one, DAUGHTER, SSIH)
    assert names(shown(apart, one, SSIH)) == [DAUGHTER.name]
    consents(apart, one, MUNICIPAL)
    assert not shown(apart, one, SSIH).hides_relatives
    apart.operations.patients.protect(one, MUNICIPAL)
    assert not shown(apart, one, SSIH).hides_relatives


def switched(day: Day, records: PatientRecords) -> None:
    """The network's file is applied again with another word of who shares."""
    network = day.operations.publishing.network(NETWORK)
    day.operations.publishing.apply([], [network.model_copy(update={"patient_records": records})])


def test_records_of_a_network_that_shares_no_longer_stay_with_those_who_wrote_them(
    database: Database, tmp_path: Path
) -> None:
    day = a_day_of(database, tmp_path, PatientRecords.SHARED)
    one, two = municipal(day), regional(day, name=ELSEWHERE_NAME)
    day.requested(one)
    day.operations.patients.add_relative(one, DAUGHTER, MUNICIPAL)
    assert names(shown(day, one, SSIH)) == [DAUGHTER.name]
    switched(day, PatientRecords.PER_ORGANISATION)
    assert (shown(day, one).name, names(shown(day, one))) == (NAME, [DAUGHTER.name])
    assert shown(day, two, SSIH).name == ELSEWHERE_NAME
    seen = shown(day, one, SSIH)
    assert (names(seen), seen.hides_relatives) == ([], True)


def test_records_of_a_network_that_shares_from_now_on_are_seen_by_all_with_a_part(apart: Day) -> None:
    one, two = municipal(apart), regional(apart)
    apart.requested(one)
    apart.operations.patients.add_relative(one, DAUGHTER, MUNICIPAL)
    switched(apart, PatientRecords.SHARED)
    for episode, actor in ((one, MUNICIPAL), (one, SSIH), (two, SSIH)):
        seen = shown(apart, episode, actor)
        assert (seen.name, seen.number, seen.told_by, seen.hides_relatives) == (NAME, NUMBER, None, False)
        assert names(seen) == ([DAUGHTER.name] if episode == one else [])


@pytest.mark.parametrize("records", PatientRecords)
def test_a_change_of_the_record_is_noted_in_the_history_of_whom_it_concerns(
    database: Database, tmp_path: Path, records: PatientRecords
) -> None:
    day = a_day_of(database, tmp_path, records)
    one, two = municipal(day), regional(day, name=NAME)
    doing: tuple[Callable[[], object], ...] = (
        lambda: day.operations.patients.add_relative(one, DAUGHTER, MUNICIPAL),
        lambda: identify(day, one, OTHER, NUMBER, MUNICIPAL),
        lambda: day.operations.patients.protect(one, MUNICIPAL),
    )
    for do in doing:
        do()
    all_of_it = [PatientChange.RELATIVE_ADDED, PatientChange.NUMBER_ADDED, PatientChange.PROTECTED]
    assert changes(day, one) == all_of_it
    assert changes(day, two) == (all_of_it if records is PatientRecords.SHARED else [PatientChange.PROTECTED])


def test_an_agreement_to_something_else_is_stale(apart: Day) -> None:
    one, two = municipal(apart, NUMBER), regional(apart, RESERVE, NAME)
    told = Told(Patient(NUMBER), RESERVE)
    proposed = apart.operations.identities.propose(two, told, SSIH)
    identify(apart, one, RESERVE, NUMBER, MUNICIPAL)  # they were faster: what was asking is merging now
    with pytest.raises(Stale):
        apart.operations.identities.identify(two, told, SSIH, agreed=proposed)
    assert identify(apart, two, NUMBER, RESERVE, SSIH).change is PatientChange.MERGED


def test_a_team_of_no_part_sees_nothing_whatever_is_shared(apart: Day) -> None:
    with pytest.raises(Refused, match="has no part"):
        shown(apart, municipal(apart), RYHOV)
