"""A demonstration that is stopped or killed leaves nothing behind: at once, or when the next one starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from acceptance.programs import Demo, environment, processes_of, wait_until
from handslag.processes import Processes

pytestmark = pytest.mark.acceptance

_STOPPED = "Stopped. Everything that was started has been stopped."
_TWO_SLEEPERS = """
import pathlib, sys, time
from handslag.processes import Processes, python
folder = pathlib.Path(sys.argv[1])
with Processes(folder) as processes:
    for name in ("server", "worker"):
        processes.start(name, python("-c", "import time; time.sleep(600)"), {})
    (folder / "ready").touch()
    time.sleep(600)
"""


def test_a_killed_demonstration_leaves_a_server_which_the_next_ends_and_ctrl_c_then_ends_all(tmp_path: Path) -> None:
    with Demo(tmp_path) as killed:
        orphan = killed.wait_until_it_has("server")
        killed.process.kill()
        killed.end()
        assert orphan in processes_of(tmp_path)

        with Demo(tmp_path) as stopped:
            stopped.wait_until_told("Starting the Prefect server")
            assert orphan not in processes_of(tmp_path)
            assert stopped.wait_until_it_has("server") != orphan
            assert stopped.stop() == 0
            assert _STOPPED in stopped.told
            assert processes_of(tmp_path) == []


def test_all_that_a_killed_program_looked_after_is_ended_by_the_next_that_takes_the_folder(tmp_path: Path) -> None:
    program = subprocess.Popen([sys.executable, "-c", _TWO_SLEEPERS, str(tmp_path)], env=environment(tmp_path))
    wait_until((tmp_path / "ready").exists, "the program has started its processes")
    program.kill()
    program.wait()
    assert len(processes_of(tmp_path)) == len(("server", "worker"))
    with Processes(tmp_path):
        assert processes_of(tmp_path) == []
