"""Who the patient is, for viewers: a look-up tells nothing of others, and a protected identity only those named."""

import pickle
from pathlib import Path

import pytest

from engine.databases import Database, Server
from engine.made_up_users import PEOPLE, hired, viewer
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, RYHOV, Day, a_day, settings
from pathways.audit.entries import Outcome
from pathways.care.commands import EndEpisode
from pathways.errors import NotFound, Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import HasEpisode, NewRelative, Patient
from pathways.phrases import Phrase
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
    with pytest.raises(Refused, match=rf"active episode of {PATHWAY}\. .*ask the patient's present team") as told:
        access.begin(viewer("ryhov", 1), again)
    assert episode not in str(told.value)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    with pytest.raises(Refused, match=f"has died, as episode {episode} says"):
        access.begin(viewer("municipal"), again)
    with pytest.raises(Refused, match=r"has died\. ") as told:
        access.begin(viewer("ryhov", 1), again)
    assert episode not in str(told.value)
    refused = ("begin", None, True, Outcome.REFUSED)
    assert noted(day, "ryhov") == [refused, refused]


def test_why_nothing_begins_survives_pickle() -> None:
    told = pickle.loads(pickle.dumps(HasEpisode("E222-2222", *map(Phrase, ("It runs.", "Go on.", "One runs.")))))  # noqa: S301
    assert (str(told), told.episode, told.unnamed) == ("It runs. Go on.", "E222-2222", "One runs.")


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
    assert [each.name for each in masked.relatives] == [""]
    shown = access.patient(viewer("ssih"), handover)
    assert (shown.name, shown.number, shown.is_protected) == (NAME, NUMBER, True)
    assert [each.name for each in shown.relatives] == ["Siv Exempelsson"]
    access.name_reader(viewer("municipal"), episode, PEOPLE["ssih"].login, is_named=False)
    assert access.patient(viewer("ssih"), handover).name is None


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
