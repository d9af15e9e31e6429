"""The evaluation as a page, as plots and as data: nobody is named, few are said to be few, and no effect is claimed."""

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_up_programmes import ABILITY, HOURS, NAME, TEMPLATES, citizen, many, report

from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.reports.evaluation_contents import Subject
from pathways.reports.evaluations import data, html, plots

SVG = "{http://www.w3.org/2000/svg}"


def said(subjects: list[Subject], language: Language = Language.ENGLISH) -> str:
    """The words of the page, without its plots."""
    page = re.sub(
        r"<svg.*?</svg>|<style>.*?</style>", " ", html(report(subjects, language), TEMPLATES), flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_tells_numbers_medians_and_the_change() -> None:
    words = said(many(12, 10))
    assert "Of the 12 enrolled citizens measured both before and after, the median change was 10" in words
    assert "Enrolled so far 12 Places 12 of 25 are taken" in words
    assert "from 2 weeks before the enrolment to 3 days after it" in words


def test_without_anybody_to_compare_with_no_effect_is_claimed() -> None:
    words = said(many(12, 10))
    assert "There is nobody to compare with" in words
    assert "no effect is claimed" in words


def test_with_those_who_wait_both_changes_are_told_and_still_no_effect() -> None:
    words = said([*many(12, 15), *many(6, 5, waits=True, first=20)])
    assert "Of the 6 citizens who waited, the median change was 5" in words
    assert "Those to compare with are few (6)" in words
    assert "no proof of an effect" in words
    assert "nobody to compare with" not in words
    assert "Those to compare with are few" not in said([*many(12, 15), *many(12, 5, waits=True, first=20)])


def test_few_observations_are_said_to_be_few() -> None:
    assert "These are few (6)" in said(many(6, 10))
    assert "These are few" not in said(many(12, 10))


def test_of_fewer_than_five_the_page_tells_only_that_and_draws_nothing() -> None:
    words = said(many(3, 10))
    assert "that is too few to tell anything" in words
    assert "fewer than 5" in words
    assert "50" not in words
    assert "<svg" not in html(report(many(3, 10)), TEMPLATES)
    assert "Nobody has been measured both before and after yet" in said([])


@pytest.mark.parametrize("language", Language)
def test_every_language_has_every_word_and_the_page_names_nobody(language: Language) -> None:
    subjects = [
        *many(12, 10),
        *many(6, 5, waits=True, first=20),
        *(citizen(40 + n, (40,), end="deceased") for n in (1, 2)),
    ]
    page = html(report(subjects, language), TEMPLATES)
    assert f'<html lang="{language}">' in page
    assert NAME not in page
    assert "E222" not in page
    assert "%(" not in page
    assert not re.search(r"(src|href)=.http", page)


def test_the_data_says_as_little_of_small_groups_as_the_page() -> None:
    found = data(report([*many(12, 10), *many(3, 5, waits=True, first=20)]))
    waiting = found["measures"][ABILITY]["groups"]["waiting"]
    assert waiting["before"] == {"observations": "<5", "is_few": True}
    assert waiting["courses"] == []
    assert found["waiting"] == "<5"
    assert found["claims_an_effect"] is False
    assert found["measures"][ABILITY]["groups"]["enrolled"]["change"]["median"] == 10
    text = json.dumps(found)
    assert NAME not in text
    assert "E222" not in text


def test_a_plot_is_sound_svg_with_text_that_can_be_read_and_a_line_for_each_citizen() -> None:
    drawn = plots(report(many(12, 10)), TEMPLATES)
    assert list(drawn) == [ABILITY]  # nobody's hours were measured
    root = ElementTree.fromstring(drawn[ABILITY])  # noqa: S314 - our own
    texts = ["".join(each.itertext()).strip() for each in root.iter(f"{SVG}text")]
    assert {"Before", "During", "After", "Enrolled", "Self-reliance"} <= set(texts)
    assert HOURS not in drawn
    assert drawn == plots(report(many(12, 10)), TEMPLATES)


def test_faulty_words_or_a_faulty_template_are_one_sentence(tmp_path: Path) -> None:
    for name, old, new in (
        ("evaluation.en.toml", "%(count)s", "%(nonsense)s"),
        ("evaluation.html", "{{ w.title }}", "{{ w.nothing.at_all }}"),
    ):
        templates = tmp_path / name
        shutil.copytree(TEMPLATES, templates)
        file = templates / "reports" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        with pytest.raises(Failed, match="evaluation are faulty"):
            html(report(many(6, 10)), templates)


def test_who_left_a_place_to_another_is_still_counted_as_enrolled_and_takes_none() -> None:
    left = [citizen(number, (40,), end="declined") for number in range(40, 46)]
    assert "Enrolled so far 31 Places 25 of 25 are taken" in said([*many(25, 10), *left])
