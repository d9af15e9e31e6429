"""What a person or a program may give as a number, a day or a time: one that somebody can mean, and that can be kept.

Judged in one place, for every way in, as texts are: desk, API, command line and forms. What is larger cannot be kept by
every database, or not be reckoned with: the last day of the calendar has no day after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from pathways.definition.days import YEARS
from pathways.errors import Refused

LARGEST_NUMBER = 1_000_000_000
"""Of anything that is counted or measured."""


def require_amounts(model: BaseModel) -> None:
    """Every number, day and time in a model, such as a command, is one that somebody can mean. Raises Refused."""
    for value in _values_in(model.model_dump()):
        require_day(value) if isinstance(value, date) else require_number(value)


def require_number(number: float) -> None:
    """The number can be counted or measured. Raises Refused."""
    if not abs(number) <= LARGEST_NUMBER:  # nor is what is no number
        raise Refused("A number is too large.", "Write one of at most {largest}.", largest=LARGEST_NUMBER)


def require_day(day: date) -> None:
    """The day, or the time, lies in years that can be reckoned with. Raises Refused."""
    if day.year not in YEARS:
        raise Refused(
            "A day or a time lies too far away.",
            "Write one of the years {first} to {last}.",
            first=YEARS[0],
            last=YEARS[-1],
        )


def _values_in(value: Any) -> Iterator[Any]:
    if isinstance(value, date | int | float):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _values_in(each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _values_in(each)
