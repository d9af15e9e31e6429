"""The extract of the log as a page: in three languages, names only where wanted, and nothing that staff typed."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from made_up_sheets import TEMPLATES

from pathways.access.table import Relation, Role
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.reports.log_extracts import Deed, Extract, Line, html
from pathways.reports.words import words_of

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
every_language = pytest.mark.parametrize("language", Language)


def line(**fields: Any) -> Line:
    values = {"at": AT, "unit": "SSIH", "role": "coordinator", "name": "Nora <b>Exempel</b>", "deed": Deed.SEEN}
    return Line(**{**values, "grounds": ("responsible", "sender"), **fields})


def page(*lines: Line, language: Language = Language.ENGLISH, with_names: bool = False) -> str:
    extract = Extract(("E7K2-QM4T",), AT, "Europe/Stockholm", language, lines)
    return html(extract, TEMPLATES, with_names=with_names)


def said(made: str) -> str:
    """The words of a page, which is well formed."""
    body = made[made.index("<body>") : made.index("</body>") + len("</body>")]
    return " ".join(" ".join(ElementTree.fromstring(body).itertext()).split())  # noqa: S314 - our own page


def flat(words: dict[str, Any], path: str = "") -> Iterator[str]:
    for key, value in words.items():
        yield from flat(value, f"{path}{key}.") if isinstance(value, dict) else [f"{path}{key}"]


@every_language
def test_every_language_has_the_same_words_and_one_for_every_code(language: Language) -> None:
    words = words_of("log-extract", language, TEMPLATES)

    assert list(flat(words)) == list(flat(words_of("log-extract", Language.ENGLISH, TEMPLATES)))
    assert set(words["deeds"]) == set(Deed)
    assert set(words["grounds"]) == set(Relation) - {Relation.EMERGENCY}
    assert set(words["roles"]) == {*Role, "command-line", "prefect"}


@every_language
def test_a_page_is_made_in_every_language(language: Language) -> None:
    words = words_of("log-extract", language, TEMPLATES)

    made = page(line(), language=language)

    assert f'<html lang="{language}">' in made
    assert words["deeds"]["seen"] in said(made)
    assert words["grounds"]["responsible"] in said(made)


def test_a_line_tells_when_which_unit_what_and_why() -> None:
    words = said(page(line()))

    assert "10:00 SSIH read is responsible for the care; hands the care over" in words.replace("10.00", "10:00")
    assert "Nora" not in words


def test_names_are_on_the_page_where_they_are_wanted_and_no_markup_comes_of_them() -> None:
    made = page(line(), with_names=True)

    assert "Nora <b>Exempel</b>, coordinator" in said(made)
    assert "<b>" not in made


def test_what_is_no_known_ground_is_left_out() -> None:
    assert "typed" not in said(page(line(grounds=("typed by somebody",))))


def test_without_any_line_the_page_says_so() -> None:
    assert "Nobody has seen it." in said(page())
    assert "no unit" in said(page(line(unit="")))


@pytest.mark.parametrize("spoilt", ["title = ", "", 'about = "%(nothing)s"'])
def test_words_that_are_faulty_are_told_by_file_and_not_by_trace(tmp_path: Path, spoilt: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates/reports/log-extract.en.toml").write_text(spoilt, encoding="utf-8")

    with pytest.raises(Failed, match=r"faulty \(\w+\)\. Put back"):
        html(Extract((), AT, "Europe/Stockholm", Language.ENGLISH, ()), tmp_path / "templates", with_names=False)
