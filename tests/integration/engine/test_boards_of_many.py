"""What a look at the desk reads grows with what is shown, not with what has ended.

Counted, not timed. `bench/desk.py` measures the time.
"""

from functools import partial

import pytest
from sqlalchemy import event

from bench.desk import LOOKS, filled
from engine.databases import Server, one_from
from engine.reading import address, what_is_read
from pathways.operations.boards import BoardOperations
from pathways.store.database import open_engine

FEW, MANY = (400, 60), (2_000, 60)
"""How many episodes there are, and how many of them are not over."""


@pytest.fixture(scope="module")
def read(server: Server, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, tuple[int, int]]]:
    """What each look reads, and in how many queries, where few have ended and where many have."""
    found = []
    for size in (FEW, MANY):
        with one_from(server) as database:
            service = filled(database.url, tmp_path_factory.mktemp("desk"), *size)
            service.engine.dispose()
            engine = open_engine(address(database))
            boards, asked = BoardOperations(engine, service.clock), [0]

            @event.listens_for(engine, "before_cursor_execute")
            def count(*_of_it: object, asked: list[int] = asked) -> None:
                asked[0] += 1

            looked = {}
            for name, look in LOOKS.items():
                look(boards)  # the first look reads what is kept afterwards
                asked[0] = 0
                looked[name] = what_is_read(engine, partial(look, boards)), asked[0]
            found.append(looked)
            engine.dispose()
    return found


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_reads_what_it_shows_however_many_have_ended(read: list[dict[str, tuple[int, int]]], name: str) -> None:
    (few, asked), (many, asked_of_many) = (looked[name] for looked in read)

    assert many <= few + few // 10, f"{many} instead of {few}: an index is lost, or a query reads all that has ended"
    assert asked == asked_of_many
