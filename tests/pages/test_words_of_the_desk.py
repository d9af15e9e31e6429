"""The words of the pages: every one is there in every language, and no page is left with one that is not."""

from pathlib import Path

import pytest

from desk.words import translations
from docs.translations import LANGUAGES, PAGES, as_text, missing, updated, words_of_the_pages
from pathways.definition.texts import Language
from pathways.errors import Failed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_words_of_the_pages_and_no_others(language: str) -> None:
    made = updated(PAGES / f"words.{language}.po", language, words_of_the_pages())
    assert list(missing(made)) == []
    assert (PAGES / f"words.{language}.po").read_bytes() == as_text(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_takes_in_what_the_english_words_do(language: str) -> None:
    made = updated(PAGES / f"words.{language}.po", language, words_of_the_pages())
    faulty = [(message.id, list(message.check(made))) for message in made if message.id]
    assert [each for each in faulty if each[1]] == []


def test_the_three_languages_say_it_each_in_its_own_way() -> None:
    said = {each: translations(PAGES.parent, each).gettext("Inbox") for each in Language}
    assert said == {"sv": "Inkorg", "da": "Indbakke", "en": "Inbox"}


def test_a_catalogue_that_is_missing_or_faulty_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"words\.sv\.po are missing"):
        translations(tmp_path, Language.SWEDISH)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "words.da.po").write_bytes(b'msgid "\xff"')
    with pytest.raises(Failed, match="UnicodeDecodeError"):
        translations(tmp_path, Language.DANISH)
