"""`handslag check`: silent on what is sound, and on what is not it tells, explains and gives an example."""

import json
from pathlib import Path

from typer.testing import CliRunner

from handslag.cli import app
from pathways.errors import NotFound

BROKEN = Path(__file__).parents[1] / "broken"


def run(*words: str) -> tuple[int, str, BaseException | None]:
    done = CliRunner().invoke(app, ["check", *words])
    return done.exit_code, done.output, done.exception


def test_a_network_that_is_sound_is_proved() -> None:
    code, output, _ = run(str(BROKEN / "sound/pathway.yaml"), str(BROKEN / "sound/network.yaml"))
    assert code == 0
    assert output.startswith("Sound: pathway small of 2026-01-01, network small-network.")
    assert "Proved: " in output
    assert "every hour of the year from " in output


def test_a_pathway_alone_is_checked_and_there_is_nothing_to_prove() -> None:
    code, output, _ = run(str(BROKEN / "sound/pathway.yaml"))
    assert (code, output) == (0, "Sound: pathway small of 2026-01-01.\n")


def test_what_the_proof_finds_comes_with_its_example() -> None:
    files = [str(BROKEN / "sound/pathway.yaml"), str(BROKEN / "level-out-of-reach.yaml")]
    code, _, error = run(*files)
    assert code == 1
    assert "For example: A patient begins at `home`" in str(error)
    code, output, _ = run(*files, "--json")
    assert code == 1
    (fault,) = json.loads(output)
    assert fault["code"] == "level-out-of-reach"
    assert fault["example"].startswith("A patient begins at `home`")


def test_a_code_is_explained_with_a_faulty_example_and_its_mend() -> None:
    code, output, _ = run("--explain", "arrive-not-longer")
    assert code == 0
    faulty, mended = output.partition("Faulty:")[2].split("Mended:")
    assert "{answer: 2 h, arrive: 120 min, repeat: 1 h}" in faulty
    assert "{answer: 2 h, arrive: 2 days, repeat: 1 h}" in mended


def test_a_code_is_explained_to_a_program() -> None:
    _, output, _ = run("--explain", "too-large", "--json")
    found = json.loads(output)
    assert found["why"].startswith("A definition is at most 1 MB")
    assert found["faulty"] == ""


def test_a_code_that_is_none_is_answered_with_those_that_are_close() -> None:
    _, _, error = run("--explain", "unknown-rol")
    assert isinstance(error, NotFound)
    assert "Did you mean unknown-role" in str(error)
    _, _, error = run("--explain", "zzz")
    assert "docs/reference/faults.md" in str(error)
