"""What the audit log costs: an entry beside a change, an entry alone, many writers at once, and proving it.

    make bench ARGS=audit

On SQLite and, where PostgreSQL's programs are there, on PostgreSQL.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from cryptography.fernet import Fernet

from bench.clusters import NoPostgres, running_cluster
from bench.measuring import Row, report
from pathways.audit.chain import Seals
from pathways.audit.entries import Entry
from pathways.clock import system_clock
from pathways.operations.audit import AuditOperations
from pathways.people.vault import Vault
from pathways.settings import new_keys
from pathways.store.audit import Keeper, keeping_log
from pathways.store.audit_heads import Heads
from pathways.store.database import open_engine
from pathways.store.schema import upgrade
from pathways.store.texts import sealing_texts
from pathways.store.unit_of_work import UnitOfWork

_TIMES = 400
_WRITERS = 8
_PROVED = 20_000
_ENTRY = Entry(
    at=datetime(2026, 3, 10, 9, tzinfo=UTC),
    login="nurse@example.org",
    name="Nora Exempel",
    role="coordinator",
    network="n",
    team="t",
    what="see-episode",
    episode="E7K2-QM4T",
    person=1,
    why="responsible",
)


def main() -> None:
    """Measure, and report."""
    rows: list[Row] = []
    ratios: dict[str, float] = {}
    for kind, url, folder in _databases():
        found = _measured(url, folder)
        rows += [Row.of(f"{kind}: {what}", times) for what, times in found.items()]
        alone, together = (sorted(found[what])[_TIMES // 2] for what in ("a change", "a change with its entry"))
        ratios[f"{kind}: a change with its entry / a change"] = round(together / alone, 2)
    report("audit", rows, ratios)


def _databases() -> Iterator[tuple[str, str, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/log.db", Path(folder)
    try:
        with _postgres() as url, tempfile.TemporaryDirectory() as folder:
            yield "PostgreSQL", url, Path(folder)
    except NoPostgres as missing:
        print(missing)  # noqa: T201 - the one thing to say


@contextmanager
def _postgres() -> Iterator[str]:
    with running_cluster() as cluster:
        yield cluster.make_database("log", "TEMPLATE template0")


def _measured(url: str, folder: Path) -> dict[str, list[float]]:
    engine = open_engine(url)
    upgrade(engine)
    keeper = Keeper(Seals(b"a key of the benchmark"), Heads(folder / "audit"))
    vault = Vault([Fernet.generate_key().decode()], new_keys()["HANDSLAG_HASH_KEY"])
    kept = keeping_log(sealing_texts(engine, vault), keeper)
    log = AuditOperations(kept, keeper, system_clock)

    def change(*entries: Entry) -> None:
        with UnitOfWork(kept) as work:
            work.people.add("a-network", b"sealed", str(time.perf_counter_ns()))
            for entry in entries:
                work.audit.add(entry)
            work.commit()

    change(_ENTRY)
    found = {
        "a change": _times(change),
        "a change with its entry": _times(lambda: change(_ENTRY)),
        "an entry alone": _times(lambda: log.note(_ENTRY)),
        f"an entry while {_WRITERS} write": _side_by_side(lambda: log.note(_ENTRY)),
    }
    log.note(*[_ENTRY] * _PROVED)
    found[f"proving {_PROVED} entries and more"] = _times(lambda: log.verify("n"), 3)
    engine.dispose()
    return found


def _times(work: Callable[[], object], times: int = _TIMES) -> list[float]:
    """How long each took, in milliseconds."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def _side_by_side(work: Callable[[], object]) -> list[float]:
    found: list[float] = []
    writers = [Thread(target=lambda: found.extend(_times(work, _TIMES // _WRITERS))) for _ in range(_WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return found


if __name__ == "__main__":
    main()
