"""The words of reports: `templates/reports/<report>.<language>.toml`, and what a person typed made fit for a page."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pathways.definition.texts import Language, Text
from pathways.errors import Failed

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Characters that show nothing themselves but could turn round what stands beside them, or that no page may hold."""

_ENDLESS = re.compile(r"\S{24}(?=\S{8})")

_GROUPED = re.compile(r"(?P<country>\+4[56])(?P<first>\d(?=(?:\d\d)+$))?(?P<rest>(?:\d\d)+)$")


def words_of(report: str, language: Language, templates: Path) -> dict[str, Any]:
    """The words of a report in a language. Raises Failed when they are missing or no TOML."""
    file = templates / "reports" / f"{report}.{language}.toml"
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Failed(
            "The words of the report {file} are missing or faulty ({fault}).",
            "Put back the file that came with Handslag, or mend it.",
            file=file.name,
            fault=type(error).__name__,
        ) from error


def in_language(text: Text, language: Language) -> str:
    """A text of a pathway in this language or, where it has none, in the first that it has."""
    return text.get(language) or next(iter(text.values()))


def visible(text: str) -> str:
    """What a person typed, without characters that show nothing. Line breaks stay; empty lines go.

    In a word without end the page may break the line: after every 24 characters stands a space of no width.
    """
    lines = (line.strip() for line in _UNSEEN.sub("", text).splitlines())
    return "\n".join(_ENDLESS.sub("\\g<0>\u200b", line) for line in lines if line)


def phone_in_groups(phone: str) -> str:
    """A phone number with spaces, as it is read aloud: +46 701 74 06 05. Others than Swedish and Danish stay as is."""
    found = _GROUPED.match(phone)
    if found is None:
        return phone
    pairs = re.findall(r"\d\d", found["rest"])
    if found["first"]:
        pairs[0] = found["first"] + pairs[0]
    return " ".join((found["country"], *pairs))
