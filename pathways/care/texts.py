"""What a person may type: words that can be kept, shown and sent as they are. Judged in one place, for every way in.

A refusal never repeats the words: they may be about a patient.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from pathways.errors import Refused
from pathways.phrases import Phrase

LONGEST_TEXT = 4000
"""Characters of a text, such as a part of a summary."""

LONGEST_NAME = 200
"""Characters of what names somebody, or stands on one line."""

_SHORTER = Phrase("Say it in fewer words.")
_NAMES = frozenset({"name", "checked_by"})
_HALVES = "\ud800-\udfff"
"""Unicode's surrogates, its category Cs: halves of a character."""

_UNSEEN = "\\x00-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069"
"""Controls, Unicode's category Cc, and marks that turn the order of letters, so that a text reads as another."""

_HALF = re.compile(f"[{_HALVES}]")
_ODD_IN_A_LINE = re.compile(f"[{_UNSEEN}{_HALVES}]")
_ODD_IN_LINES = re.compile(rf"(?!\n)[{_UNSEEN}{_HALVES}]")


def blank_is_nothing(words: str | None) -> str | None:
    """The words without blanks around them; None where nothing is left."""
    return (words.strip() or None) if words else None


def require_text(words: str) -> None:
    """The words can be kept and shown: letters and signs, perhaps on several lines. Raises Refused."""
    _require_letters(words, _ODD_IN_LINES)
    if len(words) > LONGEST_TEXT:
        raise Refused("A text is longer than {longest} characters.", _SHORTER, longest=LONGEST_TEXT)


def require_name(words: str) -> None:
    """The words name somebody or something, on one line. Raises Refused."""
    _require_letters(words, _ODD_IN_A_LINE)
    if len(words) > LONGEST_NAME:
        raise Refused("A name is longer than {longest} characters.", _SHORTER, longest=LONGEST_NAME)


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


def _require_letters(words: str, odd: re.Pattern[str]) -> None:
    if odd.search(words) is None:
        return
    if _HALF.search(words):
        raise Refused(
            "A text holds half a character, which cannot be kept.",
            "Type it again; if å, ä, æ, ö or ø goes wrong, set the terminal or the file to UTF-8.",
        )
    raise Refused(
        "A text holds a character that cannot be seen, such as a tab or a control character.",
        "Type it again, in letters and signs.",
    )
