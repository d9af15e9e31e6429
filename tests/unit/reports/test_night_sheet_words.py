"""The words of the night sheet: whole in three languages; and what was typed, made fit for a page."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_sheets import TEMPLATES, sheet

from pathways.care.communication import IllnessSeverity
from pathways.care.patient import SaidBy, TreatmentLimit
from pathways.definition.conditions import Phase
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.reports.night_sheets import html
from pathways.reports.words import phone_in_groups, visible, words_of

every_language = pytest.mark.parametrize("language", Language)


def flat(words: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def words(language: Language) -> dict[str, Any]:
    return words_of("night-sheet", language, TEMPLATES)


@every_language
def test_every_language_has_the_same_words_and_fills_in_the_same(language: Language) -> None:
    def slots(language: Language) -> dict[str, set[str]]:
        return {key: set(re.findall(r"%\((\w+)\)s", text)) for key, text in flat(words(language))}

    assert slots(language) == slots(Language.ENGLISH)
    assert all(text.strip() for _key, text in flat(words(language)))


@every_language
def test_every_code_has_its_word(language: Language) -> None:
    found = words(language)
    assert set(found["limits"]["names"]) == set(TreatmentLimit)
    assert set(found["state"]["phases"]) == set(Phase)
    assert set(found["state"]["severities"]) == set(IllnessSeverity)
    assert set(found["wishes"]["said_by"]) == set(SaidBy)


@every_language
def test_every_word_is_used_by_the_template(language: Language) -> None:
    template = (TEMPLATES / "reports" / "night-sheet.html").read_text(encoding="utf-8")
    code = (Path(__file__).parents[3] / "pathways/reports/night_sheets.py").read_text(encoding="utf-8")
    groups = ("limits.names.", "state.phases.", "state.severities.", "wishes.said_by.")
    keys = [key for key, _text in flat(words(language)) if not key.startswith(groups)]
    assert [key for key in keys if f"w.{key}" not in template and f'words["{key}"]' not in code] == []


@pytest.mark.parametrize("spoilt", ["title = ", "", 'title = "%(nothing)s"'])
def test_words_that_are_faulty_are_told_by_file_and_not_by_trace(tmp_path: Path, spoilt: str) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    (tmp_path / "templates/reports/night-sheet.en.toml").write_text(spoilt, encoding="utf-8")
    with pytest.raises(Failed, match=r"faulty \(\w+\)\. Put back"):
        html(sheet(), tmp_path / "templates")


def test_words_that_are_missing_are_told_too(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"night-sheet\.en\.toml are missing"):
        html(sheet(), tmp_path)


@given(st.text())
def test_what_is_made_visible_holds_what_can_be_seen_and_no_endless_word(text: str) -> None:
    shown = visible(text)
    seen = re.sub(r"[\s\u200b]+", "", shown)
    assert all(character in text for character in seen)
    assert not re.search(r"[\x00-\x08\x1b\u202e\u2066]", shown)
    assert max(map(len, re.split(r"[\s\u200b]+", shown))) < 24 + 8 + 1
    assert "" not in shown.split("\n") or shown == ""


def test_lines_stay_and_words_are_not_torn() -> None:
    assert visible("  first \n\n\tsecond\x07\r\nthird") == "first\nsecond\nthird"
    assert visible("överrapporteringsblanketten") == "överrapporteringsblanketten"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+46701740605", "+46 701 74 06 05"),
        ("+4636101010", "+46 36 10 10 10"),
        ("+4536990000", "+45 36 99 00 00"),
        ("+12025550143", "+12025550143"),
        ("", ""),
    ],
)
def test_a_phone_number_is_written_as_it_is_read_aloud(phone: str, shown: str) -> None:
    assert phone_in_groups(phone) == shown
    assert shown.replace(" ", "") == phone
