"""Starts Prefect's server as `prefect server start` does, and keeps it from stopping for a minute on SQLite.

Seen with Prefect 3.8.8, SQLAlchemy 2.0.43 to 2.0.58 and aiosqlite 0.21 and 0.22: a cursor that an error ("database is
locked") left behind is finalised by Python's garbage collector on the event loop's thread; for that it needs a
connection that waits for the write lock; and whoever holds the lock needs the event loop to let go. All of it stands
still until SQLite's patience of 60 seconds ends. Collected on a thread of its own, the cursor makes only that wait.

    python -m flows.resident.server --host 127.0.0.1 --port 4200
"""

import gc
import sys
import threading

COLLECTED_EVERY_SECONDS = 2.0


def main(arguments: list[str]) -> None:
    """Run the server in this process until it is told to stop; takes what `prefect server start` takes."""
    from prefect.cli import app

    gc.disable()
    threading.Thread(target=_collect, name="garbage", daemon=True).start()
    sys.argv = ["prefect", "server", "start", *arguments]  # Prefect's command reads its arguments from nowhere else
    app()


def _collect() -> None:
    pause = threading.Event()
    while not pause.wait(COLLECTED_EVERY_SECONDS):
        gc.collect()


if __name__ == "__main__":
    main(sys.argv[1:])
