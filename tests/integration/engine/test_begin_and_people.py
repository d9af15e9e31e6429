"""Beginning episodes, and the people whom they are about: encrypted, found again, never told."""

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from engine.databases import Database, Server
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, RYHOV, Day, a_day, settings
from pathways.care.commands import EndEpisode
from pathways.errors import Failed, Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import Patient
from pathways.people.keys import new_keys
from pathways.people.vault import Vault
from pathways.store.unit_of_work import UnitOfWork

DAY, SERIAL = NUMBER[:8], NUMBER[8:]
NOTATIONS = (NUMBER, f"{DAY}-{SERIAL}", f"{DAY[2:]}-{SERIAL}", NUMBER[2:], f" {DAY} {SERIAL}")


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


def sealed_person(day: Day, episode: str) -> bytes:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        found = work.people.of_episode(episode)
    assert found is not None
    return found


def name_kept(day: Day, episode: str) -> str:
    given = day.operations.settings
    return Vault(given.key_ring, given.hash_key.get_secret_value()).opened(sealed_person(day, episode)).name


def test_a_thief_of_the_database_learns_neither_name_nor_number(
    day: Day, database: Database, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    episode = day.begun(Patient(NUMBER, NAME))
    day.requested(episode)
    day.clock.forward(minutes=40)
    day.operations.pass_due_clocks()

    stolen = server.raw(database).lower()
    assert episode.lower().encode() in stolen
    for secret in (*NOTATIONS, *NAME.split(), NUMBER[2:8], NUMBER[-4:]):
        assert secret.strip().lower().encode() not in stolen
        assert secret.strip().lower() not in caplog.text.lower()
    assert name_kept(day, episode) == NAME


@pytest.mark.parametrize("notation", NOTATIONS)
def test_the_same_patient_is_found_however_the_number_is_written(day: Day, notation: str) -> None:
    running = day.begun(Patient(NUMBER, NAME))

    with pytest.raises(Refused, match=f"already has an active episode of {PATHWAY}: {running}") as refusal:
        day.begun(Patient(notation))
    assert NUMBER[-4:] not in str(refusal.value)
    assert not any(part in str(refusal.value) for part in NAME.split())

    day.operations.perform(running, EndEpisode(actor=MUNICIPAL, end="discharged"))
    again = day.begun(Patient(notation))
    assert name_kept(day, again) == NAME


def test_a_name_that_is_told_later_is_kept_for_the_guard(day: Day) -> None:
    first = day.begun(Patient(NUMBER))
    assert name_kept(day, first) == ""
    day.operations.perform(first, EndEpisode(actor=MUNICIPAL, end="discharged"))

    assert name_kept(day, day.begun(Patient(NUMBER, NAME))) == NAME


def test_who_it_is_about_may_be_told_later_and_only_once(day: Day) -> None:
    episode, other = day.begun(), day.begun()

    day.operations.identities.identify(episode, Told(Patient(NUMBER, NAME)), MUNICIPAL)

    assert name_kept(day, episode) == NAME
    with pytest.raises(Refused, match="known already"):
        day.operations.identities.identify(episode, Told(Patient(NUMBER, NAME)), MUNICIPAL)
    with pytest.raises(Refused, match="already has an active episode"):
        day.operations.identities.identify(other, Told(Patient(NUMBER)), MUNICIPAL)


def test_a_number_that_cannot_be_is_refused_without_being_repeated(day: Day) -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)

    with pytest.raises(Refused, match="last digit") as refusal:
        day.begun(Patient(wrong, NAME))

    assert wrong[-4:] not in str(refusal.value)
    assert day.operations.views.notices() == []


def test_what_the_network_or_the_pathway_does_not_carry_is_refused(day: Day) -> None:
    for wanted, said in (
        (Begin("another", NETWORK, "home"), "does not carry that pathway"),
        (Begin(PATHWAY, "nowhere", "home"), "There is no network of that name"),
        (Begin(PATHWAY, NETWORK, "short-term"), "cannot begin at that level"),
    ):
        with pytest.raises(Refused, match=said):
            day.operations.begin_episode(wanted, RYHOV)


def test_before_a_pathway_is_in_force_no_episode_begins_on_it(day: Day) -> None:
    day.clock.forward(days=-365 * 6)

    with pytest.raises(Refused, match="in force"):
        day.begun()


def test_after_sealing_anew_the_old_key_can_be_taken_out_of_the_ring(
    day: Day, database: Database, tmp_path: Path
) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    before = day.operations.settings
    fresh = new_keys()["HANDSLAG_KEYS"]
    both = before.model_copy(update={"keys": SecretStr(f"{fresh},{before.keys.get_secret_value()}")})
    only_new = before.model_copy(update={"keys": SecretStr(fresh)})

    assert a_day(database.engine, both).operations.patients.reseal() == 1
    after = a_day(database.engine, only_new)
    assert name_kept(after, episode) == NAME
    assert after.operations.patients.reseal() == 1


def test_a_key_taken_out_too_early_is_told_and_nothing_is_lost(day: Day, database: Database) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    other = day.operations.settings.model_copy(update={"keys": SecretStr(new_keys()["HANDSLAG_KEYS"])})

    with pytest.raises(Failed, match="cannot be opened with the keys"):
        a_day(database.engine, other).operations.patients.reseal()
    assert name_kept(day, episode) == NAME
