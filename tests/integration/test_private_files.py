"""What Handslag keeps on a disk can be opened by its owner alone, whatever the umask; the doctor tells of the rest."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.programs import wait_until
from sqlalchemy import text

from handslag.doctor import examine
from handslag.processes import Processes, python
from pathways.store.database import WRITES, open_engine


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    former = os.umask(0o022)
    yield
    os.umask(former)


def _wide(folder: Path) -> dict[str, str]:
    """What lies in the folder, itself included, and may be opened by others."""
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


def test_the_database_and_its_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/above/data/handslag.db")
    with engine.connect().execution_options(**WRITES) as connection:
        connection.execute(text("CREATE TABLE kept (number INTEGER)"))
        connection.commit()
        assert (tmp_path / "above/data/handslag.db-wal").stat().st_size
        assert _wide(tmp_path / "above") == {}


def test_logs_and_what_processes_write_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    program = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    with Processes(folder) as processes:
        processes.start("worker", python("-c", program, str(folder / "made")), {})
        wait_until((folder / "made").exists)
        assert (folder / "worker.log").exists()
    assert _wide(folder) == {}


def test_what_others_may_open_already_stays_and_the_doctor_tells_how_to_close_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "worker.log").touch()
    monkeypatch.setenv("HANDSLAG_IS_DEMO", "true")
    monkeypatch.setenv("HANDSLAG_DATA_FOLDER", str(folder))
    monkeypatch.setenv("HANDSLAG_PREFECT_API_URL", "http://127.0.0.1:1/api")

    advice = _advice()

    mend = advice.partition("Close them: ")[2]
    assert shlex.split(mend) == ["chmod", "go=", str(folder), str(folder / "worker.log")]
    for path in shlex.split(mend)[2:]:
        Path(path).chmod(stat.S_IMODE(Path(path).stat().st_mode) & 0o700)
    assert _advice() == ""


def _advice() -> str:
    return next(finding.advice for finding in examine() if finding.what == "who may open the files")
