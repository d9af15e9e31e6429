"""Which columns hold texts of care, and why every other column stays in clear. Seals what an earlier version left.

A column of which nothing is said is an error when this module is imported.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import JSON, Connection, LargeBinary, Row, String, Table, select, text, tuple_, update
from sqlmodel import SQLModel

from pathways.care.texts_of_care import IN_EPISODE, IN_EVENTS, Places
from pathways.store.access_tables import EmergencyRow
from pathways.store.audit_tables import ENTRY, AuditReviewRow
from pathways.store.loading import IN_HANDOVER_ROW
from pathways.store.look_tables import LookRow
from pathways.store.meeting_tables import MeetingListRow
from pathways.store.place_tables import CLOSING
from pathways.store.programme_tables import ProgrammePlaceRow
from pathways.store.tables import EPISODE, EVENT, HANDOVER
from pathways.store.text_key_tables import TextKeyRow
from pathways.store.texts import Texts, is_sealed, of_log, of_network

_EMERGENCY, _REVIEW = (SQLModel.metadata.tables[each] for each in ("emergency_access", "audit_review"))
_A_TEXT = Places(is_text=True)
_READ_AT_ONCE = 500


@dataclass(frozen=True)
class Column:
    """A column with texts: where in it they are, and whose key seals them, given its row."""

    table: Table
    name: str
    places: Callable[[Row[Any]], Places]
    subject: Callable[[Row[Any]], str]


def _always(places: Places) -> Callable[[Row[Any]], Places]:
    return lambda _row: places


def _in_event(row: Row[Any]) -> Places:
    return IN_EVENTS[row.type]


_of_episode = attrgetter("episode")

SEALED: Sequence[Column] = (
    Column(EPISODE, "details", _always(IN_EPISODE), attrgetter("reference")),
    Column(HANDOVER, "plan", _always(IN_HANDOVER_ROW.fields["plan"]), _of_episode),
    Column(HANDOVER, "closing_reason", _always(_A_TEXT), _of_episode),
    Column(HANDOVER, "details", _always(IN_HANDOVER_ROW.fields["details"]), _of_episode),
    Column(EVENT, "data", _in_event, _of_episode),
    Column(_EMERGENCY, "reason", _always(_A_TEXT), _of_episode),
    Column(CLOSING, "reason", _always(_A_TEXT), lambda row: of_network(row.network)),
    Column(_REVIEW, "finding", _always(_A_TEXT), lambda row: of_network(row.network)),
    Column(ENTRY, "why", _always(_A_TEXT), lambda row: of_log(row.network)),
)
"""The columns with texts of care."""

_REFERENCE = "a reference: it says nothing of anybody"
_OF_THE_NETWORK = "a name of the network file: it says where, and of no patient"
_OF_THE_PATHWAY = "a name of the pathway file, chosen from a list"
_OF_THE_ENGINE = "a word or a code of the engine's own"
_OF_THE_STAFF = "who of the staff it is: the history and the log answer for that"
_KEYED = "sealed already, or a keyed hash"

CLEAR: Mapping[str, str] = {
    **dict.fromkeys(("reference", "episode", "handover", "about", "run_id", "request"), _REFERENCE),
    **dict.fromkeys(
        ("network", "team", "unit", "district", "care_team", "contact", "owner", "organisation", "meeting"),
        _OF_THE_NETWORK,
    ),
    **dict.fromkeys(("pathway", "level", "end"), _OF_THE_PATHWAY),
    **dict.fromkeys(
        ("type", "kind", "key", "status", "held_from", "repeat", "outcome", "what", "role"), _OF_THE_ENGINE
    ),
    **dict.fromkeys(("error", "leaks", "channel", "code", "flow", "standing", "at", "scope"), _OF_THE_ENGINE),
    **dict.fromkeys(("login", "actor", "drawn_by", "done_by", "made_by", "asked_by", "language"), _OF_THE_STAFF),
    **dict.fromkeys(("sealed", "fingerprint", "hash", "seal", "proof"), _KEYED),
}
"""Why a column of this name, in whichever table, stays in clear."""

CLEAR_IN: Mapping[tuple[str, str], str] = {
    ("clock", "subject"): "a reference, or a word of the engine's own",
    ("notice", "subject"): "a reference, or a word of the engine's own",
    ("team_wait", "subject"): "a reference, or a word of the engine's own",
    ("text_key", "subject"): "the reference or the network whose key it is",
    ("pathway_version", "content"): "the pathway file, which everybody may read",
    ("network_version", "content"): "the network file: teams, and no patient",
    ("cover_feed", "content"): "a calendar of who is on duty",
    ("audit_entry", "name"): _OF_THE_STAFF,
    ("user_account", "name"): _OF_THE_STAFF,
    ("episode", "record_kept_by"): _OF_THE_STAFF,
    ("place_closing", "name"): _OF_THE_STAFF,
    ("audit_review", "cases"): "who of the staff is looked at, by number of the entry and of the patient",
    ("meeting_list", "entries"): "episodes by reference, and grounds by code",
    ("desk_session", "address"): "where somebody signed in",
    ("desk_session", "browser"): "what somebody signed in with",
    ("api_token", "label"): "what a program is called by its administrator",
    ("api_token", "ending"): "the last letters of a token, to tell it from others",
}
"""Why one column stays in clear, whose name might as well be that of a text."""

_WITH_ROWS = (EmergencyRow, AuditReviewRow, LookRow, MeetingListRow, ProgrammePlaceRow, TextKeyRow)
"""Imported so that every table is known here."""


def columns_of_texts(tables: Mapping[str, Table]) -> frozenset[tuple[str, str]]:
    """Table and name of each column that is sealed. Raises TypeError for a column of which nothing is said."""
    sealed = frozenset((column.table.name, column.name) for column in SEALED)
    for table in tables.values():
        for column in table.columns:
            said = (table.name, column.name) in sealed or (table.name, column.name) in CLEAR_IN or column.name in CLEAR
            if isinstance(column.type, String | JSON | LargeBinary) and not said:
                raise TypeError(f"say in sealed_columns.py whether {table.name}.{column.name} holds a text of care")
    return sealed


columns_of_texts(SQLModel.metadata.tables)


def in_clear(connection: Connection, newest: int | None = None) -> Mapping[str, int]:
    """How many rows of each table have a text in clear, of the `newest` or of all; none named has none."""
    found: dict[str, int] = {}
    for column in SEALED:
        rows = sum(_has_clear(column, row) for row in _rows(connection, column, newest))
        if rows:
            found[column.table.name] = found.get(column.table.name, 0) + rows
    return found


def seal_what_is_clear(connection: Connection) -> int:
    """Seal every text that stands in clear; gives how many columns of rows that changed. Within a transaction.

    What keeps rows as they are is taken away meanwhile: nothing else of them changes.
    """
    return sum(_seal(connection, column) for column in SEALED)


def _seal(connection: Connection, column: Column) -> int:
    changed, texts = 0, Texts(connection)
    keys = list(column.table.primary_key)
    with free_to_change(connection, column.table):
        for row in _rows(connection, column):
            if not _has_clear(column, row):
                continue
            value, subject = row._mapping[column.name], column.subject(row)
            sealed = texts.seal_in(
                column.places(row), texts.open_in(column.places(row), value, subject, column.name), subject, column.name
            )
            this = [key == row._mapping[key.name] for key in keys]
            connection.execute(update(column.table).where(*this).values({column.name: sealed}))
            changed += 1
    return changed


_AGES = ("at", "began_at", "drafted_at", "drawn_at")
"""Columns that tell which rows of a table are the newest: it has one of them."""


def _rows(connection: Connection, column: Column, newest: int | None = None) -> Iterator[Row[Any]]:
    """The rows, the newest first, some at a time, each as it is when its turn comes."""
    keys = list(column.table.primary_key)
    age = next(column.table.c[name] for name in _AGES if name in column.table.c)
    found = connection.execute(select(*keys).order_by(age.desc()).limit(newest)).all()
    for first in range(0, len(found), _READ_AT_ONCE):
        these = [tuple(row) for row in found[first : first + _READ_AT_ONCE]]
        yield from connection.execute(select(column.table).where(tuple_(*keys).in_(these))).all()


def _has_clear(column: Column, row: Row[Any]) -> bool:
    clear: list[str] = []

    def look(name: str, words: str) -> str:
        clear.extend(() if is_sealed(words) else (name,))
        return words

    column.places(row).changed(row._mapping[column.name], look)
    return bool(clear)


@contextmanager
def free_to_change(connection: Connection, table: Table) -> Iterator[None]:
    """Let the rows of a table be changed that its triggers keep as they are; afterwards they keep them again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        yield
        connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
        return
    kept = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = connection.execute(kept, {"table": table.name}).all()
    for name, _sql in triggers:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _name, sql in triggers:
        connection.exec_driver_sql(sql)
