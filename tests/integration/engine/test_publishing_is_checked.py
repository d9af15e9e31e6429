"""Publishing takes nothing that `handslag check` refuses, whichever door it comes through: every broken file is tried.

What is wrong in how a file is written never becomes a pathway or a network, so a program cannot give it at all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.databases import SqliteFiles, one_from
from engine.world import Day, a_day, settings
from handslag.playground import definitions_of
from pathways.definition.documents import document_of
from pathways.definition.faults import Code, DefinitionError
from pathways.definition.limits import with_limits_divided_by
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.definition.structure import fit
from pathways.errors import Refused

BROKEN = Path(__file__).parents[2] / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))


def expected(path: Path) -> Code:
    (code,) = re.findall(r"^# expected: (\S+) on", path.read_text("utf-8", errors="replace"), re.MULTILINE)
    return Code(code)


def companions(path: Path) -> list[Path]:
    """The sound files that a broken one is checked with."""
    named = re.findall(r"^# with: (.*)$", path.read_text("utf-8", errors="replace"), re.MULTILINE)
    return [BROKEN / "sound" / name for name in ", ".join(named).split(", ") if name]


def as_a_program_has_it(path: Path) -> Pathway | Network | None:
    """The model of a broken file, made without asking whether it is sound; None where it does not become one."""
    try:
        document = document_of(path.read_bytes().decode("utf-8"), path.name)
    except (DefinitionError, UnicodeDecodeError):
        return None
    if document.faults or not isinstance(document.value, dict):
        return None
    kind = next(iter(document.value), "")
    fitted = fit(document, Pathway) if kind == "pathway" else fit(document, Network) if kind == "network" else None
    return None if fitted is None or fitted.findings else fitted.model


MODELS = [(path, model) for path in FILES if (model := as_a_program_has_it(path)) is not None]


def given(path: Path, model: Pathway | Network) -> tuple[list[Pathway], list[Network]]:
    pathways, networks = read_definitions(companions(path))
    if isinstance(model, Network):
        return [*pathways], [*networks, model]
    return [*pathways, model], [*networks]


@pytest.fixture
def empty(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Day]:
    """A day on which nothing is published. What is refused is refused before a database hears of it: one is enough."""
    with one_from(sqlite_files) as database:
        yield a_day(database.engine, settings(tmp_path), is_published=True)


def test_the_broken_files_that_become_models_are_most_of_them() -> None:
    codes = {expected(path) for path, _model in MODELS}
    assert len(codes) >= 120, sorted(code for code in Code if code not in codes)


@pytest.mark.parametrize(("path", "model"), MODELS, ids=[path.stem for path, _model in MODELS])
def test_nothing_that_check_refuses_is_published(empty: Day, path: Path, model: Pathway | Network) -> None:
    with pytest.raises(Refused):
        empty.operations.publishing.apply(*given(path, model))
    assert empty.operations.publishing.published() == ([], [])


def test_limits_that_are_divided_until_they_are_out_of_order_are_not_published(empty: Day) -> None:
    pathways, networks = definitions_of(["jammerbugt-demo"])
    hurried = [with_limits_divided_by(pathway, 600) for pathway in pathways]
    with pytest.raises(Refused, match=r"jammerbugt-iv of .* is not sound: `remind` is not shorter than `answer`"):
        empty.operations.publishing.apply(hurried, networks)
