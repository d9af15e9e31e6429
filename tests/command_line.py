"""The command line in this process: an installation in a folder of its own, and what its commands say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handslag.cli import app
from handslag.commands.installation import operations
from pathways.errors import HandslagError

CommandLine = Callable[..., str]
"""Takes the words of a command, and as `status` how it is to end; gives what it says, or raises what it raises."""


@contextmanager
def command_line(
    folder: Path, patch: pytest.MonkeyPatch, *, is_upgraded: bool = True, **settings: str
) -> Iterator[CommandLine]:
    """An installation without contacts and without a Prefect server. `settings`: others, such as `BY`."""
    usual = {
        "IS_DEMO": "true",
        "DATA_FOLDER": str(folder),
        "CONTACTS_FILE": str(folder / "contacts.toml"),
        "PREFECT_API_URL": "http://127.0.0.1:1/api",
    }
    for name, value in {**usual, **settings}.items():
        patch.setenv(f"HANDSLAG_{name}", value)
    folder.mkdir(exist_ok=True)
    (folder / "contacts.toml").write_text("[contacts]\n", encoding="utf-8")
    operations.cache_clear()
    if is_upgraded:
        said("upgrade")
    yield said
    operations.cache_clear()


def said(*words: str, typed: str = "", status: int = 0) -> str:
    """What a command says that is to end with `status`: with --json, to a program. Raises what it raises."""
    result = CliRunner().invoke(app, list(words), input=typed)
    if isinstance(result.exception, HandslagError):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.stdout if "--json" in words else result.output
