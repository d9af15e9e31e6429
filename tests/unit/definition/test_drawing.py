"""Pathways as pictures, drawn by the real Graphviz."""

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from safe_definitions import SAFE
from small_definitions import PATHWAY, changed

from pathways.definition.drawing import mermaid, svg
from pathways.definition.drawing_words import WORDS, duration_in
from pathways.definition.durations import Duration
from pathways.definition.reading import pathway_of
from pathways.definition.texts import LANGUAGES
from pathways.errors import Failed

SMALL = pathway_of(PATHWAY, "small.yaml")


def test_mermaid_shows_levels_moves_limits_beginnings_and_ends() -> None:
    text = mermaid(SMALL, "sv")
    assert text.startswith("flowchart TB\n")
    assert '  level-home["Hemma<br/>Ansvarig: Hemteam"]' in text
    assert "  begins --> level-home\n" in text
    assert '  level-home -->|"Till plats<br/>Akut: 30 min → 4 h<br/>vid platsbrist: Vila"| level-bed' in text
    assert '  level-rest -.->|"Hem<br/>Akut: 2 h → 2 dygn"| level-home' in text
    assert 'ending-deceased(["Avliden: Samtal inom 6 veckor"])' in text
    assert 'ending-moved(["Flyttad"])' in text


def test_mermaid_takes_no_text_for_a_sign_of_its_own() -> None:
    pathway = pathway_of(changed(PATHWAY, "{sv: Hemma, en: Home}", "{sv: Hemma, en: '\"A\" <b> & #1'}"), "x")
    assert '["#quot;A#quot; #lt;b#gt; #amp; #35;1<br/>' in mermaid(pathway, "en")


def test_a_move_says_when_it_is_suggested_on_lines_that_are_not_long() -> None:
    assert (
        "föreslås när: fas terminal eller försämring<br/>eller (NRS minst 7 och AKPS 20–40 och vårdas<br/>"
        "inte på önskad plats)" in mermaid(pathway_of(SAFE, "x"), "sv")
    )


@pytest.mark.skipif(shutil.which("dot") is None and "CI" not in os.environ, reason="needs Graphviz: install graphviz")
def test_svg_is_a_picture_with_every_title() -> None:
    pathway = pathway_of(changed(SAFE, "{sv: Hemma, en: Home}", "{sv: Hemma, en: 'A & <b>'}"), "x")
    words = " ".join(ElementTree.fromstring(svg(pathway, "en")).itertext())  # noqa: S314 - our own picture
    for said in (
        "Small",
        "A & <b>",
        "Responsible: Ward",
        "To rest",
        "Acute: 30 min → 4 h",
        "Can begin here",
        "Moved",
        "suggested when",
    ):
        assert said in words


def test_without_dot_the_answer_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match="apt install graphviz"):
        svg(SMALL, "sv")


def test_a_picture_is_what_dot_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small = tmp_path / "dot"
    small.write_text("#!/bin/sh\necho '<svg/>'\n")
    small.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert svg(SMALL, "sv").strip() == "<svg/>"


def test_a_dot_that_stops_is_a_failure_with_its_status(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "dot"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failed, match="status 3"):
        svg(SMALL, "sv")


def test_a_drawing_has_the_same_words_in_every_language() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert all(set(WORDS[language]) == set(WORDS["sv"]) for language in LANGUAGES)
    assert [duration_in(language, Duration.of("2 weeks")) for language in LANGUAGES] == [
        "2 veckor",
        "2 uger",
        "2 weeks",
    ]
