"""The words of notices: every kind in every language, times as people say them, and what a text may know."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import meta

from pathways.care.notice_kinds import NoticeKind
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.notices.guard import inspect
from pathways.notices.local_times import day_in_words, in_words, on_paper
from pathways.notices.words import VARIABLES, NoticeFacts, Words, environment, render, render_generic

TEMPLATES = Path(__file__).parents[3] / "templates"
NOW = datetime(2025, 12, 3, 12, 0, tzinfo=UTC)
THIS_AFTERNOON = NOW + timedelta(hours=3, minutes=45)
LINK = "https://handslag.example/h/H7K2-QM4T"
ZONE = "Europe/Stockholm"

every_text = pytest.mark.parametrize(
    "name", sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("notices/*/*.txt"))
)
every_kind = pytest.mark.parametrize("kind", NoticeKind)
every_language = pytest.mark.parametrize("language", Language)


def facts_of(
    kind: NoticeKind = NoticeKind.REQUESTED,
    language: Language = Language.SWEDISH,
    *,
    episode: str = "E3RW-9XKD",
    due_at: datetime | None = THIS_AFTERNOON,
    link: str | None = LINK,
    is_repeat: bool = False,
) -> NoticeFacts:
    return NoticeFacts(
        kind=kind,
        language=language,
        reference="H7K2-QM4T",
        episode=episode,
        due_at=due_at,
        time_zone=ZONE,
        link=link,
        is_repeat=is_repeat,
    )


@every_kind
@every_language
@pytest.mark.parametrize("due_at", [None, NOW - timedelta(hours=1), THIS_AFTERNOON, NOW + timedelta(days=300)])
def test_every_kind_renders_in_every_language_and_passes_the_guard(
    kind: NoticeKind, language: Language, due_at: datetime | None
) -> None:
    words = render(facts_of(kind, language, due_at=due_at), TEMPLATES, NOW)

    assert 0 < len(words.subject) <= 78
    assert "H7K2-QM4T" in words.subject
    assert "\n" not in words.subject
    assert LINK in words.body
    assert "\n\n\n" not in words.body
    assert inspect(words, []) == []


@every_language
def test_the_texts_of_a_language_are_its_kinds_and_nothing_else(language: Language) -> None:
    texts = {path.stem for path in (TEMPLATES / "notices" / language).glob("*.txt")}

    assert texts == {kind.value for kind in NoticeKind} | {"generic", "_notice"}


@every_text
def test_a_text_uses_only_what_the_facts_give(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    loader = environment(TEMPLATES)

    assert meta.find_undeclared_variables(loader.parse(source)) <= VARIABLES


def test_every_variable_is_a_fact() -> None:
    assert {field.name for field in fields(NoticeFacts)} | {"due", "is_past"} >= VARIABLES


@every_kind
@every_language
def test_a_notice_without_link_says_how_to_find_its_matter(kind: NoticeKind, language: Language) -> None:
    words = render(facts_of(kind, language, link=None), TEMPLATES, NOW)

    assert "None" not in words.body
    assert "Handslag" in words.body.splitlines()[-1]


@every_language
def test_a_repeat_says_so_in_its_first_line(language: Language) -> None:
    once = render(facts_of(language=language), TEMPLATES, NOW).body.splitlines()
    again = render(facts_of(language=language, is_repeat=True), TEMPLATES, NOW).body.splitlines()

    assert again[0] not in once
    assert again[2:] == once


@every_language
def test_what_is_said_again_says_for_the_how_manyth_time(language: Language) -> None:
    facts = facts_of(language=language)
    once, third = (render(replace(facts, times=times), TEMPLATES, NOW).body for times in (1, 3))
    added = [line for line in third.splitlines() if line not in once.splitlines()]
    assert [word for line in added for word in line.split() if word.strip(".:").isdecimal()] == ["3."]


def test_a_request_says_what_is_asked_until_when_about_what_and_where() -> None:
    assert render(facts_of(), TEMPLATES, NOW) == Words(
        "Svar önskas: överlämning H7K2-QM4T",
        "En överlämning till er väntar på svar. Öppna den och tacka ja eller nej.\n"
        "Svara senast i dag kl. 16.45.\n"
        "\n"
        "Ärende: H7K2-QM4T i vårdepisod E3RW-9XKD\n"
        f"Öppna i Handslag: {LINK}",
    )


def test_an_escalation_says_that_an_earlier_contact_has_not_answered() -> None:
    assert (
        "An earlier contact has not answered"
        in render(facts_of(NoticeKind.ESCALATED, Language.ENGLISH), TEMPLATES, NOW).body
    )


@every_language
@pytest.mark.parametrize("kind", [NoticeKind.ESCALATED, NoticeKind.OVERDUE, NoticeKind.FOLLOW_UP_DUE])
def test_a_limit_that_has_passed_is_told_as_passed_and_not_asked_for(kind: NoticeKind, language: Language) -> None:
    passed = {Language.SWEDISH: "Tidsgränsen var", Language.DANISH: "Fristen var", Language.ENGLISH: "The limit was"}
    lines = render(facts_of(kind, language, due_at=NOW), TEMPLATES, NOW).body.splitlines()

    (line,) = (line for line in lines if "13" in line)
    assert line.startswith(passed[language])


def test_a_notice_about_the_episode_itself_names_it_once() -> None:
    words = render(facts_of(NoticeKind.ENDED, Language.DANISH, episode="H7K2-QM4T"), TEMPLATES, NOW)

    assert words.body.splitlines()[2] == "Sag: H7K2-QM4T"


@every_language
@pytest.mark.parametrize("due_at", [NOW, THIS_AFTERNOON])
def test_the_generic_words_give_only_the_reference_and_the_link(language: Language, due_at: datetime) -> None:
    words = render_generic(facts_of(language=language, due_at=due_at), TEMPLATES, NOW)

    assert "H7K2-QM4T" in words.subject
    assert len(words.body.splitlines()) == 4
    assert LINK in words.body
    assert "E3RW-9XKD" not in words.body


def test_a_due_time_without_time_zone_is_not_a_fact() -> None:
    with pytest.raises(ValueError, match="aware"):
        facts_of(due_at=datetime(2025, 12, 3, 12, 0))  # noqa: DTZ001 - it is what is refused


def test_a_text_that_is_missing_is_a_failure_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"sv/requested\.txt is missing or faulty \(TemplateNotFound\)"):
        render(facts_of(), tmp_path, NOW)


def test_a_text_that_asks_for_more_than_the_facts_is_a_failure(tmp_path: Path) -> None:
    text = tmp_path / "notices" / "sv" / "requested.txt"
    text.parent.mkdir(parents=True)
    text.write_text("Om {{ patient }}", encoding="utf-8")

    with pytest.raises(Failed, match="UndefinedError"):
        render(facts_of(), tmp_path, NOW)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
        "{{ link.__class__.__mro__[1].__subclasses__() }}",
        "{{ lipsum.__globals__['os'].popen('true').read() }}",
        "{{ '{0.__class__.__base__}'.format(link) }}",
        "{{ (link | attr('__class__')) }}",
        "{% for each in range(10 ** 9) %}{% endfor %}",
        "{% set words = [] %}{{ words.append(1) }}",
    ],
)
def test_a_text_of_an_adopters_own_reaches_nothing_but_what_it_is_given(tmp_path: Path, attack: str) -> None:
    text = tmp_path / "notices" / "sv" / "requested.txt"
    text.parent.mkdir(parents=True)
    text.write_text(f"Svara\n\n{attack}", encoding="utf-8")

    with pytest.raises(Failed, match="missing or faulty"):
        render(facts_of(), tmp_path, NOW)


def test_only_pages_are_escaped(tmp_path: Path) -> None:
    for name in ("page.html", "message.txt"):
        (tmp_path / name).write_text("{{ text }}", encoding="utf-8")
    shelf = environment(tmp_path)

    assert shelf.get_template("page.html").render(text="a & b") == "a &amp; b"
    assert shelf.get_template("message.txt").render(text="a & b") == "a & b"


@pytest.mark.parametrize(
    ("language", "instant", "words"),
    [
        (Language.SWEDISH, THIS_AFTERNOON, "i dag kl. 16.45"),
        (Language.SWEDISH, NOW - timedelta(days=1), "i går kl. 13.00"),
        (Language.SWEDISH, NOW + timedelta(days=1), "i morgon kl. 13.00"),
        (Language.SWEDISH, NOW + timedelta(days=6), "tisdag den 9 december kl. 13.00"),
        (Language.DANISH, THIS_AFTERNOON, "i dag kl. 16.45"),
        (Language.DANISH, NOW + timedelta(days=6), "tirsdag den 9. december kl. 13.00"),
        (Language.ENGLISH, THIS_AFTERNOON, "today at 16:45"),
        (Language.ENGLISH, NOW + timedelta(days=60), "Sunday 1 February 2026 at 13:00"),
    ],
)
def test_a_time_is_said_as_people_say_it(language: Language, instant: datetime, words: str) -> None:
    assert in_words(instant, NOW, ZONE, language) == words


def test_today_is_the_readers_day_and_not_the_one_of_utc() -> None:
    just_past_midnight = datetime(2025, 12, 3, 23, 30, tzinfo=UTC)

    assert in_words(just_past_midnight, NOW, ZONE, Language.ENGLISH) == "tomorrow at 00:30"


def test_an_hour_that_happens_twice_says_which_one_is_meant() -> None:
    clocks_go_back = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)

    assert in_words(clocks_go_back, NOW, ZONE, Language.ENGLISH).endswith("at 02:30 (Central European Summer Time)")
    assert in_words(clocks_go_back + timedelta(hours=1), NOW, ZONE, Language.ENGLISH).endswith(
        "at 02:30 (Central European Standard Time)"
    )


@pytest.mark.parametrize(
    ("language", "instant", "day"),
    [
        (Language.SWEDISH, "ons 3 december 2025 kl. 16.45", "3 december 2025"),
        (Language.DANISH, "ons. d. 3. december 2025 kl. 16.45", "3. december 2025"),
        (Language.ENGLISH, "Wed 3 December 2025 at 16:45", "3 December 2025"),
    ],
)
def test_paper_says_day_and_date_for_it_is_read_another_day(language: Language, instant: str, day: str) -> None:
    assert on_paper(THIS_AFTERNOON, ZONE, language) == instant
    assert day_in_words(THIS_AFTERNOON.date(), language) == day


def test_paper_tells_apart_the_hour_that_happens_twice() -> None:
    twice = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    first, second = (on_paper(at, ZONE, Language.ENGLISH) for at in (twice, twice + timedelta(hours=1)))
    assert first != second
    assert "02:30 (Central European Summer Time)" in first
    assert "02:30 (Central European Standard Time)" in second
