"""Owns the last look at a notice before it leaves: nothing in it may tell who someone is or what care they get.

A leak, or a faulty text, makes the notice go out in the bare generic words and is reported as a code; a notice is never
dropped, and the text that leaked is never passed on. Rules: `domain.md` §7 (HSLF-FS 2016:40, 3 kap. 15-16 §§).
"""

import logging
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pathways.errors import Failed
from pathways.notices.words import NoticeFacts, Words, render, render_generic

_log = logging.getLogger("handslag.notices")

SENDER = "Handslag"
"""The name that every notice is sent under."""

_DAY = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"  # 61-91: co-ordination numbers and replacement CPR
_MONTH = r"(?:0[1-9]|1[0-2])"
_GAP = r"[- ]?"
_BEFORE_SERIAL = r" ?[-+]? ?"

_PERSONAL_NUMBER = re.compile(rf"\d\d{_GAP}{_MONTH}{_GAP}{_DAY}{_BEFORE_SERIAL}\d{{4}}", re.ASCII)
_CPR = re.compile(rf"{_DAY}{_GAP}{_MONTH}{_GAP}\d\d{_BEFORE_SERIAL}\d{{4}}", re.ASCII)
_RESERVE_NUMBER = re.compile(
    r"(?<![^\W_])(?:\d{6}|\d{8})[-+]?(?=\d*[a-z])[a-z\d]{4}(?![^\W_])"
    r"|\d{10}",  # ten digits in a row are some register's number, whatever the form
    re.ASCII | re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\([^)]*\)?|\[[^]]*\]?")
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_NOT_DECOMPOSED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l"})
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_REVEALING_WORDS = Path(__file__).with_name("revealing_words.txt")


class LeakCode(StrEnum):
    """Why the generic words went out: what kind of thing leaked, or `NO_WORDS`, that the text is missing or faulty.

    A notice's fault is stored and shown as this code.
    """

    PERSONAL_NUMBER = "personal-number"
    CPR_NUMBER = "cpr-number"
    RESERVE_NUMBER = "reserve-number"
    REVEALING_WORD = "revealing-word"
    KNOWN_NAME = "known-name"
    NO_WORDS = "no-words"


class Place(StrEnum):
    """Which part of a notice leaked."""

    SUBJECT = "subject"
    BODY = "body"
    SENDER = "sender"


@dataclass(frozen=True)
class Leak:
    """One kind of thing that one part of a notice gave away. It never holds the text itself."""

    code: LeakCode
    place: Place


@dataclass(frozen=True)
class GuardedWords:
    """Words that may be sent. `leaks` is empty, or says why they are the generic ones."""

    words: Words
    leaks: tuple[Leak, ...]


def inspect(words: Words, known_to_reveal: Collection[str], sender: str = SENDER) -> list[Leak]:
    """What a notice would give away, at most one leak of each code for each place; empty when it may be sent.

    `known_to_reveal`: the patient's names, each by itself, and the network's names of teams and units. They are found
    as whole words, in any case, with or without accents and a genitive s; also without what a list adds to them in
    brackets or after a comma, such as a town. Single letters are not looked for.
    `sender`: name and address that the reader sees.
    """
    names = [name for text in known_to_reveal for form in _forms_of(text) if len(name := _as_words(form)) > 1]
    parts = {Place.SUBJECT: words.subject, Place.BODY: words.body, Place.SENDER: sender}
    return [Leak(code, place) for place, text in parts.items() for code in _codes_in(text, names)]


def guarded(
    facts: NoticeFacts,
    templates: Path,
    now: datetime,
    known_to_reveal: Collection[str],
    sender: str = SENDER,
) -> GuardedWords:
    """The words to send: those of the notice's kind, or the generic ones if those leak (see `inspect`) or are faulty.

    The generic words leave the link out where the link itself leaks. Raises Failed where they are faulty as well.
    """
    try:
        words = render(facts, templates, now)
    except Failed as fault:
        _log.error("%s The generic words go out instead.", fault)
        leaks: tuple[Leak, ...] = (Leak(LeakCode.NO_WORDS, Place.BODY),)
    else:
        leaks = tuple(inspect(words, known_to_reveal, sender))
        if not leaks:
            return GuardedWords(words, leaks)
    link_leaks = facts.link is not None and inspect(Words("", facts.link), known_to_reveal)
    spoken = replace(facts, link=None) if link_leaks else facts
    return GuardedWords(render_generic(spoken, templates, now), leaks)


def _forms_of(name: str) -> frozenset[str]:
    """A name as it is listed, and as people say it: without what stands in brackets, and up to a comma."""
    said = _IN_BRACKETS.sub(" ", name)
    return frozenset((name, said, said.partition(",")[0]))


def _codes_in(text: str, names: list[str]) -> list[LeakCode]:
    """The codes of what `text` gives away. `names` are as `_as_words` gives them."""
    digits = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES)
    padded = f" {_as_words(text)} "
    found = {
        LeakCode.PERSONAL_NUMBER: _PERSONAL_NUMBER.search(digits) is not None,
        LeakCode.CPR_NUMBER: _CPR.search(digits) is not None,
        LeakCode.RESERVE_NUMBER: _RESERVE_NUMBER.search(digits) is not None,
        LeakCode.REVEALING_WORD: any(part in padded for part in _revealing_parts()),
        LeakCode.KNOWN_NAME: any(f" {name} " in padded or f" {name}s " in padded for name in names),
    }
    return [code for code, is_found in found.items() if is_found]


def _as_words(text: str) -> str:
    """The words of `text` with one space between: casefolded, and without accents, dots and invisible signs."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = _INVISIBLE.sub("", _ACCENTS.sub("", decomposed)).translate(_NOT_DECOMPOSED)
    return " ".join(_WORD.findall(plain))


@lru_cache(maxsize=1)
def _revealing_parts() -> tuple[str, ...]:
    """The entries of `revealing_words.txt`, as parts to find in words that have one space between and around them."""
    lines = _REVEALING_WORDS.read_text(encoding="utf-8").splitlines()
    entries = [entry for line in lines if (entry := line.partition("#")[0].strip())]
    return tuple(
        f"{'' if entry.startswith('*') else ' '}{_as_words(entry)}{'' if entry.endswith('*') else ' '}"
        for entry in entries
    )
