"""`handslag new`: what it writes to begin with passes every check, in every language and for every pathway."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handslag.cli import app
from pathways.care.proof.proving import Prover
from pathways.definition.reading import read_definitions
from pathways.errors import Failed, NotFound, Refused

ROOT = Path(__file__).parents[2]
CATALOGUE = sorted(ROOT.glob("pathways/catalogue/*.yaml"))
BEGIN = date(2026, 11, 22)


def run(*words: str) -> tuple[int, BaseException | None]:
    done = CliRunner().invoke(app, ["new", *words])
    return done.exit_code, done.exception


@pytest.mark.parametrize("languages", [["sv"], ["da"], ["en"], ["sv", "da"]])
def test_a_new_pathway_and_its_network_are_proved(languages: list[str], tmp_path: Path) -> None:
    chosen = [word for language in languages for word in ("--language", language)]
    assert run("pathway", "first-try", *chosen, "--to", str(tmp_path))[0] == 0
    file = str(tmp_path / "first-try.yaml")
    assert run("network", "first-network", "--for", file, "--to", str(tmp_path))[0] == 0
    (pathway,), (network,) = read_definitions(sorted(tmp_path.iterdir()), prover=Prover(BEGIN))
    assert set(pathway.languages) == {*languages, "en"}
    assert set(network.teams) == set(pathway.roles)


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_a_network_to_begin_with_is_sound_for_every_pathway_of_the_catalogue(path: Path, tmp_path: Path) -> None:
    code, error = run("network", "first-network", "--for", str(path), "--to", str(tmp_path))
    assert code == 0, error


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    assert run("pathway", "first-try", "--from", "2026-05-01", "--to", str(tmp_path))[0] == 0
    before = (tmp_path / "first-try.yaml").read_text("utf-8")
    assert "in_force_from: 2026-05-01" in before
    assert isinstance(run("pathway", "first-try", "--to", str(tmp_path))[1], Refused)
    assert (tmp_path / "first-try.yaml").read_text("utf-8") == before


def test_a_language_that_handslag_does_not_speak_is_refused(tmp_path: Path) -> None:
    assert isinstance(run("pathway", "first-try", "--language", "fi", "--to", str(tmp_path))[1], NotFound)


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    in_the_way = tmp_path / "in-the-way"
    in_the_way.write_text("a file and no folder", "utf-8")
    for words in (("new", "pathway", "first-try"), ("diagram", str(CATALOGUE[0]))):
        done = CliRunner().invoke(app, [*words, "--to", str(in_the_way)])
        assert isinstance(done.exception, Failed), done.exception
        assert str(done.exception).endswith("Name a folder where you may write.")
