"""What people write in words of their own is no argument of a command: everybody on the machine can read those."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line, parameters, with_words_apart
from typer.testing import CliRunner

from handslag.cli import app
from handslag.commands.asking import words
from pathways.errors import Refused

CODES = frozenset(
    {
        *(
            "--occurred-at",
            "--as",
            "--at",
            "--care-team",
            "--for",
            "--let-go",
            "--map",
            "--meeting",
            "--minutes",
            "--network",
            "--of",
        ),
        *("--story", "--team", "--to", "--unit", "--with", "--cancels", "--check", "--competence", "--criterion"),
        *("--decision", "--district", "--document", "--explain", "--get", "--give", "--item", "--key", "--language"),
        *(
            "--level",
            "--provider",
            "--replaces",
            "--second",
            "--since",
            "--until",
            "--urgency",
            "--before",
            "--package",
        ),
        *("--first", "--how", "--task", "--cause", "--end", "--pathway"),
        *("at", "before", "cause", "decision", "episode", "first", "get", "give", "handover", "how", "instrument"),
        *("level", "login", "meeting", "move", "name", "network", "new", "old", "organisation", "package", "pathway"),
        *("reference", "task", "team", "treatment", "unit", "why"),
    }
)
"""Parameters that take a key, a reference, a day, a time or a name of the definitions: nothing that somebody writes."""

CODES_OF = frozenset({("request", "--reason"), ("answer", "--reason"), ("waive", "--reason")})
"""The same, where other commands take words by that name."""

OF_STAFF = frozenset({"--by", "--name", "--label"})
"""Who works there, who may sign in, and what a token is called: said by those themselves, and never of a patient."""


def _texts() -> Iterator[tuple[str, str, object]]:
    for command, called, parameter in parameters():
        if parameter.annotation in (str, str | None, list[str], list[str] | None):
            yield command, called, getattr(parameter.default, "parser", None)


def test_every_parameter_that_takes_letters_is_a_code_or_is_asked_for() -> None:
    found = list(_texts())
    assert len(found) > 200
    in_clear = {
        (command, called)
        for command, called, parser in found
        if parser is not words and called not in CODES | OF_STAFF and (command, called) not in CODES_OF
    }
    assert in_clear == set(), "is it a code? then say so here; else give it `parser=words`"
    both = {(command, called) for command, called, parser in found if parser is words and called in CODES | OF_STAFF}
    assert both == set()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path / "data", monkeypatch, is_upgraded=False) as found:
        yield found


@pytest.mark.parametrize(
    ("command", "called"), sorted({(command, called) for command, called, parser in _texts() if parser is words})
)
def test_words_in_a_call_are_refused_before_anything_is_done_and_not_repeated(
    run: CommandLine, command: str, called: str
) -> None:
    said = "a rash, made up"
    first, *rest = command.split()
    call = [first, "E7K2-QM4T", *rest] if first == "record" else [*command.split(), "H7K2-QM4T"]
    result = CliRunner().invoke(app, [*call, *([called, said] if called.startswith("-") else [said])])
    refused = result.exception
    assert isinstance(refused, Refused) or result.exit_code == 2
    assert said not in result.output
    assert isinstance(refused, Refused), result.output
    assert "are no argument" in str(refused)


def test_words_are_read_from_standard_input_in_order_or_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("two\nlines\n", encoding="utf-8")
    assert words(f"@{file}") == "two\nlines"
    assert words("") == ""
    with pytest.raises(Refused, match="cannot be read"):
        words(f"@{tmp_path / 'nothing'}")
    call = ["summary", "E7K2-QM4T", "--situation", "one", "--illness-severity", "watcher", "--background", "two"]
    apart = ["summary", "E7K2-QM4T", "--situation", "-", "--illness-severity", "watcher", "--background", "-"]
    assert with_words_apart(call) == (apart, ["one", "two"])
