"""`handslag night-sheet`: files for nobody else, nothing overwritten by mistake, and told when out of date."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from stdnum import luhn

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.errors import Failed, Refused

NUMBER = "19480229980" + luhn.calc_check_digit("480229980")
NAME = "Astrid Exempelsson"
TEAM = "municipal-palliative-team"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    monkeypatch.chdir(tmp_path)
    with command_line(tmp_path / "data", monkeypatch, AS=TEAM, BY="Eva Ros, nurse") as run:
        run("apply", *(str(path) for path in JONKOPING))
        yield run


@pytest.fixture
def episode(run: CommandLine) -> str:
    told = run(
        "begin", "jonkoping-palliative", "jonkoping-demo", "home", "--patient", "--json", typed=f"{NUMBER}\n{NAME}\n"
    )
    return str(json.loads(told)["episode"])


def test_without_more_words_it_is_a_pdf_named_by_the_reference_that_only_its_owner_reads(
    run: CommandLine, episode: str
) -> None:
    said = run("night-sheet", episode)
    file = Path(f"night-sheet-{episode}.pdf")
    assert file.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert str(file) in said
    assert "print it, delete the file" in said
    assert NAME not in said
    assert "night sheet made: mark" in run("show", episode)


def test_html_and_pdf_are_made_at_once_in_the_language_wished(run: CommandLine, episode: str) -> None:
    told = json.loads(run("night-sheet", episode, "--html", "a.html", "--pdf", "a.pdf", "--language", "da", "--json"))
    page = Path("a.html").read_text(encoding="utf-8")
    assert told["files"] == ["a.pdf", "a.html"]
    assert told["mark"] in page
    assert f"til og med hændelse {told['number']}" in page
    assert "Natark" in page
    assert NAME in page
    assert "Eva Ros, nurse" in page
    assert Path("a.pdf").is_file()
    assert NAME not in json.dumps(told)


def test_a_file_that_is_there_is_kept_unless_it_is_forced(run: CommandLine, episode: str) -> None:
    Path("a.html").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match=r"there already\. .*--force"):
        run("night-sheet", episode, "--html", "a.html")
    assert Path("a.html").read_text(encoding="utf-8") == "mine"
    assert "night sheet" not in run("show", episode)
    run("night-sheet", episode, "--html", "a.html", "--force")
    assert "Nattblad" in Path("a.html").read_text(encoding="utf-8")
    assert stat.S_IMODE(Path("a.html").stat().st_mode) == 0o600
    assert [path.name for path in Path().glob(".night-sheet-*")] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--html", "nowhere/a.html"), "no such folder"),
        (("--html", "data"), "a folder, and no file"),
        (("--html", "a", "--pdf", "a"), "cannot be one file"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_noted(
    run: CommandLine, episode: str, words: tuple[str, ...], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        run("night-sheet", episode, *words)
    assert "night sheet" not in run("show", episode)


def test_it_is_for_those_who_give_care(run: CommandLine, episode: str) -> None:
    with pytest.raises(Refused, match="no part in episode"):
        run("night-sheet", episode, "--as", "ward-ryhov")
    assert list(Path().glob("*.pdf")) == []


def test_templates_that_are_faulty_make_no_sheet(
    run: CommandLine, episode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDSLAG_TEMPLATES_FOLDER", str(tmp_path))
    operations.cache_clear()
    with pytest.raises(Failed, match="missing or faulty"):
        run("night-sheet", episode, "--html", "a.html")
    assert not Path("a.html").exists()
    assert "night sheet" not in run("show", episode)


def test_show_and_check_tell_when_it_is_out_of_date(run: CommandLine, episode: str) -> None:
    mark = json.loads(run("night-sheet", episode, "--html", "a.html", "--json"))["mark"]
    assert f"(mark {mark}) still holds." in run("show", episode)
    said = run("night-sheet", episode, "--check", mark.lower())
    assert "that night sheet still holds." in said
    assert "Who answers now: " in said
    assert json.loads(run("show", episode, "--json"))["night_sheet_is_current"] is True

    run("record", episode, "treatment-limits", "no-cpr", "--decided", "2026-03-01")

    assert f"(mark {mark}) is out of date: make a new one, and shred the old." in run("show", episode)
    said = run("night-sheet", episode, "--check", mark, status=1)
    assert "is out of date. Changed since:\n  - the treatment limits\n" in said
    checked = json.loads(run("night-sheet", episode, "--check", mark, "--json", status=1))
    assert (checked["is_current"], checked["changed"]) == (False, ["limits"])
    assert json.loads(run("show", episode, "--json"))["night_sheet_is_current"] is False


def test_an_episode_without_a_sheet_says_nothing_of_one(run: CommandLine, episode: str) -> None:
    assert "ight sheet" not in run("show", episode)
    assert json.loads(run("show", episode, "--json"))["night_sheet_is_current"] is None
