"""Log files that never fill a disk: whatever a process writes, its files stay within their limits."""

import stat
import time
from pathlib import Path

import pytest

from handslag.log_files import LogLimits, turn_over
from handslag.processes import Processes, python
from handslag.running import prefect_environment
from pathways.settings import Settings

LIMITS = LogLimits(largest=100_000, kept=3)
_WRITES = """
import time
for number in range(60_000):
    print(f"line {number:09}", flush=True)
    if number % 500 == 0:
        time.sleep(0.001)
print("the last line", flush=True)
time.sleep(60)
"""


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("worker.log*"))


def test_a_process_that_never_stops_writing_stays_within_its_limits(tmp_path: Path) -> None:
    with Processes(tmp_path, LIMITS) as processes:
        processes.start("worker", python("-c", _WRITES), {})
        until = time.monotonic() + 60
        while b"the last line" not in (tmp_path / "worker.log").read_bytes()[-100:]:
            assert time.monotonic() < until
            processes.require_all()
            assert all(file.stat().st_size <= LIMITS.largest for file in files_of(tmp_path)[1:])
        files = files_of(tmp_path)
        assert [file.name for file in files] == ["worker.log", "worker.log.1", "worker.log.2", "worker.log.3"]
        assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_what_is_written_after_a_log_was_begun_anew_stands_at_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("ab", buffering=0) as process:
        for number in range(5):
            process.write(str(number).encode() * 10)
            turn_over(log, LogLimits(largest=10, kept=2))
        process.write(b"new")
    assert [file.read_bytes() for file in files_of(tmp_path)] == [b"new", b"4" * 10, b"3" * 10]


def test_of_a_log_that_grew_while_nobody_looked_only_its_end_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(b"old" * 1_000 + b"the end")
    turn_over(log, LogLimits(largest=7, kept=1))
    assert [file.read_bytes() for file in files_of(tmp_path)] == [b"", b"the end"]


def test_where_no_older_file_is_kept_or_can_be_written_the_log_is_emptied_all_the_same(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(b"words")
    turn_over(log, LogLimits(largest=5, kept=0))
    assert [file.read_bytes() for file in files_of(tmp_path)] == [b""]
    (tmp_path / "worker.log.1").mkdir()
    log.write_bytes(b"words")
    turn_over(log, LogLimits(largest=5, kept=1))
    assert log.read_bytes() == b""


def test_a_log_that_somebody_has_removed_is_no_reason_to_stop(tmp_path: Path) -> None:
    turn_over(tmp_path / "worker.log", LIMITS)
    assert not files_of(tmp_path)


@pytest.mark.parametrize("what", ["events", "flow_runs"])
def test_prefect_forgets_what_is_old(tmp_path: Path, what: str) -> None:
    settings = Settings(data_folder=tmp_path, is_demo=True)
    given = prefect_environment(settings, tmp_path)["PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED"]
    assert what in given.split(",")
