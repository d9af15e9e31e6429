"""Relatives and protection: those who give care see whom they may call, and nobody calls for the dead by mistake."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.databases import Database, Server
from engine.world import MUNICIPAL, NAME, NETWORK, NORTH, NUMBER, PATHWAY, RYHOV, SSIH, Day, a_day, settings
from pathways.care.commands import EndEpisode, RecordFact
from pathways.care.events import PatientChanged
from pathways.care.patient import Consent, ViewLimit, WordOf
from pathways.care.states import PatientChange
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import NewRelative, Patient
from pathways.operations.person_views import Ended
from pathways.store.unit_of_work import UnitOfWork

DAUGHTER = NewRelative("Siv Exempelsson", "daughter", "070-174 06 05", is_carer=True, may_be_called_at_night=True)


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


def changes(day: Day, episode: str) -> list[PatientChange]:
    history = day.operations.views.show(episode).history
    return [recorded.event.what for recorded in history if isinstance(recorded.event, PatientChanged)]


def test_a_relative_is_kept_shown_and_removed_and_the_history_says_so_without_a_name(
    day: Day, database: Database, server: Server
) -> None:
    patients, episode = day.operations.patients, day.begun(Patient(NUMBER, NAME))

    key = patients.add_relative(episode, DAUGHTER, MUNICIPAL)

    shown = patients.shown(episode, SSIH)
    (relative,) = shown.relatives
    assert (relative.key, relative.name, relative.relation) == (key, "Siv Exempelsson", "daughter")
    assert (relative.phone, relative.is_carer, relative.may_be_called_at_night) == ("+46701740605", True, True)
    assert (shown.name, shown.is_protected, shown.ended) == (NAME, False, None)
    stolen = server.raw(database).decode(errors="replace")
    told = f"{shown!r} {day.operations.views.show(episode)!r} {DAUGHTER!r}"
    for secret in ("Exempelsson", "Siv ", "daughter", "70174", "174 06", NUMBER):
        assert secret not in stolen
        assert secret not in told
    patients.remove_relative(episode, key.lower(), MUNICIPAL)
    assert patients.shown(episode, MUNICIPAL).relatives == ()
    assert changes(day, episode) == [PatientChange.RELATIVE_ADDED, PatientChange.RELATIVE_REMOVED]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (NewRelative("Siv", "daughter", "112"), "no phone number"),
        (NewRelative("", "daughter", DAUGHTER.phone), "a name and a relation"),
        (DAUGHTER, "there already"),
    ],
)
def test_what_cannot_be_kept_of_a_relative_is_refused_and_changes_nothing(
    day: Day, wanted: NewRelative, said: str
) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    day.operations.patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    with pytest.raises(Refused, match=said) as refusal:
        day.operations.patients.add_relative(episode, wanted, MUNICIPAL)
    assert "Siv" not in str(refusal.value)
    assert changes(day, episode) == [PatientChange.RELATIVE_ADDED]


def test_where_nobody_is_known_there_is_nobody_to_show_or_change(day: Day) -> None:
    patients, episode = day.operations.patients, day.begun()
    for act in (
        lambda: patients.shown(episode, MUNICIPAL),
        lambda: patients.protect(episode, MUNICIPAL),
        lambda: patients.add_relative(episode, DAUGHTER, MUNICIPAL),
    ):
        with pytest.raises(Refused, match=f"Nobody has said who episode {episode} is about.*identify"):
            act()


def test_a_team_without_a_part_in_it_sees_nobody_and_changes_nothing(day: Day) -> None:
    patients, episode = day.operations.patients, day.begun(Patient(NUMBER, NAME))
    for act in (
        lambda: patients.shown(episode, RYHOV),
        lambda: patients.protect(episode, NORTH),
        lambda: patients.add_relative(episode, DAUGHTER, NORTH),
        lambda: patients.remove_relative(episode, "AAAA", NORTH),
    ):
        with pytest.raises(Refused, match="no part in episode"):
            act()
    assert changes(day, episode) == []


def test_of_a_protected_identity_nobody_who_is_close_is_shown_either(day: Day) -> None:
    patients, episode = day.operations.patients, day.begun(Patient(NUMBER, NAME))
    patients.add_relative(episode, DAUGHTER, MUNICIPAL)

    assert patients.protect(episode, MUNICIPAL) is True
    assert patients.protect(episode, MUNICIPAL) is False

    shown = patients.shown(episode, MUNICIPAL)
    assert (shown.is_protected, shown.name, shown.address) == (True, None, None)
    assert shown.relatives == ()
    assert changes(day, episode)[1:] == [PatientChange.PROTECTED]


def test_who_is_close_is_shown_in_another_episode_only_where_the_patient_consents(day: Day) -> None:
    patients, earlier = day.operations.patients, day.begun(Patient(NUMBER, NAME))
    patients.add_relative(earlier, DAUGHTER, MUNICIPAL)
    day.operations.perform(earlier, EndEpisode(actor=MUNICIPAL, end="discharged"))
    later = day.begun(Patient(NUMBER, NAME))
    assert patients.shown(later, MUNICIPAL).relatives == ()
    patients.add_relative(later, DAUGHTER, MUNICIPAL)  # which says nothing of the other
    assert len(patients.shown(later, MUNICIPAL).relatives) == len(patients.shown(earlier, MUNICIPAL).relatives) == 1
    day.operations.perform(later, RecordFact(actor=MUNICIPAL, fact=Consent(is_given=True)))
    assert len(patients.shown(earlier, MUNICIPAL).relatives) == 2
    day.operations.perform(later, RecordFact(actor=MUNICIPAL, fact=Consent(is_given=False)))
    assert len(patients.shown(earlier, MUNICIPAL).relatives) == 1


def test_who_was_told_before_it_was_kept_where_is_shown_elsewhere_only_where_every_episode_shares(day: Day) -> None:
    patients, earlier = day.operations.patients, day.begun(Patient(NUMBER, NAME))
    patients.add_relative(earlier, DAUGHTER, MUNICIPAL)
    with UnitOfWork(day.operations.engine) as work:  # as it was kept before
        (held,) = patients.held(work, earlier).values()
        old = tuple(replace(each, told_in="") for each in held.person.relatives)
        patients.keep(work, held.number, held.person, replace(held.person, relatives=old))
        work.commit()
    assert len(patients.shown(earlier, MUNICIPAL).relatives) == 1
    day.operations.perform(earlier, EndEpisode(actor=MUNICIPAL, end="discharged"))
    later = day.begun(Patient(NUMBER, NAME))
    assert patients.shown(earlier, MUNICIPAL).relatives == patients.shown(later, MUNICIPAL).relatives == ()
    day.operations.perform(later, RecordFact(actor=MUNICIPAL, fact=Consent(is_given=True)))
    assert patients.shown(later, MUNICIPAL).relatives == ()


def test_what_an_organisation_may_not_see_of_one_episode_it_is_not_shown_in_another(day: Day) -> None:
    patients = day.operations.patients
    begin = Begin(PATHWAY, NETWORK, "home-specialised", Patient(NUMBER, NAME))
    hidden = day.operations.begin_episode(begin, SSIH)[0].reference
    patients.add_relative(hidden, DAUGHTER, SSIH)
    day.operations.perform(hidden, RecordFact(actor=SSIH, fact=Consent(is_given=True)))
    limit = ViewLimit(
        organisation="jonkopings-kommun",
        is_limited=True,
        said_by=WordOf.PATIENT,
        said_on=day.clock().date(),
    )
    day.operations.perform(hidden, RecordFact(actor=SSIH, fact=limit))
    day.operations.perform(hidden, EndEpisode(actor=SSIH, end="discharged"))
    other = day.begun(Patient(NUMBER, NAME))
    assert patients.shown(other, MUNICIPAL).relatives == ()
    lifted = limit.model_copy(update={"is_limited": False})
    day.operations.perform(hidden, RecordFact(actor=SSIH, fact=lifted))
    assert len(patients.shown(other, MUNICIPAL).relatives) == 1


def test_a_beginning_never_renames_who_is_known_and_says_that_the_name_is_another(day: Day) -> None:
    earlier = day.begun(Patient(NUMBER, NAME))
    day.operations.perform(earlier, EndEpisode(actor=MUNICIPAL, end="discharged"))
    wanted = Begin(PATHWAY, NETWORK, "home", Patient(NUMBER, "Berit Annansson"))
    later, warnings = day.operations.begin_episode(wanted, MUNICIPAL)
    assert [str(each) for each in warnings] == [
        "The record of that number has another name, which stays: see which one is right."
    ]
    for episode in (earlier, later.reference):
        assert day.operations.patients.shown(episode, MUNICIPAL).name == NAME


def test_whoever_wants_to_call_the_relatives_of_the_dead_is_told_first(day: Day) -> None:
    patients, episode = day.operations.patients, day.begun(Patient(NUMBER, NAME))
    patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    day.clock.forward(hours=5)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))

    shown = patients.shown(episode, MUNICIPAL)

    assert shown.ended == Ended(episode, "deceased", day.clock.now, is_death=True)
    assert len(shown.relatives) == 1


def test_a_death_is_told_whichever_episode_it_ended_and_another_end_only_in_its_own(day: Day) -> None:
    patients, earlier = day.operations.patients, day.begun(Patient(NUMBER, NAME))
    day.operations.perform(earlier, EndEpisode(actor=MUNICIPAL, end="discharged"))
    later = day.begun(Patient(NUMBER))
    own = patients.shown(earlier, MUNICIPAL).ended
    assert own is not None
    assert (own.end, own.is_death) == ("discharged", False)
    assert patients.shown(later, MUNICIPAL).ended is None

    day.operations.perform(later, EndEpisode(actor=MUNICIPAL, end="deceased"))

    for episode in (earlier, later):
        told = patients.shown(episode, MUNICIPAL).ended
        assert told is not None
        assert (told.episode, told.is_death) == (later, True)


def test_a_change_is_noted_where_it_was_told_and_in_the_active_episode(day: Day) -> None:
    ended = day.begun(Patient(NUMBER, NAME))
    day.operations.perform(ended, EndEpisode(actor=MUNICIPAL, end="discharged"))
    active = day.begun(Patient(NUMBER))
    day.operations.patients.add_relative(active, DAUGHTER, MUNICIPAL)
    day.operations.patients.protect(ended, MUNICIPAL)
    assert changes(day, active) == [PatientChange.RELATIVE_ADDED, PatientChange.PROTECTED]
    assert changes(day, ended) == [PatientChange.PROTECTED]


@pytest.mark.parametrize("name", ["Okänd", "Astrid", "Sonja"])
def test_a_text_that_tells_an_earlier_name_or_a_relative_goes_out_in_bare_words(
    database: Database, tmp_path: Path, name: str
) -> None:
    given = settings(tmp_path)
    templates = tmp_path / "templates"
    shutil.copytree(given.templates_folder, templates)
    (templates / "notices" / "sv" / "requested.txt").write_text(f"Om {name}\n\n{{{{ reference }}}}\n", encoding="utf-8")
    day = a_day(database.engine, given.model_copy(update={"templates_folder": templates}))
    episode = day.begun(Patient("991948000010", "Okänd Kvinna"))
    told = Told(Patient(NUMBER, NAME), known_as="991948000010")
    identities = day.operations.identities
    identities.identify(episode, told, MUNICIPAL, agreed=identities.propose(episode, told, MUNICIPAL))
    day.operations.patients.add_relative(episode, NewRelative("Sonja Ek", "wife", "070-174 06 05"), MUNICIPAL)

    handover = day.requested(episode)

    ((_, words),) = day.post.sent
    assert name not in words.subject + words.body
    assert handover in words.subject + words.body
    assert [notice.leaks for notice in day.operations.views.notices()] == [["known-name/subject"]]
