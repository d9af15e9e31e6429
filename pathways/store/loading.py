"""Rows read back into the state that `care` knows. Reads columns, not objects: that is twice as quick."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select, bindparam, select

from pathways.care.episodes import Episode, Handover, Mark, Plan, RunningClock, Stay
from pathways.care.states import HandoverStatus
from pathways.care.texts_of_care import IN_EPISODE, IN_HANDOVER, Places
from pathways.store.tables import CLOCK, EPISODE, HANDOVER, MARK, STAY
from pathways.store.texts import Texts

_BATCH = 200
_THIS: BindParameter[str] = bindparam("episode")
_FOR_QUERIES = {"person_id", "level", "team", "unit", "announced_number", "due_at", "on_list_at", "record_kept_by"}
_EPISODE_COLUMNS = [column for column in EPISODE.c if column.name not in _FOR_QUERIES]
_STAYS = select(*[column for column in STAY.c if column.name not in {"episode", "position"}])
_STAYS_IN_ORDER = _STAYS.where(STAY.c.episode == _THIS).order_by(STAY.c.position)
_MARKS_IN_ORDER = (
    select(MARK)
    .join(HANDOVER, HANDOVER.c.reference == MARK.c.handover)
    .where(HANDOVER.c.episode == _THIS)
    .order_by(MARK.c.handover, MARK.c.position)
)
EPISODE_DETAILS = {
    "known", "summary", "paused_services", "pause", "resumed_at", "stopped", "night_sheet", "milestones", "grants",
    "enrolment", "measurements",
    "orders", "continuity",
    "meetings", "joint_visits", "erased_at",
}  # fmt: skip
"""What of an episode is kept in its `details`."""

HANDOVER_FIELDS = {
    "reference", "status", "drafted_at", "changed_at", "requested_at", "held_from", "escalations", "closing_reason",
}  # fmt: skip
"""What of a handover has a column of its own, besides plan and marks; all else is kept in its `details`."""

IN_HANDOVER_ROW = Places(fields={**IN_HANDOVER.fields, "details": IN_HANDOVER})
"""Where the texts are in the row of a handover: in its plan, in a column of its own, and in its details."""

_NOT_SHOWN = {"episode", "position", "number", "is_unseen"}

HANDOVER_COLUMNS: Sequence[ColumnElement[Any]] = [c for c in HANDOVER.c if c.name not in _NOT_SHOWN]
"""What `handover_of` reads."""

CLOCK_COLUMNS: Sequence[ColumnElement[Any]] = [c for c in CLOCK.c if c.name not in {"episode", "stopped_at", "outcome"}]
"""What `clock_of` reads."""

_HANDOVERS_IN_ORDER = select(*HANDOVER_COLUMNS).where(HANDOVER.c.episode == _THIS).order_by(HANDOVER.c.position)
_RUNNING_CLOCKS = (
    select(*CLOCK_COLUMNS)
    .where(CLOCK.c.episode == _THIS, CLOCK.c.stopped_at.is_(None))
    .order_by(CLOCK.c.started_at, CLOCK.c.key)
)
_FIRST_CLOCKS = select(CLOCK).where(CLOCK.c.stopped_at.is_(None)).order_by(CLOCK.c.due_at, CLOCK.c.key)

_BY_REFERENCE = select(*_EPISODE_COLUMNS).where(EPISODE.c.reference == bindparam("reference"))
_BY_HANDOVER = select(*_EPISODE_COLUMNS).where(
    EPISODE.c.reference
    == select(HANDOVER.c.episode).where(HANDOVER.c.reference == bindparam("reference")).scalar_subquery()
)
_QUERIES: dict[tuple[bool, bool], Select[Any]] = {
    (False, False): _BY_REFERENCE,
    (False, True): _BY_REFERENCE.with_for_update(key_share=True),
    (True, False): _BY_HANDOVER,
    (True, True): _BY_HANDOVER.with_for_update(of=EPISODE, key_share=True),
}
"""What locks an episode lets others refer to it: publishing writes whom it concerns while a decision waits for it."""

_THESE: BindParameter[Sequence[str]] = bindparam("episodes", expanding=True)
_OF_MANY: Mapping[str, Select[Any]] = {
    "episodes": select(*_EPISODE_COLUMNS).where(EPISODE.c.reference.in_(_THESE)),
    "stays": _STAYS.add_columns(STAY.c.episode.label("of_episode"))
    .where(STAY.c.episode.in_(_THESE))
    .order_by(STAY.c.position),
    "handovers": select(*HANDOVER_COLUMNS, HANDOVER.c.episode.label("of_episode"))
    .where(HANDOVER.c.episode.in_(_THESE))
    .order_by(HANDOVER.c.position),
    "marks": select(MARK, HANDOVER.c.episode.label("of_episode"))
    .join(HANDOVER, HANDOVER.c.reference == MARK.c.handover)
    .where(HANDOVER.c.episode.in_(_THESE))
    .order_by(MARK.c.handover, MARK.c.position),
    "clocks": select(*CLOCK_COLUMNS, CLOCK.c.episode.label("of_episode"))
    .where(CLOCK.c.episode.in_(_THESE), CLOCK.c.stopped_at.is_(None))
    .order_by(CLOCK.c.started_at, CLOCK.c.key),
}
"""The same for several episodes at once; `of_episode` says whose a row is."""


def episode_of(connection: Connection, reference: str, *, is_handover: bool, for_writing: bool) -> Episode | None:
    """The episode with this reference, or of the handover with it; None if there is none."""
    found = connection.execute(_QUERIES[is_handover, for_writing], {"reference": reference}).one_or_none()
    if found is None:
        return None
    this = {"episode": found.reference}
    stays = connection.execute(_STAYS_IN_ORDER, this).all()
    handovers = connection.execute(_HANDOVERS_IN_ORDER, this).all()
    marks = connection.execute(_MARKS_IN_ORDER, this).all() if handovers else ()
    clocks = connection.execute(_RUNNING_CLOCKS, this).all()
    return _put_together(found, Texts(connection), stays, handovers, marks, clocks)


def episodes_of(connection: Connection, references: Iterable[str], *, opens_texts: bool = True) -> Iterator[Episode]:
    """The episodes with these references, in their order; those that there are none of are left out.

    A batch at a time: it asks as often for a hundred as for one. They are to be read, never written: a text that cannot
    be opened is `UNREADABLE`, and keeps none of the others from being read. Without `opens_texts`, what was typed stays
    sealed: for what does not ask for it.
    """
    left = iter(references)
    while batch := list(islice(left, _BATCH)):
        yield from _batch_of(connection, batch, Texts(connection, batch, is_list=True) if opens_texts else None)


def _batch_of(connection: Connection, references: Sequence[str], texts: Texts | None) -> list[Episode]:
    found = {row.reference: row for row in connection.execute(_OF_MANY["episodes"], {"episodes": references})}
    parts = {
        part: _by_episode(connection.execute(_OF_MANY[part], {"episodes": references}))
        for part in ("stays", "handovers", "marks", "clocks")
    }
    return [
        _put_together(found[each], texts, *(of.get(each, ()) for of in parts.values()))
        for each in references
        if each in found
    ]


def _by_episode(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.of_episode, []).append(row)
    return found


def _put_together(
    found: Row[Any],
    texts: Texts | None,
    stays: Iterable[Row[Any]],
    handovers: Iterable[Row[Any]],
    marks: Sequence[Row[Any]],
    clocks: Iterable[Row[Any]],
) -> Episode:
    columns = dict(found._mapping)
    details, reference = columns.pop("details"), columns["reference"]
    opened = texts.open_in(IN_EPISODE, details, reference) if texts else details
    return Episode(
        **opened,
        **columns,
        stays=tuple(Stay(**_own(stay)) for stay in stays),
        handovers={row.reference: handover_of(_opened(_own(row), reference, texts), marks) for row in handovers},
        clocks={row.key: clock_of(_own(row)) for row in clocks},
    )


def _opened(handover: dict[str, Any], episode: str, texts: Texts | None) -> dict[str, Any]:
    return texts.open_in(IN_HANDOVER_ROW, handover, episode) if texts else handover


def _own(row: Row[Any]) -> dict[str, Any]:
    """The columns of a row without that which says whose it is."""
    return {name: value for name, value in row._mapping.items() if name != "of_episode"}


def waiting(connection: Connection, limit: int | None) -> list[tuple[str, RunningClock, Handover | None]]:
    """The running clocks by when they are due, at most `limit`, each with episode and handover (without marks)."""
    first = _FIRST_CLOCKS.limit(limit).subquery("first")
    clock = [first.c[column.name] for column in (CLOCK.c.episode, *CLOCK_COLUMNS)]
    handover = [column.label(f"of_{column.name}") for column in HANDOVER_COLUMNS]
    rows = connection.execute(
        select(*clock, *handover)
        .join_from(first, HANDOVER, HANDOVER.c.reference == first.c.subject, isouter=True)
        .order_by(first.c.due_at, first.c.key)
    )
    return [_waiting(row._mapping) for row in rows]


def _waiting(row: Mapping[Any, Any]) -> tuple[str, RunningClock, Handover | None]:
    clock = clock_of({column.name: row[column.name] for column in CLOCK_COLUMNS})
    handover = {column.name: row[f"of_{column.name}"] for column in HANDOVER_COLUMNS}
    return row["episode"], clock, handover_of(handover) if handover["reference"] else None


def handover_of(row: Any, marks: Iterable[Row[Any]] = ()) -> Handover:
    """The handover in a row with `HANDOVER_COLUMNS`, with its own of the marks. Texts stay as they are."""
    values = dict(row)
    return Handover(
        **{
            **values.pop("details"),
            **values,
            "status": HandoverStatus(values["status"]),
            "held_from": HandoverStatus(values["held_from"]) if values["held_from"] else None,
            "plan": Plan.model_validate(values["plan"]),
            "marks": tuple(
                Mark(kind=mark.kind, at=mark.at, entered_at=mark.entered_at, actor=mark.actor)
                for mark in marks
                if mark.handover == values["reference"]
            ),
        }
    )


def clock_of(row: Any) -> RunningClock:
    """The running clock in a row with `CLOCK_COLUMNS`."""
    return RunningClock.model_validate(dict(row))
