"""Crowds: databases in which many handovers wait, made quickly and of real decisions.

The first are decided by `care` and written by the store. All others are copies of their rows under new references, so
every row is one that a decision has written. Each episode holds one handover that waits and one that has ended.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlmodel import JSON, SQLModel

import pathways
from handslag.stories.telling import whole_summary
from pathways.care.actors import SYSTEM, Actor, ActorKind
from pathways.care.commands import BeginEpisode, ChangeHandover, Command, PlanHandover, WriteSummary
from pathways.care.decisions import begin, decide
from pathways.care.recording import Context
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import TERMINAL, Action
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.store.database import WRITES
from pathways.store.sealed_columns import SEALED, free_to_change
from pathways.store.tables import EPISODE, EVENT, HANDOVER, HANDOVER_RUN, NOTICE, NoticeStatus
from pathways.store.texts import Texts
from pathways.store.unit_of_work import UnitOfWork

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
"""When the handovers that become due are requested. The others are requested half an hour later."""

DUE = START + timedelta(minutes=31)
"""When the limits of those have passed, and no others have. Every ten minutes they are due again."""

Tell = Callable[[str], None]
References = tuple[str, str, str]
"""Of an episode, of its handover that has ended, and of the one that waits."""

_ROOT = Path(pathways.__path__[0])
_FILES = (_ROOT / "catalogue" / "jonkoping-palliative.yaml", _ROOT / "networks" / "jonkoping-demo.yaml")
SENDER, RECEIVER = "municipal-palliative-team", "ssih-jonkoping"
_AT_ONCE = 5_000
_HOLDS_REFERENCES = {"reference", "episode", "handover", "key", "subject", "run_id"}

_NAMES = ("episode", "ended", "waiting")
_COPIES = Table(
    "crowd_copy",
    MetaData(),
    *[Column(f"{age}_{name}", String, index=age == "old") for name in _NAMES for age in ("old", "new")],
    prefixes=["TEMPORARY"],
)


def definitions() -> tuple[Pathway, Network]:
    """The pathway and the network that the crowd is on."""
    found, networks = read_definitions(_FILES)
    return found[0], networks[0]


def fill(engine: Engine, *, waiting: int, due: int, decided: int = 400, tell: Tell | None = None) -> None:
    """Fill a fresh database, where the definitions are published, with so many handovers that wait.

    `due` of them are due at `DUE`. Of all, `decided` are decided one by one. Everything up to now has been told,
    announced and seen, and each handover has its flow run. `tell` is told how far it is.
    """
    fresh = fresh_references()
    decided = min(decided, waiting)
    with UnitOfWork(engine) as work:
        pathway, network = work.definitions.all_pathways()[0], work.definitions.networks()[0]
        made = [
            _decided(work, Context(pathway, network, _requested_at(number, due)), next(fresh), is_due=number < due)
            for number in range(decided)
        ]
        work.commit()
    multiply(engine, islice(cycle(made[due:]), waiting - decided), fresh, tell)


def multiply(engine: Engine, originals: Iterable[References], fresh: Iterator[References], tell: Tell | None) -> None:
    """Add a copy of each of these episodes, for each time that it is named. All that there is has then been told."""
    with engine.execution_options(**WRITES).begin() as connection:
        _all_is_told(connection)
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size = -400000")  # 400 MB, until it is disposed of below
        else:  # the rows refer to each other as those do that they are copied from: that is not looked up again
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        _COPIES.create(connection)
        done = 0
        for some in _in_parts(iter(originals)):
            _copy(connection, [(*one, *next(fresh)) for one in some])
            done += len(some)
            if tell:
                tell(f"  {done} copies")
        _COPIES.drop(connection)
    engine.dispose()
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if engine.dialect.name == "postgresql":  # as its own housekeeping does before long
            connection.exec_driver_sql("VACUUM ANALYZE")


def fresh_references() -> Iterator[References]:
    """References that nothing has yet, in a lasting order."""
    chance = Random(1)  # noqa: S311 - repeatable chance is what is wanted
    used: set[str] = set()
    while True:
        kinds = (ReferenceKind.EPISODE, ReferenceKind.HANDOVER, ReferenceKind.HANDOVER)
        episode, ended, waiting = (new_reference(kind, chance) for kind in kinds)
        if used.isdisjoint((episode, ended, waiting)):
            used |= {episode, ended, waiting}
            yield episode, ended, waiting


def _requested_at(number: int, due: int) -> datetime:
    return START + timedelta(milliseconds=number) + (timedelta() if number < due else timedelta(minutes=30))


def _decided(work: UnitOfWork, context: Context, references: References, *, is_due: bool) -> References:
    decide_all(work, context, references[0], asked(references, "acute" if is_due else "planned"))
    return references


def decide_all(work: UnitOfWork, context: Context, episode: str, commands: Iterable[Command]) -> None:
    """Begin an episode and do these commands to it, one by one."""
    beginning = begin(context, BeginEpisode(actor=actor(SENDER), reference=episode, level="home"))
    work.episodes.write(None, beginning)
    state = beginning.episode
    for command in commands:
        decision = decide(context, state, command)
        work.episodes.write(state, decision)
        state = decision.episode


def asked(references: References, urgency: str) -> list[Command]:
    """What leads to a handover that was turned down, and one that has been seen and waits for an answer."""
    _episode, ended, waiting = references
    return [
        WriteSummary(actor=actor(SENDER), summary=whole_summary("as before")),
        _plan(ended, "planned"),
        ChangeHandover(actor=actor(RECEIVER), handover=ended, action=Action.REJECT, reason="no-place"),
        _plan(waiting, urgency),
        ChangeHandover(actor=SYSTEM, handover=waiting, action=Action.DELIVER),
        ChangeHandover(actor=actor(RECEIVER), handover=waiting, action=Action.SEE),
    ]


def actor(team: str) -> Actor:
    """Somebody of a team."""
    return Actor(kind=ActorKind.PERSON, team=team, via="bench")


def _plan(handover: str, urgency: str) -> Command:
    return PlanHandover(
        actor=actor(SENDER),
        reference=handover,
        move="home-to-home-specialised",
        urgency=urgency,
        reason="worsening",
    )


def _all_is_told(connection: Connection) -> None:
    connection.execute(update(NOTICE).values(status=NoticeStatus.SENT, sent_at=NOTICE.c.created_at))
    connection.execute(update(EPISODE).values(announced_number=EPISODE.c.number))
    connection.execute(update(HANDOVER).values(is_unseen=False))
    is_open = HANDOVER.c.status.not_in(tuple(TERMINAL))
    runs = select(HANDOVER.c.reference, "run of " + HANDOVER.c.reference, HANDOVER.c.changed_at, is_open)
    columns = ["handover", "run_id", "checked_at", "is_open"]
    connection.execute(insert(HANDOVER_RUN).from_select(columns, runs))


def _in_parts(made: Iterator[References]) -> Iterator[list[References]]:
    while some := list(islice(made, _AT_ONCE)):
        yield some


def _copy(connection: Connection, copies: list[tuple[str, ...]]) -> None:
    """Copy every row about some episodes: (old episode and its two handovers, new ones)."""
    columns = [f"{age}_{name}" for age in ("old", "new") for name in _NAMES]
    connection.execute(insert(_COPIES), [dict(zip(columns, copy, strict=True)) for copy in copies])
    for table in SQLModel.metadata.sorted_tables:
        for about in _about(table):
            kept = [column for column in table.c if column.name != "id"]
            rows = select(*[_renamed(column, connection) for column in kept]).join_from(table, _COPIES, about)
            connection.execute(insert(table).from_select([column.name for column in kept], rows))
    connection.execute(_COPIES.delete())
    _seal_anew(connection, {copy[len(_NAMES)]: copy[0] for copy in copies})


def _seal_anew(connection: Connection, originals: Mapping[str, str]) -> None:
    """Seal the texts of copied episodes with a key of each; until now they are sealed with that of its original."""
    texts = Texts(connection, {*originals.values(), *originals})
    for column in SEALED:
        if column.table not in (EPISODE, EVENT, HANDOVER):
            continue
        table, kept = column.table, column.table.c[column.name]
        of = table.c.reference if table is EPISODE else table.c.episode
        is_sealed = cast(kept, Text).contains("u0002" if isinstance(kept.type, JSON) else "\x02")
        keys = list(table.primary_key)
        change = update(table).where(*(key == bindparam(f"of_{key.name}") for key in keys))
        changed = []
        for row in connection.execute(select(table).where(of.in_(originals), is_sealed)).all():
            places, subject, value = column.places(row), column.subject(row), row._mapping[column.name]
            opened = texts.open_in(places, value, originals[subject], column.name)
            this = {f"of_{key.name}": row._mapping[key.name] for key in keys}
            changed.append({**this, column.name: texts.seal_in(places, opened, subject, column.name)})
        if changed:
            with free_to_change(connection, table):
                connection.execute(change, changed)


def _about(table: Table) -> Iterator[ColumnElement[bool]]:
    """Which rows of a table are about an episode that is copied: those that any of the conditions holds for."""
    named = {key.parent.name for key in table.foreign_keys if key.target_fullname == "episode.reference"}
    if table is EPISODE or named:
        column = table.c["reference" if table is EPISODE else named.pop()]
        yield column == _COPIES.c.old_episode
    elif "handover" in table.c:
        yield from (table.c.handover == _COPIES.c[f"old_{name}"] for name in _NAMES[1:])


def _renamed(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """A column's value with the new references in the place of the old ones."""
    is_json = isinstance(column.type, JSON)
    if not is_json and column.name not in _HOLDS_REFERENCES:
        return column
    is_own_type = is_json and connection.dialect.name == "postgresql"  # on SQLite it is text
    value: ColumnElement[Any] = cast(column, Text) if is_own_type else type_coerce(column, Text)
    for name in _NAMES:
        value = func.replace(value, _COPIES.c[f"old_{name}"], _COPIES.c[f"new_{name}"])
    return cast(value, column.type) if is_own_type else value
