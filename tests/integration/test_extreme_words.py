"""Every option and argument of every command, with the most extreme words: a sentence or an answer, never a trace."""

import io
import json
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer
from command_line import CommandLine, command_line

from handslag.cli import app, main
from handslag.playground import JONKOPING

TEAM, NETWORK, PATHWAY = "municipal-palliative-team", "jonkoping-demo", "jonkoping-palliative"
NUMBERS = ["9223372036854775808", "-1"]
TIMES = ["9999-12-31 23:59", "0001-01-01 00:00"]
WORDS = ["\x00\x1b[31m\x07\r\n\u202e", "½" * 100_000]
_STARTS_MORE = {("demo",), ("start",)}
"""Commands that run other processes until somebody stops them; their options are one name of a story."""

KNOWN = {
    "team": TEAM,
    "network": NETWORK,
    "pathway": PATHWAY,
    "level": "home",
    "move": "home-to-home-specialised",
    "unit": "ryhov",
    "to_unit": "ryhov",
    "language": "sv",
    "by": "Bo Ek",
    "at": "2026-03-01 08:00",
    "login": "a@b.example",
    "role": "coordinator",
    "right": "see-board",
    "name": "first-visit-made",
    "phase": "stable",
    "instrument": "AKPS",
    "score": "50",
    "how": "deceased",
    "why": "leave",
    "consent": "given",
    "task": "care-plan",
    "first": "home",
    "number": "1",
    "order": "order-1",
    "until": "2026-03-02",
    "before": "2020-01-01 00:00",
    "to": "2026-01-01",
    "value": "1",
    "places": "1",
    "drug": "piperacillin",
    "time": "08:00",
    "decided": "2026-03-01",
}
"""What fits, by the name of what is asked for."""


def leaves(command: Any, words: tuple[str, ...] = (), above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every command with its words and the parameters of the groups above it."""
    if not hasattr(command, "commands"):
        yield words, above, command
        return
    for name, under in command.commands.items():
        own = tuple(each for each in command.params if words and each.name != "help")
        yield from leaves(under, (*words, name), (*above, *((words, each) for each in own)))


COMMANDS = {" ".join(words): (words, above, command) for words, above, command in leaves(typer.main.get_command(app))}


def is_given(parameter: Any) -> bool:
    return parameter.name != "help" and not getattr(parameter, "is_flag", False)


def extremes(parameter: Any) -> list[str]:
    kind = parameter.bare_type
    if kind in (int, float):
        return NUMBERS
    return TIMES if kind in (datetime, date) else WORDS


def fitting(parameter: Any, references: Mapping[str, str]) -> str:
    kind = parameter.bare_type
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(next(iter(kind)).value)
    known = {**KNOWN, **references}
    return known.get(str(parameter.name), "2026-03-01" if kind is datetime else "1" if kind in (int, float) else "x")


def call(name: str, references: Mapping[str, str], extreme: Any, value: str) -> list[str]:
    """The words of a call in which everything required fits but for one value, which is extreme."""
    words, above, command = COMMANDS[name]
    required = [p for p in command.params if is_given(p) and (p.required or p is extreme)]
    options, arguments, before = [], [], []
    for parameter in required:
        given = value if parameter is extreme else fitting(parameter, references)
        if parameter.param_type_name == "option":
            options.append(f"{parameter.opts[0]}={given}")
        else:
            arguments.append(given)
    for _, parameter in above:
        before.append(value if parameter is extreme else fitting(parameter, references))
    return [words[0], *before, *words[1:], *options, "--", *arguments]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    folder = tmp_path_factory.mktemp("extreme")
    with pytest.MonkeyPatch.context() as patch, command_line(folder, patch) as run:
        patch.chdir(folder)
        run("apply", *map(str, JONKOPING))
        yield run


@pytest.fixture
def references(installation: CommandLine) -> dict[str, str]:
    begun = installation("begin", PATHWAY, NETWORK, "home", "--as", TEAM, "--json")
    episode = str(json.loads(begun)["episode"])
    drafted = installation("request", episode, "home-to-home-specialised", "--reason", "worsening", "--as", TEAM,
                           "--draft", "--json")  # fmt: skip
    return {"episode": episode, "reference": episode, "handover": str(json.loads(drafted)["reference"])}


def test_nearly_every_command_takes_something_that_can_be_extreme() -> None:
    tried = {name for name, (_, above, command) in COMMANDS.items() if above or any(map(is_given, command.params))}
    assert len(tried) > 90
    assert {" ".join(words) for words in _STARTS_MORE} <= set(COMMANDS)


@pytest.mark.parametrize("name", [name for name, (words, *_) in COMMANDS.items() if words not in _STARTS_MORE])
def test_extreme_words_get_an_answer_or_a_sentence(
    installation: CommandLine,
    references: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    _, above, command = COMMANDS[name]
    faults = []
    for parameter in (*(each for _, each in above), *filter(is_given, command.params)):
        for value in extremes(parameter):
            words = call(name, references, parameter, value)
            monkeypatch.setattr(sys, "argv", ["handslag", *words])
            with pytest.raises(SystemExit) as ended:
                main()
            said = "".join(capsys.readouterr())
            if ended.value.code not in (None, 0) and not said.strip():
                faults.append(f"{shlex.join(words)[:200]}: {ended.value.code} {said[:200]}")
            if re.search(r"Traceback|[\x00\x07\u202e]", said) or len(said) > 50_000:
                faults.append(f"{shlex.join(words)[:200]}: {said[:200]!r}")
    assert faults == []


def test_this_installation_is_still_sound(installation: CommandLine) -> None:
    assert "Traceback" not in installation("waiting")
