"""The tutorial is run, from top to bottom, as a reader would paste it: all of it but the Prefect server.

`handslag start` is played by the one thing of it that the other commands need: the database is brought up to date.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from docs_texts import ROOT, blocks, saved_files, shell_lines
from typer.testing import CliRunner, Result

from handslag.cli import app
from handslag.commands.installation import operations
from handslag.inbox import Inbox
from pathways.definition.starters import pathway_to_begin_with
from pathways.errors import HandslagError
from pathways.settings import settings_from_environment
from pathways.store.database import open_engine
from pathways.store.schema import upgrade

TUTORIAL = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
MAIL_SERVER = "127.0.0.1:8025"
NOBODY_LISTENS_HERE = "http://127.0.0.1:9/api"
_KEPT = re.compile(
    r"(?P<name>[A-Z]+)=\$\((?:printf '%s\\n' (?P<typed>[^|]*?)\s*\| )?"
    r"(?P<command>handslag .*?)\s*\| grep -o '(?P<pattern>[^']+)'\)"
)


class Reader:
    """Somebody who pastes the tutorial's commands into one shell. `said` is all that the commands printed."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.said = ""

    def paste(self, line: str) -> bool:
        """Do one line; says whether it succeeded."""
        if line.startswith("handslag diagram") and shutil.which("dot") is None:
            return True  # the tutorial says that this one needs Graphviz
        if kept := _KEPT.fullmatch(line):
            typed = "".join(f"{line}\n" for line in shlex.split(kept["typed"] or ""))
            done = self._handslag(kept["command"], typed)
            self.variables[kept["name"]] = re.findall(kept["pattern"], done.output)[0]
            return done.exit_code == 0
        if line.startswith("handslag "):
            command, _, file = line.partition(" > ")
            done = self._handslag(command)
            if file:
                Path(file).write_text(done.output, encoding="utf-8")
            return done.exit_code == 0
        if line.startswith("set -a"):
            for setting in Path("tutorial/settings.env").read_text(encoding="utf-8").splitlines():
                name, _, value = setting.partition("=")
                os.environ[name] = value
            return True
        return subprocess.run(["/bin/sh", "-c", line], env=os.environ | self.variables).returncode == 0

    def _handslag(self, command: str, typed: str = "") -> Result:
        for name, value in self.variables.items():
            command = command.replace(f'"${name}"', value)
        done = CliRunner().invoke(app, shlex.split(command)[1:], input=typed)
        assert done.exception is None or isinstance(done.exception, HandslagError | SystemExit), done.exception
        self.said += done.output
        return done


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Reader]:
    with monkeypatch.context() as patched:
        for variable in [name for name in os.environ if name.startswith("HANDSLAG_")]:
            patched.delenv(variable)
        patched.setenv("HANDSLAG_PREFECT_API_URL", NOBODY_LISTENS_HERE)
        patched.chdir(tmp_path)
        before = dict(os.environ)
        operations.cache_clear()
        yield Reader({})
        operations.cache_clear()
        os.environ.clear()
        os.environ.update(before)


def save(path: str, text: str, inbox: Inbox) -> None:
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text.replace(MAIL_SERVER, f"127.0.0.1:{inbox.port}"), encoding="utf-8")


def test_the_move_that_the_tutorial_shows_is_in_the_file_that_it_lets_handslag_write() -> None:
    (shown,) = [block.text for block in blocks(TUTORIAL) if block.info == "yaml"]
    assert shown in pathway_to_begin_with("iv-at-home", ("da", "en"), date(2026, 1, 1))


def test_every_command_of_the_tutorial_does_what_it_says(reader: Reader) -> None:
    with Inbox() as inbox:
        for path, text in saved_files(TUTORIAL).items():
            save(path, text, inbox)
        for block in blocks(TUTORIAL):
            if not block.info.startswith("sh") or "make demo" in block.text or ".venv" in block.text:
                if "handslag start" in block.text:
                    upgrade(open_engine(settings_from_environment().database_url))
                continue
            results = [reader.paste(line) for line in shell_lines(block.text)]
            assert all(results) != ("fails" in block.info), block.text
        asked = [letter for letter in inbox.letters if reader.variables["HANDOVER"] in letter.subject]
    assert asked[0].recipients == ("nurses@example.org",)
    assert "Sound: pathway iv-at-home of 2026-01-01." in reader.said
    assert "Nothing waits." in reader.said
