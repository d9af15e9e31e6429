"""Every file of tests/broken is refused with the fault that its first comment names, on that line.

A file is a sound definition but for one thing. Comments at its top say which `code` is expected on which line, `with`
which sound files it is checked, what is `told`, and which codes `also` follow from the same thing.
"""

import re
from datetime import date
from pathlib import Path

import pytest

from pathways.care.proof.proving import Prover
from pathways.definition.explaining import explained
from pathways.definition.faults import Code, DefinitionError
from pathways.definition.reading import read_definitions

FOLDER = Path(__file__).parents[2] / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))
SOUND = sorted((FOLDER / "sound").glob("*.yaml"))
BEGIN = date(2026, 11, 22)

NOT_OF_A_FILE = {Code.MISSING_FILE, Code.TOO_LARGE, Code.UNWATCHED}
"""No small file has these: none at all, one larger than 1 MB, and rules of care that are broken themselves."""


def said(path: Path, key: str) -> str:
    """What a comment at the top of a broken file says; empty where it says nothing."""
    text = path.read_text("utf-8", errors="replace")
    found = re.search(rf"^# {key}: (.*)$", text, re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_definition_is_refused_with_its_code_on_its_line(path: Path) -> None:
    code, line = said(path, "expected").split(" on line ")
    beside = [FOLDER / "sound" / name for name in filter(None, said(path, "with").split(", "))]
    with pytest.raises(DefinitionError) as caught:
        read_definitions([path, *beside], prover=Prover(BEGIN))
    faults = [fault for fault in caught.value.faults if fault.file == str(path)]
    told = {(fault.code.value, str(fault.line)): f"{fault.sentence} {fault.mend}" for fault in reversed(faults)}
    assert path.name.startswith(f"{code}.")
    assert told[code, line] == said(path, "told"), "run: python -m docs.breaking"
    assert {fault.code.value for fault in faults} == {code, *filter(None, said(path, "also").split(", "))}


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_what_stands_beside_them_is_sound(path: Path) -> None:
    beside = {"network": ["pathway.yaml"], "network-with-districts": ["pathway-with-all.yaml"]}.get(path.stem, [])
    assert read_definitions([path, *(FOLDER / "sound" / name for name in beside)])


def test_every_code_is_the_fault_of_a_file() -> None:
    assert len(FILES) >= 60
    assert {Code(said(path, "expected").split()[0]) for path in FILES} == set(Code) - NOT_OF_A_FILE


@pytest.mark.parametrize("code", sorted(set(Code) - NOT_OF_A_FILE), ids=str)
def test_every_code_is_explained_with_a_smallest_faulty_example_and_its_mend(code: Code) -> None:
    found = explained(code)
    assert found.code is code
    assert found.why == code.explanation
    assert found.faulty != found.mended
    assert found.told
    path = FOLDER / f"{code}.yaml"
    if code not in (Code.NOT_UTF_8, Code.TEXT_NOT_ONE_LINE, Code.YAML_SYNTAX):
        lines = path.read_text("utf-8").splitlines()
        assert all(line in lines for line in found.faulty.splitlines()), found.faulty


def test_an_example_shows_nothing_beside_what_is_at_fault() -> None:
    with_agreement = {code for code in Code if "agreement:" in explained(code).faulty.splitlines()}
    assert with_agreement == {Code.REPLACES_ITSELF, Code.REVIEW_TOO_EARLY}


def test_a_code_that_no_small_file_shows_is_explained_in_words_alone() -> None:
    assert explained(Code.TOO_LARGE).faulty == ""
