"""The words of refusals: all that the code says can be translated, is translated, and keeps what is put into it."""

import pytest

from docs.refusals import Said, places, said, said_in
from docs.translations import LANGUAGES, PAGES, as_text, missing, updated, words_of_refusals


@pytest.mark.parametrize("each", list(said()), ids=lambda each: each.where)
def test_what_the_code_says_stands_in_one_piece_with_a_value_for_each_place(each: Said) -> None:
    assert each.faults == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_words_of_refusals_and_no_others(language: str) -> None:
    file = PAGES / f"refusals.{language}.po"
    made = updated(file, language, words_of_refusals())
    assert list(missing(made)) == []
    assert file.read_bytes() == as_text(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_places_begins_and_ends_alike(language: str) -> None:
    for message in updated(PAGES / f"refusals.{language}.po", language, words_of_refusals()):
        if message.id:
            english, other = str(message.id), str(message.string)
            assert places(other) == places(english), english
            assert other.endswith(".") == english.endswith("."), english
            assert (other[0] in " ,") == (english[0] in " ,"), english


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('Refused(f"No place at {unit}.", "Wait.")', "its words are put together"),
        ('NotFound("No place at " + unit, "Wait.")', "its words are put together"),
        ('Stale("No place at {}.".format(unit), "Wait.")', "its words are put together"),
        ('Refused("No place.", "Wait." if late else f"Ask {team}.")', "its words are put together"),
        ('Refused("No place at {unit}.", "Wait.")', "nothing is put into {unit}"),
        ('Refused("No place at {unit}.", mend, units=3)', "nothing is put into {unit}"),
        ('Refused("No place.", "Wait.", unit=unit)', "{unit} stands nowhere"),
        ('Refused("It is {state}.", "Wait.", state="over")', "words that are not marked"),
        ('state = "over"\nRefused("It is {state}.", "Wait.", state=state)', "words that are not marked"),
        ('mend = "Wait."\nRefused("No place.", mend)', "words that are not marked"),
        ('Phrase("It is {state}.", state=f"over since {day}")', "words that are not marked"),
    ],
)
def test_words_that_no_translation_would_be_found_for_are_told(code: str, fault: str) -> None:
    (found,) = said_in(code, "x.py")
    assert fault in " ".join(found.faults)


def test_codes_commands_times_and_marked_words_may_be_put_in() -> None:
    code = (
        'state = Phrase("over")\n'
        'Refused("It is {state} since {at}, {unit}.", mend, command=f"handslag show {unit}", state=state, '
        'at=f"{at:%Y-%m-%d}", unit=unit)'
    )
    assert [each.faults for each in said_in(code, "x.py")] == [(), ()]
