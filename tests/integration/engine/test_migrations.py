"""The migrations: from nothing to the present schema, again, back, and side by side."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from engine.databases import Database
from engine.programs import started
from pathways.store.database import WRITES, open_engine
from pathways.store.schema import configuration, is_current, upgrade


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def downgrade(engine: Engine) -> None:
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
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


def test_programs_that_start_together_upgrade_once(empty_database: Database) -> None:
    programs = [started(upgrade_at, empty_database.url) for _ in range(3)]
    for program in programs:
        program.join()

    assert [program.exitcode for program in programs] == [0, 0, 0]
    assert is_current(empty_database.engine)


def upgrade_at(url: str) -> None:
    upgrade(open_engine(url))
