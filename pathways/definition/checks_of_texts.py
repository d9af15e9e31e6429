"""Soundness of the names, texts and lists of a definition, whatever they say: form, languages, entries."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import BEGINNING, Pathway
from pathways.definition.programmes import texts_in
from pathways.definition.texts import LANGUAGES, Text

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PHONE = re.compile(r"\+?[0-9](?:[ -]?[0-9])*")
_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
_LONGEST_NAME = 60
_CONTROLS = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
"""Unicode categories that are no part of a line of text: what cannot be seen or turns letters round, and ends."""


def texts_of(pathway: Pathway) -> Iterator[tuple[KeyPath, Text]]:
    """Every text of a pathway that is written in several languages, with its path."""
    yield ("title",), pathway.title
    for section in ("roles", "reasons", "rejections", "waivers", "competences"):
        plain: Mapping[str, Text] = getattr(pathway, section)
        yield from (((section, key), text) for key, text in plain.items())
    yield from ((("agreement", "annexes", key), text) for key, text in pathway.agreement.annexes.items())
    for section in (
        *("levels", "urgencies", "readiness", "moves", "follow_ups", "ends"),
        *("services", "pauses", "milestones", "clocks", "treatments", "tasks", "packages", "roll_outs", "meetings"),
    ):
        yield from (((section, key, "title"), entry.title) for key, entry in getattr(pathway, section).items())
    if pathway.fixed_contact is not None:
        yield ("fixed_contact", "title"), pathway.fixed_contact.title
    for key, meeting in pathway.meetings.items():
        yield from ((("meetings", key, "decisions", name), text) for name, text in meeting.decisions.items())
    if pathway.coming_back is not None:
        yield from ((("coming_back", "causes", key), text) for key, text in pathway.coming_back.causes.items())
    yield from texts_in(pathway.enrolment, pathway.evaluation)


def check_texts(pathway: Pathway) -> Iterator[Finding]:
    """Every text says something, on one line, in every declared language and in no other."""
    for place, language in enumerate(pathway.languages):
        yield from check_language(language, ("languages", place))
    for path, text in texts_of(pathway):
        yield from _check_text(path, text, pathway.languages)
    for place, words in enumerate(pathway.agreement.parties):
        yield from check_line(words, ("agreement", "parties", place))


def check_language(language: str, path: KeyPath) -> Iterator[Finding]:
    """The language is one that Handslag speaks."""
    if language not in LANGUAGES:
        mend = f"Choose from: {', '.join(LANGUAGES)}."
        yield Finding(Code.UNKNOWN_LANGUAGE, path, language, f"Handslag has no texts in `{language}`.", mend)


def check_line(words: str, path: KeyPath) -> Iterator[Finding]:
    """The words are one line of text that is not empty."""
    if not words.strip():
        yield Finding(Code.EMPTY_TEXT, path, words, "This text is empty.", "Write what people are to read.")
    elif any(unicodedata.category(letter) in _CONTROLS for letter in words):
        sentence = "This text is more than one line, or holds a character that cannot be seen."
        yield Finding(Code.TEXT_NOT_ONE_LINE, path, words, sentence, "Write it on one line, without tabs.")


def check_names(names: Iterable[tuple[KeyPath, str]], at_key: bool = True) -> Iterator[Finding]:
    """Every name is lower-case words joined by hyphens, and not too long to stand in a tag."""
    for path, name in names:
        if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
            mend = f"Write `{_as_name(name)}`, and the same wherever it is named."
            yield Finding(
                Code.WRONG_NAME, path, name, "This is not a name of lower-case words and hyphens.", mend, at_key
            )


def check_reserved_names(pathway: Pathway) -> Iterator[Finding]:
    """No move, urgency or reason has the name that stands for the beginning of an episode for another team."""
    for section in ("moves", "urgencies", "reasons"):
        if BEGINNING in getattr(pathway, section):
            sentence = f"`{BEGINNING}` stands for the request to a team for which another has begun an episode."
            mend = "Choose another name; the limits of that request are given under `beginning`."
            yield Finding(Code.RESERVED_NAME, (section, BEGINNING), BEGINNING, sentence, mend, at_key=True)


def check_clock_names(pathway: Pathway) -> Iterator[Finding]:
    """The names of clocks are such names too, perhaps several joined by dots, as in `se.lus.sip-call`."""
    for name in pathway.clocks:
        parts = name.split(".")
        if len(name) > _LONGEST_NAME or not all(_NAME.fullmatch(part) for part in parts):
            mend = f"Write `{'.'.join(map(_as_name, parts))[:_LONGEST_NAME]}`."
            sentence = "This is not a name of lower-case words, hyphens and dots."
            yield Finding(Code.WRONG_NAME, ("clocks", name), name, sentence, mend, at_key=True)


def check_lists(lists: Iterable[tuple[KeyPath, Sequence[str]]]) -> Iterator[Finding]:
    """No list holds an entry twice."""
    for path, entries in lists:
        for place, entry in enumerate(entries):
            if entry in entries[:place]:
                yield Finding(
                    Code.REPEATED_ENTRY,
                    (*path, place),
                    entry,
                    "This stands twice in the list.",
                    "Remove one of the two.",
                )


def check_not_empty(sections: Iterable[tuple[KeyPath, Sequence[object] | Mapping[str, object]]]) -> Iterator[Finding]:
    """None of these lists and mappings is empty."""
    for path, entries in sections:
        if not entries:
            name = str(path[-1])
            yield Finding(Code.EMPTY_LIST, path, name, f"`{name}` is empty.", "Write at least one entry.", at_key=True)


def check_phone(number: str | None, path: KeyPath) -> Iterator[Finding]:
    """The text is a phone number, if there is one: 3 to 15 digits, as for 112 and abroad (ITU-T E.164)."""
    if number is not None and not (_PHONE.fullmatch(number) and 3 <= sum(map(str.isdigit, number)) <= 15):
        mend = "Write digits with spaces or hyphens between, such as +46 8 465 004 00."
        yield Finding(Code.WRONG_PHONE, path, number, f"`{number}` is not a phone number.", mend)


def check_secret(name: str, path: KeyPath) -> Iterator[Finding]:
    """The text is the name of a secret, and not the secret itself. It is not repeated."""
    if ":" in name or "@" in name:
        sentence = "This is an address, perhaps with its password, and everyone who has the file can read it."
        mend = "Keep the address in the secret store, change its password, and write here only the secret's name."
        yield Finding(Code.SECRET_IN_FILE, path, "", sentence, mend)
    elif not _SECRET_NAME.fullmatch(name):
        mend = "Write capital letters, digits and underscores, such as WARD_FIRST."
        yield Finding(Code.WRONG_SECRET_NAME, path, "", "This is not the name of a secret.", mend)


def _check_text(path: KeyPath, text: Text, languages: Sequence[str]) -> Iterator[Finding]:
    for language in languages:
        if language not in text:
            mend = f"Add `{language}:` and the text."
            yield Finding(
                Code.MISSING_LANGUAGE, path, language, f"This text is missing in `{language}`.", mend, at_key=True
            )
    for language, words in text.items():
        if language not in languages:
            sentence = f"The pathway does not declare the language `{language}`."
            mend = "Remove the text, or add the language to `languages` and translate every text."
            yield Finding(Code.UNDECLARED_LANGUAGE, (*path, language), language, sentence, mend, at_key=True)
        yield from check_line(words, (*path, language))


def _as_name(name: str) -> str:
    """The nearest name that would be right."""
    plain = unicodedata.normalize("NFKD", name.lower()).replace("æ", "ae").replace("ø", "o")
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    return "-".join(words)[:_LONGEST_NAME].strip("-").lstrip("0123456789-") or "a-name"
