"""Words that the program cannot take: it says what is wrong in a sentence, and repeats nothing of what was typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from pydantic import ValidationError

from handslag.playground import JONKOPING
from pathways.care.communication import Summary
from pathways.errors import NotFound, Refused

TEAM = "ssih-jonkoping"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    monkeypatch.setenv("COLUMNS", "300")
    with command_line(tmp_path, monkeypatch, is_upgraded=False) as run:
        yield run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("answer", "H222-2222", "astrid", "--as", TEAM), "This is not one of 'accept', 'reject'."),
        (("night-sheet", "E222-2222", "--language", "astrid"), "This is not one of 'sv', 'da', 'en'."),
        (("notices", "--resend", "astrid"), "valid integer"),
        (("milestone", "E222-2222", "m", "--as", TEAM, "--at", "astrid"), "This does not match the formats"),
        (("show", "E222-2222", "astrid", "ek"), "These are too many words."),
        (("show", "E222-2222", "--astrid"), "There is no such option."),
        (("astrid",), "There is no such command."),
        (("shaw", "astrid"), "There is no such command. Did you mean 'show'"),
        (("--astrid", "show"), "There is no such option."),
        (("show", "astrid \udcf6"), "A word holds half a character."),
    ],
)
def test_wrong_usage_is_told_without_repeating_it(run: CommandLine, words: tuple[str, ...], said: str) -> None:
    output = run(*words, status=2)
    assert said in output
    assert "astrid" not in output.lower()


def test_a_notice_of_an_impossible_number_is_not_found(run: CommandLine) -> None:
    run("upgrade")
    for number in ("99999999999999999999999999", "2147483648", "0", "1"):
        with pytest.raises(NotFound, match=r"There is no notice of that number\."):
            run("notices", "--resend", number)


@pytest.mark.parametrize("name", ["astrid", "astrid" * 40_000, "astrid/" * 1000])
def test_a_pathway_of_an_impossible_name_is_not_found(run: CommandLine, name: str) -> None:
    with pytest.raises(NotFound) as refusal:
        run("diagram", name)
    assert "astrid" not in str(refusal.value)


@pytest.mark.parametrize("typed", ["", "\n", " \nAstrid\n", "nonsense\nAstrid\n"])
def test_an_episode_does_not_begin_about_nobody_when_somebody_was_meant(run: CommandLine, typed: str) -> None:
    run("upgrade")
    run("apply", *map(str, JONKOPING))
    with pytest.raises(Refused) as refusal:
        run("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--as", TEAM, "--patient", typed=typed)
    assert "Astrid" not in str(refusal.value)
    assert "Nothing waits" in run("waiting")


@pytest.mark.parametrize("odd", ["\x1b[31m", "\u202e", "x" * 4001])
def test_a_reason_to_close_places_and_a_name_are_judged_as_every_text(run: CommandLine, odd: str) -> None:
    run("upgrade")
    run("apply", *map(str, JONKOPING))
    close = ("close-places", "korttids-norr", "1", "--as", "short-term-north")
    for words in (("--reason", odd), ("--reason", "flu", "--by", odd)):
        with pytest.raises(Refused, match=r"^A (text|name) "):
            run(*close, *words)
    assert "0 closed" in run("places", "korttids-norr")


def test_what_a_model_refuses_is_told_by_the_name_of_the_part_alone() -> None:
    from handslag.cli import _refusal

    with pytest.raises(ValidationError) as refused:
        Summary.model_validate({"illness_severity": "Astrid", "Astrid Ek": 1})
    assert str(_refusal(refused.value)).startswith("What was given does not fit: illness-severity")
