"""What a person may type: words that can be kept, shown and sent as they are. Judged in one place, for every way in.

A refusal never repeats the words: they may be about a patient.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from pathways.errors import Refused

LONGEST_TEXT = 4000
"""Characters of a text, such as a part of a summary."""

LONGEST_NAME = 200
"""Characters of what names somebody, or stands on one line."""

_NAMES = frozenset({"name", "checked_by"})
_CONTROLS = frozenset({"Cc", "Cs"})
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the order in which letters are shown, so that a text reads as another."""


def blank_is_nothing(words: str | None) -> str | None:
    """The words without blanks around them; None where nothing is left."""
    return (words.strip() or None) if words else None


def require_text(words: str) -> None:
    """The words can be kept and shown: letters and signs, perhaps on several lines. Raises Refused."""
    _require_letters(words, lines=True)
    _require_short(words, LONGEST_TEXT, "text")


def require_name(words: str) -> None:
    """The words name somebody or something, on one line. Raises Refused."""
    _require_letters(words, lines=False)
    _require_short(words, LONGEST_NAME, "name")


def require_texts(model: BaseModel) -> None:
    """Every word in a model, such as a command with its actor, can be kept and shown. Raises Refused."""
    for key, words in _texts_in(model.model_dump(), ""):
        (require_name if key in _NAMES else require_text)(words)


def _texts_in(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts_in(name, "")
            yield from _texts_in(each, str(name))
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts_in(each, key)


def _require_letters(words: str, *, lines: bool) -> None:
    if any(_is_odd(letter) for letter in words if not (lines and letter == "\n")):
        if any(unicodedata.category(letter) == "Cs" for letter in words):
            raise Refused(
                "A text holds half a character, which cannot be kept.",
                "Type it again; if å, ä, æ, ö or ø goes wrong, set the terminal or the file to UTF-8.",
            )
        raise Refused(
            "A text holds a character that cannot be seen, such as a tab or a control character.",
            "Type it again, in letters and signs.",
        )


def _is_odd(letter: str) -> bool:
    return unicodedata.category(letter) in _CONTROLS or letter in _DIRECTIONS


def _require_short(words: str, longest: int, what: str) -> None:
    if len(words) > longest:
        raise Refused(f"A {what} is longer than {longest} characters.", "Say it in fewer words.")
