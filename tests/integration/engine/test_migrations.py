"""The migrations: from nothing to the present schema, again, back, and side by side."""

import json
from datetime import UTC, datetime

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, select, text
from sqlmodel import SQLModel

from engine.databases import Database
from engine.programs import started
from engine.world import demonstration
from pathways.definition.differences import differences_between_networks
from pathways.definition.writing import stored_network, text_of
from pathways.store.database import WRITES, open_engine
from pathways.store.schema import configuration, is_current, upgrade
from pathways.store.unit_of_work import UnitOfWork


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


SHARED = (
    "INSERT INTO person_identifier (fingerprint, person_id) VALUES ('f1', 101), ('f2', 101), ('f3', 102)",
    "INSERT INTO earlier_person (id, person_id) VALUES (9, 101)",
    "INSERT INTO user_account (login, name, language, is_system) VALUES ('a@x.example', 'A', 'en', false)",
    "INSERT INTO user_account (login, name, language, is_system) VALUES ('b@x.example', 'B', 'en', false)",
    "INSERT INTO membership (login, position, network, team, role) VALUES ('b@x.example', 0, 'b', 't', 'coordinator')",
    "INSERT INTO identity_reader (person_id, login) VALUES (101, 'a@x.example'), (101, 'b@x.example')",
    *(
        "INSERT INTO episode (reference, person_id, pathway, version, network, status, level, team, care_team,"  # noqa: S608
        f" began_at, details, number, announced_number) VALUES ('{reference}', {person}, '{pathway}', '2026-01-01',"
        f" '{network}', 'active', 'home', 't', '{{}}', '2026-01-01 00:00:00', '{{}}', 1, 1)"
        for reference, person, pathway, network in (("E1", 101, "p", "a"), ("E2", 101, "q", "b"), ("E3", 102, "p", "b"))
    ),
)
"""One patient of the networks a and b, and one of b alone, as the rows were before each network had its own."""


def at_revision(engine: Engine, revision: str) -> None:
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def downgrade(engine: Engine, revision: str = "base") -> None:
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def test_an_empty_database_gets_every_table_and_then_is_current(empty_database: Database) -> None:
    assert not is_current(empty_database.engine)

    upgrade(empty_database.engine)

    assert is_current(empty_database.engine)
    assert tables(empty_database.engine) == set(SQLModel.metadata.tables)


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)

    assert is_current(engine)


def test_the_migrated_schema_is_the_one_that_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_way_back_leaves_nothing_behind_and_the_way_forward_works_again(engine: Engine) -> None:
    downgrade(engine)
    assert tables(engine) == set()

    upgrade(engine)
    assert is_current(engine)


def test_a_record_that_networks_shared_becomes_one_for_each_with_its_numbers_and_readers(
    empty_database: Database,
) -> None:
    engine = empty_database.engine
    at_revision(engine, "0017")
    with engine.begin() as connection:
        people = [{"id": 101, "sealed": b"one"}, {"id": 102, "sealed": b"three"}]
        connection.execute(insert(SQLModel.metadata.tables["person"]), people)
        for statement in SHARED:
            connection.execute(text(statement))

    upgrade(engine)

    with UnitOfWork(engine, writes=False) as work:
        one, two, three = (work.people.of(f"E{number}") for number in (1, 2, 3))
        assert (one, three) == (101, 102)
        assert two not in (None, one, three)
        assert [work.people.holder(network, "f1") for network in ("a", "b")] == [one, two]
        assert [work.people.holder(network, "f2") for network in ("a", "b")] == [one, two]
        assert work.people.holder("b", "f3") == three
        assert [work.people.of_episode(f"E{number}") for number in (1, 2, 3)] == [b"one", b"one", b"three"]
        assert [work.people.elsewhere(number or 0) for number in (one, two, three)] == [[two], [one], []]
        assert [work.people.readers(number or 0) for number in (one, two)] == [
            ["a@x.example", "b@x.example"],
            ["b@x.example"],
        ]
        assert set(work.people.numbers_of(two or 0)) == {two, 101, 9}


def test_networks_stored_before_they_said_who_shares_share_and_another_file_is_a_change_in_words(
    empty_database: Database,
) -> None:
    engine, (_pathway, network) = empty_database.engine, demonstration()
    at_revision(engine, "0024")
    unsaid = {key: value for key, value in json.loads(text_of(network)).items() if key != "patient_records"}
    kept = [(1, unsaid), (2, {**unsaid, "patient_records": "per-organisation"}), (3, unsaid)]
    stored = SQLModel.metadata.tables["network_version"]
    with engine.begin() as connection:
        rows = [{"number": number, "content": json.dumps(content)} for number, content in kept]
        at = datetime(2026, 1, 1, tzinfo=UTC)
        connection.execute(insert(stored), [{"network": "n", "applied_at": at, **row} for row in rows])

    upgrade(engine)

    with engine.connect() as connection:
        found = connection.execute(select(stored.c.content).order_by(stored.c.number)).scalars().all()
    after = [json.loads(content) for content in found]
    records = ["shared", "per-organisation", "shared"]
    assert after == [{**unsaid, "patient_records": each} for each in records]
    with UnitOfWork(engine, writes=False) as work:
        present = work.definitions.network("n")
    assert not present.keeps_organisations_apart
    file = stored_network(json.dumps(unsaid))
    assert [each.sentence for each in differences_between_networks(present, file)] == [
        "Who shares what is known of patients: shared becomes per-organisation."
    ]
    downgrade(engine, "0024")
    with engine.connect() as connection:
        found = connection.execute(select(stored.c.content).order_by(stored.c.number)).scalars().all()
    assert [json.loads(content) for content in found] == [content for _number, content in kept]


def test_programs_that_start_together_upgrade_once(empty_database: Database) -> None:
    programs = [started(upgrade_at, empty_database.url) for _ in range(3)]
    for program in programs:
        program.join()

    assert [program.exitcode for program in programs] == [0, 0, 0]
    assert is_current(empty_database.engine)


def upgrade_at(url: str) -> None:
    upgrade(open_engine(url))
