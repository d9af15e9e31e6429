"""The command line in this process: an installation in a folder of its own, and what its commands say."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.models import OptionInfo, ParamMeta
from typer.testing import CliRunner
from typer.utils import get_params_from_function

from handslag.cli import app
from handslag.commands.asking import words as words_of
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
    """What a command says that is to end with `status`: with --json, to a program. Raises what it raises.

    What people write in words of their own stands in `words`, and goes by standard input.
    """
    given, lines = with_words_apart(words)
    result = CliRunner().invoke(app, given, input="".join(f"{line}\n" for line in lines) + typed)
    if isinstance(result.exception, HandslagError):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.stdout if "--json" in words else result.output


def parameters() -> Iterator[tuple[str, str, ParamMeta]]:
    """Every parameter of every command: the command's name, what the parameter is called there, and what it is."""
    for name, command in _commands(app):
        for called, parameter in get_params_from_function(command).items():
            declared = getattr(parameter.default, "param_decls", None) or ()
            is_option = isinstance(parameter.default, OptionInfo)
            usual = f"--{called.replace('_', '-')}" if is_option else called
            yield name, next(iter(declared), usual), parameter


def _commands(of: typer.Typer, before: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    for command in of.registered_commands:
        assert command.callback
        yield before + (command.name or command.callback.__name__.replace("_", "-")), command.callback
    for group in of.registered_groups:
        assert group.typer_instance
        yield from _commands(group.typer_instance, f"{group.name or group.typer_instance.info.name} ")


_BREAKS = re.compile(r"[\r\n\ud800-\udfff]")
"""What no line of standard input can hold."""


@cache
def _in_words() -> frozenset[tuple[str, str]]:
    """Where a command takes words of one's own."""
    found = parameters()
    return frozenset(
        (name, called) for name, called, each in found if getattr(each.default, "parser", None) is words_of
    )


def with_words_apart(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words of a call as they may stand in it, and the lines of standard input that hold what people write."""
    first, second, third = (*given, "", "", "")[:3]
    names = (first, f"{first} {second}", f"{first} {third}")
    texts = {called for name, called in _in_words() if name in names}
    call, lines = list(given), []
    for place, word in enumerate(call):
        is_argument = place == 2 and any(not called.startswith("-") for called in texts)
        follows = place > 0 and call[place - 1] in texts
        if (follows or is_argument) and word not in ("", "-") and not word.startswith("@") and not _BREAKS.search(word):
            call[place] = "-"
            lines.append(word)
    return call, lines
