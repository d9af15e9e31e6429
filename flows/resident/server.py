"""Starts Prefect's server as `prefect server start` does, and keeps it from standing still on SQLite.

    python -m flows.resident.server --host 127.0.0.1 --port 4200

Prefect begins its transactions deferred and lets SQLite sort them out. One that reads before it writes fails at once
("database is locked", 503) when another has written in between; those that wait do so by sleeping and trying again, the
unlucky ones for many seconds; and a cursor that a failure left behind can stop the whole event loop for SQLite's
patience of 60 seconds, when garbage collection needs a connection whose turn never comes. All seen with Prefect 3.8.8,
SQLAlchemy 2.0.43 to 2.0.58 and aiosqlite 0.21 and 0.22. Here transactions take turns, in the order in which they came.
Some of Prefect's single statements are in no transaction and still wait for the lock: so garbage is collected on a
thread of its own, where such a cursor stops nobody else. PostgreSQL needs neither; transactions there take no turns.
"""

import asyncio
import gc
import itertools
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

COLLECTED_EVERY_SECONDS = 2.0
_WARM_UP_COLLECTIONS = 30

_begin_transaction = AioSqliteConfiguration.begin_transaction
_turn = asyncio.Lock()


class _Turn:
    """One transaction's turn. A task begun within it inherits it, and may outlive it: then it is over there too."""

    is_over = False


_turn_here: ContextVar[_Turn | None] = ContextVar("turn_here", default=None)


def main(arguments: list[str]) -> None:
    """Run the server in this process until it is told to stop; takes what `prefect server start` takes."""
    from prefect.cli import app

    gc.disable()
    threading.Thread(target=_collect, name="garbage", daemon=True).start()
    AioSqliteConfiguration.begin_transaction = _begin_in_turn  # type: ignore[method-assign,assignment]
    sys.argv = ["prefect", "server", "start", *arguments]  # Prefect's command reads its arguments from nowhere else
    app()


@asynccontextmanager
async def _begin_in_turn(
    configuration: AioSqliteConfiguration, session: AsyncSession, with_for_update: bool = False
) -> AsyncIterator[AsyncSessionTransaction]:
    """Prefect's own transaction, begun when it is its turn and with the write lock. One inside another has the turn."""
    outer = _turn_here.get()
    if outer is not None and not outer.is_over:
        async with _begin_transaction(configuration, session, with_for_update) as transaction:
            yield transaction
        return
    async with _turn:
        turn = _Turn()
        token = _turn_here.set(turn)
        try:
            async with _begin_transaction(configuration, session, with_for_update=True) as transaction:
                yield transaction
        finally:
            turn.is_over = True
            _turn_here.reset(token)


def _collect() -> None:
    """Collect garbage every two seconds. What lives in the first minute is the program: it is not looked at again.

    Looking through all of Prefect each time holds up every other thread for a quarter of a second.
    """
    pause = threading.Event()
    for collected in itertools.count():
        pause.wait(COLLECTED_EVERY_SECONDS)
        gc.collect()
        if collected < _WARM_UP_COLLECTIONS:
            gc.freeze()


if __name__ == "__main__":
    main(sys.argv[1:])
