"""Bringing a database up to date under way: who is at a unit has a place there, and every request holds one."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from alembic import command
from sqlalchemy import Engine, text

from engine.databases import Database
from engine.world import demonstration
from pathways.care.episodes import PlaceStanding
from pathways.care.evolution import replayed
from pathways.definition.writing import text_of
from pathways.store.database import WRITES
from pathways.store.schema import configuration, upgrade
from pathways.store.unit_of_work import UnitOfWork

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
UNIT = "korttids-norr"


def first_schema(engine: Engine) -> None:
    config = configuration()
    with engine.execution_options(**WRITES).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()


def put_in(engine: Engine, table: str, **values: object) -> None:
    """One row, as the first version wrote it."""
    plain = {name: json.dumps(value) if isinstance(value, Mapping | list) else value for name, value in values.items()}
    names = ", ".join(f'"{name}"' for name in plain)
    statement = text(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(f":{name}" for name in plain)})')  # noqa: S608
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(statement, plain)


def definitions(engine: Engine) -> None:
    """The pathway `p` and the network `n`."""
    pathway, network = demonstration()
    content = text_of(pathway.model_copy(update={"pathway": "p", "in_force_from": date(2026, 1, 1)}))
    put_in(engine, "pathway_version", pathway="p", version="2026-01-01", content=content, applied_at=AT)
    content = text_of(network.model_copy(update={"network": "n", "pathways": ("p",)}))
    put_in(engine, "network_version", network="n", number=1, content=content, applied_at=AT)


def an_episode(engine: Engine, reference: str, unit: str | None) -> None:
    level = "short-term" if unit else "home"
    put_in(
        engine, "episode", reference=reference, pathway="p", version="2026-01-01", network="n", status="active",
        level=level, team="t", unit=unit, care_team={}, began_at=AT, number=1, announced_number=1,
    )  # fmt: skip
    put_in(engine, "stay", episode=reference, position=0, level=level, team="t", unit=unit, from_at=AT)
    began: dict[str, Any] = {
        "type": "episode-began", "reference": reference, "pathway": "p", "version": "2026-01-01", "network": "n",
        "level": level, "team": "t", "unit": unit, "care_team": {},
    }  # fmt: skip
    an_event(engine, reference, 1, began)


def an_event(engine: Engine, episode: str, number: int, data: Mapping[str, object]) -> None:
    actor = {"kind": "system"}
    put_in(engine, "event", episode=episode, number=number, type=data["type"], at=AT, actor=actor, data=data)


def a_request(engine: Engine, episode: str, reference: str, unit: str | None, status: str = "requested") -> None:
    plan: dict[str, Any] = {
        "move": "m", "urgency": "u", "reason": "r", "from_level": "home", "from_team": "t", "from_unit": None,
        "to_level": "short-term", "to_team": "north", "to_unit": unit, "travels": True, "items": {},
    }  # fmt: skip
    put_in(
        engine, "handover", reference=reference, episode=episode, position=0, status=status, plan=plan, drafted_at=AT,
        changed_at=AT, requested_at=AT, escalations=0, confirmed=[], number=1, is_unseen=False,
    )  # fmt: skip
    an_event(engine, episode, 2, {"type": "handover-drafted", "handover": reference, "plan": plan})
    changed = {"type": "handover-changed", "handover": reference, "before": "draft", "after": status}
    an_event(engine, episode, 3, changed)
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(text("UPDATE episode SET number = 3 WHERE reference = :it"), {"it": episode})


def test_those_who_are_at_a_unit_and_those_under_way_to_it_have_places_afterwards(empty_database: Database) -> None:
    engine = empty_database.engine
    first_schema(engine)
    definitions(engine)
    an_episode(engine, "E222-2222", UNIT)
    an_episode(engine, "E333-3333", None)
    a_request(engine, "E333-3333", "H333-3333", UNIT)
    an_episode(engine, "E444-4444", None)
    a_request(engine, "E444-4444", "H444-4444", None)

    upgrade(engine)

    with UnitOfWork(engine, writes=False) as work:
        taken = [(place.number, place.claim.episode, place.claim.handover) for place in work.places.taken("n", UNIT)]
        found = {name: work.episodes.get(name) for name in ("E222-2222", "E333-3333", "E444-4444")}
        histories = {name: work.episodes.history(name) for name in found}
    assert taken == [(1, "E222-2222", None), (2, "E333-3333", "H333-3333")]
    assert [asked.place for asked in found["E333-3333"].handovers["H333-3333"].asked] == [PlaceStanding.HELD]
    assert [asked.place for asked in found["E444-4444"].handovers["H444-4444"].asked] == [None]
    assert {name: replayed(history) for name, history in histories.items()} == found
