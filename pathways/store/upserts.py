"""Writing a row that may be there already: the database decides, in one statement, whether it is added or changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def upsert(
    connection: Connection,
    table: Table,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    only_where: ColumnElement[bool] | None = None,
) -> bool:
    """Add the row with this primary key, or give the one that is there these values; without values it stays.

    However many do it at once, there is one row and nobody is refused: reading first whether there is one would not
    hold for two who both found none. `only_where`: a row that is there is changed only where it is so. Says whether a
    row was added or changed.
    """
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    row = insert(table).values(**key, **values)
    if values:
        row = row.on_conflict_do_update(index_elements=list(key), set_=dict(values), where=only_where)
    else:
        row = row.on_conflict_do_nothing(index_elements=list(key))
    return connection.execute(row.returning(*table.primary_key)).first() is not None
