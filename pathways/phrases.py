"""Words for a person that stand in code: English, with what is put into them, so that any language can be made of them.

Codes, references, numbers and days are put in, and never anything that somebody typed.
"""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from typing import Any, Self, TypeAlias

Value: TypeAlias = "str | int | date | tuple[Value, ...]"
"""What is put into words: a code, a number, a day, several of them, or other words."""


class Phrase(str):
    """A sentence, or a part of one. As a string it is English, as a command line shows it.

    `template` holds places like `{episode}` for the `values`; without values it stands as it is. What is put in is
    never read as a template. `command` says how it is done on a command line, and ends the English; whoever shows the
    words elsewhere leaves it out.
    """

    template: str
    values: dict[str, Value]
    command: str

    def __new__(cls, template: str, /, command: str = "", **values: Value) -> Self:
        """Raises KeyError for a place without a value: a fault of ours, which a test finds."""
        said = template.format(**{name: in_english(value) for name, value in values.items()}) if values else template
        made = super().__new__(cls, f"{said.removesuffix('.')}: {command}." if command else said)
        made.template, made.values, made.command = template, values, command
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """How the words are made again where they were stored."""
        return (self.template,), {"command": self.command, **self.values}


def in_english(value: Value) -> str:
    """A value as it stands in English words."""
    return ", ".join(map(in_english, value)) if isinstance(value, tuple) else str(value)


def either(choices: Iterable[str]) -> str:
    """One of several: `ward or home-team`. Nothing where there is none."""
    found = tuple(choices)
    return reduce(lambda one, other: Phrase("{one} or {other}", one=one, other=other), found) if found else ""


def one_of(choices: Iterable[str], otherwise: Phrase) -> Phrase:
    """What to do where there is a choice, and where there is none."""
    possible = tuple(choices)
    return Phrase("Choose one of: {choices}.", choices=possible) if possible else otherwise
