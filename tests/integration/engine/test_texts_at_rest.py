"""Texts of care at rest: no file, no column of the database shows one; they come back as they were typed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Column, Engine, LargeBinary, String, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from engine.databases import Database, Server
from engine.filled import AT, MARKER, every, filled
from engine.made_up_users import hired, viewer
from engine.unsealing import in_clear
from engine.world import KEY, MUNICIPAL, NAME, NETWORK, NORTH, NUMBER, PATHWAY, SSIH, Day, a_day, sealing, settings
from pathways.care.commands import AnswerQuestion, AskQuestion, RecordFact, WriteSummary
from pathways.care.communication import ActionItem, Summary
from pathways.care.episodes import Episode, Handover
from pathways.care.events import Event, FactRecorded, Recorded
from pathways.care.patient import Kit, KitItem, PatientFact
from pathways.care.recording import Decision
from pathways.care.states import Action, EpisodeStatus
from pathways.errors import Failed, Unreadable
from pathways.operations.audit import Reviewer
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient
from pathways.store.database import WRITES
from pathways.store.schema import configuration, is_current, upgrade
from pathways.store.sealed_columns import columns_of_texts
from pathways.store.texts import UNREADABLE, Texts
from pathways.store.unit_of_work import UnitOfWork

WORDS = f"{MARKER} i sovrummet"
REVIEWER = Reviewer("lo@region.example", "Lo", "log-reviewer")
NORTH_UNIT = "korttids-norr"


def rows_of(engine: Engine) -> Iterator[tuple[str, Any]]:
    """Every value of every column of every table, as a driver gives it."""
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608
                yield from ((f"{table}.{name}", value) for name, value in row._mapping.items())


def shown(database: Database) -> set[str]:
    """Where a marker can be read."""
    return {
        where for where, value in rows_of(database.engine) if MARKER in str(value) or MARKER.encode() in bytes_of(value)
    }


def bytes_of(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def a_filled_decision() -> Decision:
    """An episode with something in every field that a database keeps of it, and one event of each kind."""
    episode = filled(Episode)
    handover = filled(Handover).model_copy(update={"reference": "H222-2222"})
    events = [*every(Event), *(FactRecorded(fact=fact) for fact in every(PatientFact))]
    actor = handover.marks[0].actor
    recorded = tuple(Recorded(number=n, at=AT, actor=actor, event=event) for n, event in enumerate(events, 1))
    stay = episode.stays[0].model_copy(update={"until_at": None})
    known = {
        "reference": "E222-2222",
        "handovers": {handover.reference: handover},
        "number": len(events),
        "stays": (stay,),
    }
    quiet: dict[str, Any] = {"clocks": {}, "enrolment": None, "status": EpisodeStatus.ACTIVE}
    return Decision(episode=episode.model_copy(update=known | quiet), events=recorded)


def in_all_fields(day: Day) -> str:
    """An episode about which people have typed, at each door that takes a text of its own; gives its reference."""
    hired(day.operations)
    reference = day.begun()
    summary = Summary(situation=WORDS, background=WORDS, actions=(ActionItem(what=WORDS, who=WORDS, when=WORDS),))
    day.operations.perform(reference, WriteSummary(actor=MUNICIPAL, summary=summary))
    kit = Kit(where=WORDS, checked_by=WORDS, checked_on=AT.date(), items=(KitItem(name=WORDS, count=5),))
    day.operations.perform(reference, RecordFact(actor=MUNICIPAL, fact=kit))
    handover = day.requested(reference)
    day.operations.perform(handover, AskQuestion(actor=SSIH, handover=handover, text=WORDS))
    day.operations.perform(handover, AnswerQuestion(actor=MUNICIPAL, handover=handover, answer=WORDS))
    day.do(handover, Action.CANCEL, MUNICIPAL, WORDS)
    service = day.operations
    service.access.open_in_emergency(viewer("ryhov"), reference, WORDS)
    service.places.close(NORTH_UNIT, 1, NORTH, reason=WORDS)
    review = service.log_reviews.draw(NETWORK, REVIEWER)
    service.log_reviews.write_finding(review.number, WORDS, REVIEWER, is_in_order=True)
    return reference


def test_no_field_that_a_person_types_stands_in_any_file_of_the_database(server: Server, database: Database) -> None:
    decision = a_filled_decision()
    engine = sealing(database.engine)
    with UnitOfWork(engine) as work:
        work.episodes.write(None, decision)
        work.commit()

    assert shown(database) == set()
    assert MARKER.encode() not in server.raw(database)
    with UnitOfWork(engine, writes=False) as work:
        assert work.episodes.get("E222-2222") == decision.episode
        assert next(work.episodes.many(["E222-2222"])) == decision.episode
        assert work.episodes.history("E222-2222") == decision.events


def test_what_is_typed_at_the_doors_stands_in_no_file_either_and_is_read_again(
    server: Server, database: Database, tmp_path: Path
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    reference = in_all_fields(day)

    assert shown(database) == set()
    assert MARKER.encode() not in server.raw(database)
    service = day.operations
    view = service.views.show(reference)
    assert view.episode.summary
    assert view.episode.summary.summary.background == WORDS
    assert service.places.shown(NORTH_UNIT)[0].closing.reason == WORDS  # type: ignore[union-attr]
    with UnitOfWork(service.engine, writes=False) as work:
        assert work.emergencies.open_to(viewer("ryhov").user.login, reference, day.clock.now)[0] == WORDS  # type: ignore[index]
        assert work.audit_reviews.of(NETWORK)[0].found.finding == WORDS  # type: ignore[union-attr]
        assert [each.entry["why"] for each in work.audit.sealed(NETWORK) if each.entry["is_emergency"]] == [WORDS]
    assert [each.findings for each in service.audit.verify()] == [()]


def test_an_upgrade_seals_what_stood_in_clear_and_leaves_nothing_of_it(
    server: Server, database: Database, tmp_path: Path
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    reference = in_all_fields(day)
    before = day.operations.views.show(reference)
    in_clear(database.engine)
    assert {"event.data", "audit_entry.why", "place_closing.reason"} <= shown(database)

    upgrade(sealing(database.engine))

    assert is_current(database.engine)
    assert shown(database) == set()
    assert MARKER.encode() not in server.raw(database)
    after = day.operations.views.show(reference)
    assert (after.episode, after.history) == (before.episode, before.history)
    assert [each.findings for each in day.operations.audit.verify()] == [()]
    for statement in ("UPDATE event SET number = 99", "DELETE FROM audit_entry"):
        with database.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement))


def test_an_upgrade_without_keys_is_refused_where_there_is_something_to_seal(
    database: Database, tmp_path: Path
) -> None:
    in_all_fields(a_day(database.engine, settings(tmp_path)))
    in_clear(database.engine)

    with pytest.raises(Failed, match="no key was given"):
        upgrade(database.engine)

    assert not is_current(database.engine)
    upgrade(sealing(database.engine))
    assert is_current(database.engine)


def test_nobody_goes_back_to_a_version_that_cannot_read_them(database: Database, tmp_path: Path) -> None:
    in_all_fields(a_day(database.engine, settings(tmp_path)))
    config = configuration()

    with database.engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        with pytest.raises(Failed, match="are sealed"):
            command.downgrade(config, "0021")


def test_a_new_key_seals_only_the_small_keys_and_the_old_one_can_go(database: Database, tmp_path: Path) -> None:
    given, new = settings(tmp_path), Fernet.generate_key().decode()
    reference = in_all_fields(a_day(database.engine, given))
    history = dict(rows_of(database.engine))["event.data"]
    both = given.model_copy(update={"keys": SecretStr(f"{new},{KEY}")})

    assert a_day(database.engine, both).operations.texts.reseal() == 3  # of the episode, of the network, of its log

    day = a_day(database.engine, given.model_copy(update={"keys": SecretStr(new)}))
    assert day.operations.views.show(reference).episode.summary
    assert dict(rows_of(database.engine))["event.data"] == history
    with pytest.raises(Failed, match="HANDSLAG_KEYS"):
        a_day(database.engine, given, is_published=True).operations.views.show(reference)


def test_a_text_in_clear_is_found_and_sealed_by_a_reseal_which_leaves_nothing_of_it(
    server: Server, database: Database, tmp_path: Path
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    reference = in_all_fields(day)
    assert day.operations.texts.in_clear() == {}
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE handover SET closing_reason = :words"), {"words": WORDS})
    assert day.operations.texts.in_clear() == {"handover": 1}

    day.operations.texts.reseal()

    assert day.operations.texts.in_clear() == {}
    assert shown(database) == set()
    assert MARKER.encode() not in server.raw(database)
    (handover,) = day.operations.views.show(reference).episode.handovers.values()
    assert handover.closing_reason == WORDS


def test_the_newest_rows_are_looked_at_first(database: Database, tmp_path: Path) -> None:
    day = a_day(database.engine, settings(tmp_path))
    in_all_fields(day)
    day.clock.forward(hours=1)
    newest = day.requested(day.begun())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE handover SET closing_reason = 'clear' WHERE reference = :it"), {"it": newest})
    with UnitOfWork(day.operations.engine, writes=False) as work:
        assert work.text_keys.in_clear(1) == {"handover": 1}


def test_a_text_opens_in_its_own_field_of_its_own_episode_only(database: Database, tmp_path: Path) -> None:
    day = a_day(database.engine, settings(tmp_path))
    first, second = in_all_fields(day), day.begun()
    day.do(day.requested(second), Action.CANCEL, MUNICIPAL, "because")
    moved = (
        "UPDATE handover SET closing_reason = (SELECT closing_reason FROM handover WHERE episode = :first)"
        " WHERE episode = :second"
    )
    with database.engine.begin() as connection:
        connection.execute(text(moved), {"first": first, "second": second})

    with pytest.raises(Failed, match="not as it was sealed"):
        day.operations.views.show(second)


def test_without_its_key_a_text_is_not_read_and_the_failure_says_what_to_do(database: Database, tmp_path: Path) -> None:
    day = a_day(database.engine, settings(tmp_path))
    reference = in_all_fields(day)
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM text_key"))

    with pytest.raises(Failed, match="key of a text is missing"):
        day.operations.views.show(reference)


def test_episodes_that_cannot_be_opened_keep_no_other_from_being_watched_over(
    database: Database, tmp_path: Path
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    kit = RecordFact(
        actor=MUNICIPAL,
        fact=Kit(where=WORDS, checked_by=WORDS, checked_on=AT.date(), items=(KitItem(name=WORDS, count=5),)),
    )
    lost = [day.begun() for _ in range(4)]
    for episode in lost:
        day.operations.perform(episode, kit)
        day.requested(episode)
    handover = day.requested(day.begun())
    with database.engine.begin() as connection:
        for episode in lost:
            connection.execute(
                text("UPDATE text_key SET sealed = :none WHERE subject = :of"), {"none": b"x", "of": episode}
            )
    day.clock.forward(minutes=31)
    assert day.operations.pass_due_clocks() > 0
    assert day.operations.views.show(handover).handover(handover).escalations == 1


def test_in_a_list_what_cannot_be_opened_keeps_nothing_else_from_being_shown(
    database: Database, tmp_path: Path
) -> None:
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    of_kit = KitItem(name=WORDS, count=3)
    known = Kit(where=WORDS, checked_by=WORDS, checked_on=AT.date(), items=(of_kit,))
    kit = RecordFact(actor=MUNICIPAL, fact=known)
    patient = Patient(NUMBER, NAME)
    lost, gone = day.begun(patient), day.begun()
    sound = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home"), MUNICIPAL)[0].reference
    for episode in (lost, gone, sound):
        day.operations.perform(episode, kit)
    with database.engine.begin() as connection:
        ruined = text("UPDATE text_key SET sealed = :none WHERE subject = :of")
        connection.execute(ruined, {"none": b"x", "of": lost})
        connection.execute(text("DELETE FROM text_key WHERE subject = :of"), {"of": gone})
    with UnitOfWork(day.operations.engine, writes=False) as work:
        found = {each.reference: each.known["kit"].fact for each in work.episodes.many([lost, sound, gone])}
    unreadable = (of_kit.model_copy(update={"name": UNREADABLE}),)
    closed = known.model_copy(update={"where": UNREADABLE, "checked_by": UNREADABLE, "items": unreadable})
    assert found == {lost: closed, sound: known, gone: closed}
    with pytest.raises(Unreadable):
        day.operations.views.show(lost)
    assert day.operations.patient_access.look_up(viewer("municipal"), NUMBER).episodes == (lost,)
    assert day.operations.texts.unreadable() == (lost,)


def test_an_engine_without_keys_writes_no_text_and_leaves_those_there_are_sealed(
    database: Database, tmp_path: Path
) -> None:
    reference = in_all_fields(a_day(database.engine, settings(tmp_path)))

    with UnitOfWork(database.engine) as work:
        episode = work.episodes.get(reference)
        assert episode.summary
        assert MARKER not in str(episode.summary)
        texts = Texts(work.episodes._session.connection())
        with pytest.raises(AssertionError, match="seals no texts"):
            texts.seal(WORDS, reference, "words")
    with sealing(database.engine).connect() as connection, pytest.raises(AssertionError, match="sealed already"):
        Texts(connection).seal(str(episode.summary.summary.situation), reference, "situation")


def test_a_column_of_which_nothing_is_said_is_an_error() -> None:
    table = Table("made_up", SQLModel.metadata.__class__(), Column("remark", String()), Column("scan", LargeBinary()))

    with pytest.raises(TypeError, match=r"whether made_up\.remark holds a text"):
        columns_of_texts({"made_up": table})
    assert columns_of_texts(SQLModel.metadata.tables) >= {("event", "data"), ("audit_entry", "why")}


def test_nothing_of_keys_is_shown(engine: Engine) -> None:
    assert KEY not in repr(sealing(engine).get_execution_options())
