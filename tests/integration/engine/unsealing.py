"""A database as the version before texts were sealed has left it."""

from alembic import command
from sqlalchemy import Engine, select, text, update

from engine.world import sealing
from pathways.store import sealed_columns
from pathways.store.database import WRITES
from pathways.store.schema import configuration
from pathways.store.sealed_columns import SEALED
from pathways.store.texts import Texts


def in_clear(engine: Engine) -> None:
    """Put the texts back as the version before kept them, and the schema with them."""
    with sealing(engine).execution_options(**WRITES).begin() as connection:
        texts = Texts(connection)
        for column in SEALED:
            with sealed_columns.free_to_change(connection, column.table):
                for row in connection.execute(select(column.table)).all():
                    opened = texts.open_in(
                        column.places(row), row._mapping[column.name], column.subject(row), column.name
                    )
                    this = [key == row._mapping[key.name] for key in column.table.primary_key]
                    connection.execute(update(column.table).where(*this).values({column.name: opened}))
        connection.execute(text("DELETE FROM text_key"))
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0021")
        connection.commit()
