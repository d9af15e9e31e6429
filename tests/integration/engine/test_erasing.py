"""Erasing by rule, on both databases: what is gone, what stays, and what happens to whoever comes after."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from engine.databases import Database, Server
from engine.filled import MARKER
from engine.made_up_users import hired, viewer
from engine.test_texts_at_rest import REVIEWER, WORDS, a_filled_decision, bytes_of, in_all_fields
from engine.world import (
    HASH_KEY,
    KEY,
    MUNICIPAL,
    NAME,
    NETWORK,
    NUMBER,
    PATHWAY,
    SSIH,
    Day,
    a_day,
    demonstration,
    sealing,
    settings,
)
from pathways.care.commands import CompleteFollowUp, EndEpisode, TakeBackEnd
from pathways.care.texts_of_care import IN_EPISODE, IN_EVENTS
from pathways.definition.networks import PatientRecords
from pathways.errors import Failed, Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import NewRelative, Patient
from pathways.people.statements import Statement
from pathways.people.vault import Vault
from pathways.store.texts import ERASED, ERASED_KEY
from pathways.store.unit_of_work import UnitOfWork

ELEVEN_YEARS = timedelta(days=11 * 366)
PATIENT = Patient(NUMBER, NAME)


def a_day_with_a_rule(database: Database, folder: Path, *, years: int | None = 10) -> Day:
    day = a_day(database.engine, settings(folder))
    pathway, network = demonstration()
    day.operations.publishing.apply([pathway], [network.model_copy(update={"retention_years": years})])
    return day


def ended(day: Day, reference: str) -> str:
    """The episode, over, with all that was owed afterwards done."""
    day.operations.perform(reference, EndEpisode(actor=MUNICIPAL, end="discharged"))
    day.operations.perform(reference, CompleteFollowUp(actor=MUNICIPAL, follow_up="gp-informed"))
    assert not day.operations.views.show(reference).episode.clocks
    return reference


def keys_of(database: Database) -> dict[str, bytes]:
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT subject, sealed FROM text_key"))
        return {row.subject: bytes_of(row.sealed) for row in rows}


def stopped(*_given: object) -> None:
    raise KeyboardInterrupt


def number_of(database: Database, table: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def test_each_text_and_the_patient_are_gone_and_what_was_counted_stays(
    server: Server, database: Database, tmp_path: Path
) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    reference = in_all_fields(day)
    day.operations.identities.identify(reference, Told(PATIENT), MUNICIPAL)
    ended(day, reference)
    before, key = day.operations.views.show(reference), keys_of(database)[reference]
    day.clock.now += ELEVEN_YEARS
    assert [each.episode for each in day.operations.erasing.old(NETWORK)] == [reference]

    assert day.operations.erasing.erase(NETWORK, REVIEWER) == [reference]

    after = day.operations.views.show(reference)
    assert after.episode.erased_at == day.clock.now
    assert after.episode.stays == before.episode.stays
    assert [each.event.type for each in after.history[:-1]] == [each.event.type for each in before.history]
    assert WORDS not in str((after.episode, after.history))
    assert after.episode.summary
    assert after.episode.summary.summary.background == ERASED
    assert keys_of(database)[reference] == ERASED_KEY
    assert key not in server.raw(database)
    assert [number_of(database, table) for table in ("person", "person_identifier")] == [0, 0]
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.people.of(reference) is None
        entries = [each.entry for each in work.audit.sealed(NETWORK) if each.entry["what"] == "erase-record"]
    assert [(each["episode"], each["login"]) for each in entries] == [(reference, REVIEWER.login)]
    assert [each.findings for each in day.operations.audit.verify()] == [()]
    assert day.operations.erasing.erase(NETWORK, REVIEWER) == []


def test_every_field_of_every_event_and_state_can_be_read_afterwards(database: Database) -> None:
    decision, engine = a_filled_decision(), sealing(database.engine)
    with UnitOfWork(engine) as work:
        work.episodes.write(None, decision)
        work.text_keys.erase("E222-2222")
        work.commit()

    with UnitOfWork(engine, writes=False) as work:
        episode, history = work.episodes.get("E222-2222"), work.episodes.history("E222-2222")
        assert [each.number for each in work.episodes.many(["E222-2222"])] == [episode.number]

    found: list[str] = []

    def look(name: str, words: str) -> str:
        found.append(words)
        return words

    IN_EPISODE.changed(episode.model_dump(mode="json"), look)
    for each in history:
        IN_EVENTS[each.event.type].changed(each.event.model_dump(mode="json"), look)
    assert set(found) == {ERASED}
    assert len(found) > 50
    assert MARKER not in str((episode, history))


def test_a_patient_of_whom_a_younger_episode_is_left_is_known_there_and_no_longer_here(
    database: Database, tmp_path: Path
) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    old = day.begun(PATIENT)
    day.operations.patients.add_relative(old, NewRelative("Ada Gammal", "sister", "0700000001"), MUNICIPAL)
    ended(day, old)
    day.clock.now += ELEVEN_YEARS
    young = day.begun(PATIENT)
    day.operations.patients.add_relative(young, NewRelative("Bo Nysson", "brother", "0700000002"), MUNICIPAL)
    with UnitOfWork(day.operations.engine, writes=False) as work:
        number = work.people.of(young) or 0

    assert day.operations.erasing.erase(NETWORK, REVIEWER) == [old]

    assert day.operations.patients.shown(young, MUNICIPAL).name == NAME
    assert not day.operations.patients.is_known(old)
    with UnitOfWork(day.operations.engine) as work:
        assert [*work.people.episodes_of(number)] == [young]
        kept = Vault([KEY], HASH_KEY).opened(work.people.sealed(number))
    assert [each.name for each in kept.relatives] == ["Bo Nysson"]
    assert {at for each in kept.statements for at in each.told_in} == {young}


def test_an_organisation_whose_episodes_are_erased_still_protects_the_identity(
    database: Database, tmp_path: Path
) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    network = day.operations.publishing.network(NETWORK)
    apart = network.model_copy(update={"patient_records": PatientRecords.PER_ORGANISATION})
    day.operations.publishing.apply([], [apart])
    old = day.begun(PATIENT)
    day.operations.patients.protect(old, MUNICIPAL)
    ended(day, old)
    day.clock.now += ELEVEN_YEARS
    young = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home-specialised", PATIENT), SSIH)[0].reference

    assert day.operations.erasing.erase(NETWORK, REVIEWER) == [old]

    assert day.operations.patients.shown(young, SSIH).is_protected
    with UnitOfWork(day.operations.engine) as work:
        kept = Vault([KEY], HASH_KEY).opened(work.people.sealed(work.people.of(young) or 0))
    own = {each.organisation: each for each in kept.statements}
    assert own["jonkopings-kommun"] == Statement("jonkopings-kommun", is_protected=True)
    assert own["region-jonkopings-lan"].told_in == (young,)


def test_what_is_younger_goes_on_or_is_to_be_kept_stays_whole(database: Database, tmp_path: Path) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    goes_on, old, kept = day.begun(), ended(day, day.begun()), ended(day, day.begun())
    erasing = day.operations.erasing
    erasing.keep(kept, "a complaint, made up", REVIEWER)
    day.clock.now += ELEVEN_YEARS
    ended(day, day.begun())
    assert {(each.episode, each.kept_by) for each in erasing.old(NETWORK)} == {(old, None), (kept, REVIEWER.name)}

    assert erasing.erase(NETWORK, REVIEWER) == [old]
    assert erasing.erase(NETWORK, REVIEWER) == [], "nobody has to say it again"

    assert not day.operations.views.show(goes_on).episode.has_ended
    assert day.operations.views.show(kept).episode.erased_at is None
    erasing.keep_no_longer(kept, REVIEWER)
    assert erasing.erase(NETWORK, REVIEWER) == [kept]
    with UnitOfWork(day.operations.engine, writes=False) as work:
        noted = [each.entry for each in work.audit.sealed(NETWORK) if each.entry["episode"] == kept]
    assert [each["what"] for each in noted][-3:] == ["keep-record", "keep-record-no-longer", "erase-record"]
    assert noted[-3]["why"] == "a complaint, made up"
    with pytest.raises(Refused, match="was erased"):
        erasing.keep(kept, "later", REVIEWER)
    with pytest.raises(Refused, match="was erased"):
        erasing.keep_no_longer(kept, REVIEWER)
    with pytest.raises(Refused, match="Nobody has said"):
        erasing.keep_no_longer(goes_on, REVIEWER)
    with pytest.raises(Refused, match="Why the record is to be kept is missing"):
        erasing.keep(goes_on, " ", REVIEWER)


def test_what_a_run_erased_that_was_broken_off_is_wiped_by_the_next(
    server: Server, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    reference = in_all_fields(day)
    ended(day, reference)
    key = keys_of(database)[reference]
    day.clock.now += ELEVEN_YEARS
    with monkeypatch.context() as broken:
        broken.setattr("pathways.operations.erasing.wipe", stopped)
        with pytest.raises(KeyboardInterrupt):
            day.operations.erasing.erase(NETWORK, REVIEWER)

    assert day.operations.erasing.erase(NETWORK, REVIEWER) == []

    assert key not in server.raw(database)


def test_a_record_that_cannot_be_opened_keeps_no_other_from_being_erased(database: Database, tmp_path: Path) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    unreadable, other = in_all_fields(day), ended(day, day.begun())
    ended(day, unreadable)
    with database.engine.begin() as connection:
        this = text("UPDATE text_key SET sealed = :wrong WHERE subject = :subject")
        connection.execute(this, {"wrong": b"no key of ours", "subject": unreadable})
    day.clock.now += ELEVEN_YEARS

    with pytest.raises(Failed, match=f"could not be opened, and were not erased: {unreadable}"):
        day.operations.erasing.erase(NETWORK, REVIEWER)

    assert day.operations.views.show(other).episode.erased_at is not None


def test_without_a_rule_nothing_is_erased(database: Database, tmp_path: Path) -> None:
    day = a_day_with_a_rule(database, tmp_path, years=None)
    ended(day, day.begun())
    day.clock.now += ELEVEN_YEARS
    with pytest.raises(Refused, match="has no rule by which records are erased"):
        day.operations.erasing.erase(NETWORK, REVIEWER)


def test_what_happened_after_it_was_found_keeps_a_record(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    reference = ended(day, day.begun())
    day.clock.now += ELEVEN_YEARS
    found = day.operations.erasing.old(NETWORK)
    day.operations.perform(reference, TakeBackEnd(actor=MUNICIPAL))
    monkeypatch.setattr(day.operations.erasing, "old", lambda network: found)

    assert day.operations.erasing.erase(NETWORK, REVIEWER) == []

    assert day.operations.views.show(reference).episode.erased_at is None


def test_nothing_is_added_to_what_was_erased_whoever_tries(database: Database, tmp_path: Path) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    reference = ended(day, day.begun(PATIENT))
    hired(day.operations)
    day.clock.now += ELEVEN_YEARS
    day.operations.erasing.erase(NETWORK, REVIEWER)

    for attempt in (
        lambda: day.operations.perform(reference, TakeBackEnd(actor=MUNICIPAL)),
        lambda: day.operations.identities.identify(reference, Told(PATIENT), MUNICIPAL),
        lambda: day.operations.access.open_in_emergency(viewer("ryhov"), reference, "made up for a test"),
    ):
        with pytest.raises(Refused, match=f"The record of episode {reference} was erased"):
            attempt()
    assert number_of(database, "person") == 0
    assert day.begun(PATIENT) != reference


def test_a_text_in_clear_is_sealed_before_anything_is_erased(database: Database, tmp_path: Path) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    reference = in_all_fields(day)
    ended(day, reference)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE handover SET closing_reason = :words"), {"words": WORDS})
    day.clock.now += ELEVEN_YEARS
    with pytest.raises(Failed, match="Some texts stand in clear"):
        day.operations.erasing.erase(NETWORK, REVIEWER)
    day.operations.texts.reseal()
    assert day.operations.erasing.erase(NETWORK, REVIEWER) == [reference]


def test_the_keys_that_are_left_can_be_sealed_anew(database: Database, tmp_path: Path) -> None:
    day = a_day_with_a_rule(database, tmp_path)
    ended(day, in_all_fields(day))
    day.clock.now += ELEVEN_YEARS
    day.operations.erasing.erase(NETWORK, REVIEWER)
    new = Fernet.generate_key().decode()
    both = settings(tmp_path).model_copy(update={"keys": SecretStr(f"{new},{KEY}")})

    assert a_day(database.engine, both, is_published=True).operations.texts.reseal() == 2  # of the network and its log
