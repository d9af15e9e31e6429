"""The commands about the audit log, in this process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_up_entries import an_entry
from typer.testing import CliRunner

from handslag.cli import app
from handslag.commands.installation import operations
from pathways.errors import HandslagError, NotFound

CommandLine = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    monkeypatch.setenv("HANDSLAG_IS_DEMO", "true")
    monkeypatch.setenv("HANDSLAG_DATA_FOLDER", str(tmp_path))
    operations.cache_clear()
    _run("upgrade")
    yield _run
    operations.cache_clear()


def _run(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, HandslagError):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.output


def test_a_log_that_is_whole_is_told_with_its_entries(run: CommandLine) -> None:
    assert "The log is empty." in run("audit", "verify")
    operations().audit.note(an_entry(1), an_entry(2))

    assert "n: entries 1 to 2, whole." in run("audit", "verify")
    (told,) = json.loads(run("audit", "verify", "--network", "n", "--json"))
    assert (told["last"], told["is_whole"], told["is_end_known"], told["findings"]) == (2, True, True, [])
    with pytest.raises(NotFound, match="Choose one of: n"):
        run("audit", "verify", "--network", "another")


def test_a_log_that_is_not_whole_is_told_with_what_is_wrong_and_ends_with_status_1(
    run: CommandLine, tmp_path: Path
) -> None:
    operations().audit.note(an_entry(1), an_entry(2), an_entry(3))
    head = tmp_path / "audit" / "n.head"
    line = head.read_text(encoding="ascii")
    head.write_text(line.replace("3 ", "5 ", 1), encoding="ascii")

    said = run("audit", "verify", status=1)

    assert "n: entries 1 to 3, not whole." in said
    assert "Entries 4 to 5: missing at the end: cut off, or lost when a backup was restored." in said
    (told,) = json.loads(run("audit", "verify", "--json", status=1))
    assert told["findings"] == [{"fault": "cut", "first": 4, "last": 5}]


def test_a_machine_that_has_kept_no_head_says_so(run: CommandLine, tmp_path: Path) -> None:
    operations().audit.note(an_entry(1))
    (tmp_path / "audit" / "n.head").unlink()

    assert "cannot tell whether the end was cut off" in run("audit", "verify")
