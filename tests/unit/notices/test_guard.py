"""The guard: what must never leave is found wherever it stands, and ordinary notices pass."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.care.notice_kinds import NoticeKind
from pathways.care.references import ReferenceKind, new_reference
from pathways.definition.texts import Language
from pathways.notices.guard import Leak, LeakCode, Place, guarded, inspect
from pathways.notices.local_times import in_words
from pathways.notices.words import NoticeFacts, Words, render, render_generic

TEMPLATES = Path(__file__).parents[3] / "templates"
NOW = datetime(2025, 12, 3, 12, 0, tzinfo=UTC)
FACTS = NoticeFacts(
    kind=NoticeKind.REQUESTED,
    language=Language.SWEDISH,
    reference="H7K2-QM4T",
    episode="E3RW-9XKD",
    due_at=NOW,
    time_zone="Europe/Stockholm",
    link="https://handslag.example/h/H7K2-QM4T",
    is_repeat=False,
)

REVEALING = (
    *("cancer", "cancern", "Lungcancer", "PALLIATIV", "palliativa", "pallia\u00adtiv", "terminalfas", "lindrande"),
    *("terminalerklæring", "hospice", "SSIH", "brystkræft", "BRYSTKRÆFT", "tumör", "tumor", "diagnosen", "ej-HLR"),
    *("dødsfald", "avliden", "Alzheimers", "bereavement", "sjukvård i hemmet", "livets slutskede"),
)
COMMON = (
    *("alls", "kolla", "kraft", "humör", "determinant", "implementera", "lindrigt", "bestämma", "bekræft", "dodge"),
    *("Svara i dag, annars går frågan vidare.", "The receiver has accepted.", "Modtageren har sagt ja."),
)
LETTERS = "abcdefghijklmnopqrstuvwxyzåäöæøéü"
births = st.dates(min_value=date(1900, 1, 1), max_value=date(2039, 12, 31))
serials = st.integers(0, 9999).map("{:04}".format)
marks = st.sampled_from(["", "-", "+", " ", "–"])
days_added = st.sampled_from([0, 60])


@st.composite
def swedish_numbers(draw: st.DrawFn) -> str:
    born, century = draw(births), draw(st.booleans())
    day = born.day + draw(days_added)
    return f"{born:{'%Y' if century else '%y'}%m}{day:02}{draw(marks)}{draw(serials)}"


@st.composite
def danish_numbers(draw: st.DrawFn) -> str:
    born = draw(births)
    return f"{born.day + draw(days_added):02}{born:%m%y}{draw(marks)}{draw(serials)}"


@st.composite
def names(draw: st.DrawFn) -> str:
    words = st.text(LETTERS, min_size=2, max_size=12).map(str.capitalize)
    return draw(st.sampled_from([" ", "-"])).join(draw(st.lists(words, min_size=1, max_size=3)))


def codes_in(text: str, known: tuple[str, ...] = ()) -> set[LeakCode]:
    return {leak.code for leak in inspect(Words("", text), known)}


@given(before=st.text(), number=swedish_numbers(), after=st.text())
def test_a_swedish_number_is_caught_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert LeakCode.PERSONAL_NUMBER in codes_in(before + number + after)


@given(before=st.text(), number=danish_numbers(), after=st.text())
def test_a_danish_number_is_caught_wherever_it_stands(before: str, number: str, after: str) -> None:
    assert LeakCode.CPR_NUMBER in codes_in(before + number + after)


@given(before=st.text(), name=names(), ending=st.sampled_from(["", "s", "'s", ",", "."]), after=st.text())
def test_a_known_name_is_caught_wherever_it_stands(before: str, name: str, ending: str, after: str) -> None:
    for written in (name, name.upper(), name.lower()):
        assert LeakCode.KNOWN_NAME in codes_in(f"{before} {written}{ending} {after}", (name,))


@given(
    kind=st.sampled_from(NoticeKind),
    language=st.sampled_from(Language),
    seed=st.integers(0),
    due_at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - st.datetimes adds the time zone
    port=st.none() | st.integers(1, 65535),
)
def test_references_times_and_links_never_trip_it(
    kind: NoticeKind, language: Language, seed: int, due_at: datetime, port: int | None
) -> None:
    chance = Random(seed)  # noqa: S311 - a test that can be repeated
    handover, episode = new_reference(ReferenceKind.HANDOVER, chance), new_reference(ReferenceKind.EPISODE, chance)
    link = f"https://handslag.example/h/{handover}" if port is None else f"http://127.0.0.1:{port}/h/{handover}"
    facts = replace(FACTS, kind=kind, language=language, reference=handover, episode=episode, due_at=due_at, link=link)

    assert inspect(render(facts, TEMPLATES, NOW), ["Ebba", "Lindqvist", "Korttidsenheten Gränna"]) == []
    assert inspect(Words(in_words(due_at, NOW, "Europe/Copenhagen", language), due_at.isoformat()), []) == []


@pytest.mark.parametrize("word", REVEALING)
def test_words_that_tell_of_the_care_are_caught(word: str) -> None:
    assert codes_in(f"Det gäller {word}, i dag.") == {LeakCode.REVEALING_WORD}


@pytest.mark.parametrize("text", COMMON)
def test_common_words_pass(text: str) -> None:
    assert codes_in(text) == set()


@pytest.mark.parametrize(
    "number",
    ["19850101-T123", "850101K061", "20010203SF1A", "991985010112", "198501450123", "010185-ABC1", "0123456789"],
)
def test_reserve_numbers_and_other_long_numbers_are_caught(number: str) -> None:
    assert LeakCode.RESERVE_NUMBER in codes_in(f"Numret är {number}.")


@pytest.mark.parametrize("text", ["Åsa", "ASA", "Asa", "åsas", "(Åsa)", "a\u030asa", "Å\u00adsa"])
def test_a_name_is_found_with_and_without_its_accents(text: str) -> None:
    assert codes_in(text, ("Åsa",)) == {LeakCode.KNOWN_NAME}


def test_a_name_within_another_word_is_not_that_name() -> None:
    assert codes_in("Vi har svarat.", ("Svar", "Ha")) == set()


def test_empty_names_and_initials_are_not_looked_for() -> None:
    assert codes_in("A b c", ("", " ", "A", "-")) == set()


def test_each_part_of_a_notice_is_looked_at() -> None:
    assert inspect(Words("850101-K123", "cancer"), ["Eksjö"], sender="Eksjö <a@example.org>") == [
        Leak(LeakCode.RESERVE_NUMBER, Place.SUBJECT),
        Leak(LeakCode.REVEALING_WORD, Place.BODY),
        Leak(LeakCode.KNOWN_NAME, Place.SENDER),
    ]


def test_words_that_tell_nothing_are_sent_as_they_are() -> None:
    result = guarded(FACTS, TEMPLATES, NOW, ["Ebba"])

    assert result.words == render(FACTS, TEMPLATES, NOW)
    assert result.leaks == ()


def test_words_that_leak_become_the_generic_ones() -> None:
    result = guarded(FACTS, TEMPLATES, NOW, ["överlämning"])

    assert result.words == render_generic(FACTS, TEMPLATES, NOW)
    assert result.leaks == (Leak(LeakCode.KNOWN_NAME, Place.SUBJECT), Leak(LeakCode.KNOWN_NAME, Place.BODY))
    assert "överlämning" not in repr(result.leaks)


def test_a_link_that_leaks_is_left_out_of_the_generic_words() -> None:
    facts = replace(FACTS, link="https://palliativ.example/h/H7K2-QM4T")
    result = guarded(facts, TEMPLATES, NOW, [])

    assert result.words == render_generic(replace(facts, link=None), TEMPLATES, NOW)
    assert inspect(result.words, []) == []


def test_without_a_link_the_generic_words_say_to_log_in() -> None:
    result = guarded(replace(FACTS, link=None), TEMPLATES, NOW, ["svar"])

    assert "Logga in" in result.words.body


@pytest.mark.parametrize(
    "listed",
    [
        "Länssjukhuset Ryhov (Jönköping)",
        "Länssjukhuset Ryhov, Jönköping",
        "Länssjukhuset Ryhov [norr",
        "(Region) Länssjukhuset Ryhov",
    ],
)
@pytest.mark.parametrize("said", ["Länssjukhuset Ryhov", "LANSSJUKHUSET RYHOVS", "Länssjukhuset Ryhov (Jönköping)"])
def test_a_unit_is_known_by_the_name_that_people_say_whatever_the_list_adds_to_it(listed: str, said: str) -> None:
    assert LeakCode.KNOWN_NAME in codes_in(f"Bed free at {said}.", (listed,))


def test_what_a_list_adds_to_a_name_is_no_name_by_itself() -> None:
    assert codes_in("Jönköping: look at the board.", ("Länssjukhuset Ryhov (Jönköping)",)) == set()
