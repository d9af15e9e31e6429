"""What was typed into a form, read as what it should be. Each raises Refused for what cannot be, without it."""

import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Path, Query
from starlette.datastructures import FormData

from desk.asking import text, texts
from pathways.definition.networks import Network
from pathways.errors import Refused
from pathways.instants import true_instant

Choice = TypeVar("Choice", bound=StrEnum)
LARGEST_NUMBER = 2_147_483_647
"""The largest number of a row that a database keeps."""

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
"""The number of a row, in an address."""

Before = Annotated[int, Query(ge=0, le=LARGEST_NUMBER)]
"""The number of an event, to go on from; 0: from the latest."""

_NUMBER = re.compile(r"[0-9]{1,6}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def a_day(form: FormData, name: str) -> date | None:
    """A day; None where nothing was typed."""
    typed = text(form, name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused("One of the days cannot be read.", "Write it as 2026-03-01, then press again.") from None


def a_number(form: FormData, name: str) -> int:
    """A whole number, not below zero."""
    typed = text(form, name)
    if not _NUMBER.fullmatch(typed):
        raise Refused("A number is missing, or is no whole number.", "Write it in digits, then press again.")
    return int(typed)


def is_number(form: FormData, name: str) -> bool:
    """Whether a whole number was typed."""
    return _NUMBER.fullmatch(text(form, name)) is not None


def a_yes_or_no(form: FormData, name: str) -> bool:
    """An answer to a question."""
    typed = text(form, name)
    if typed not in ("yes", "no"):
        raise Refused("A question was not answered.", "Answer each with yes or no, then press again.")
    return typed == "yes"


def one_of(form: FormData, name: str, choices: type[Choice]) -> Choice:
    """One of the choices that the page offers."""
    typed = text(form, name)
    try:
        return choices(typed)
    except ValueError:
        raise Refused("Something was not chosen.", "Choose one, then press again.") from None


def occurred_at(form: FormData, network: Network) -> datetime | None:
    """When it happened, of what is entered late (UTC); None where nothing was typed."""
    return true_instant(text(form, "occurred_at"), network, text(form, "occurred_which"))


def times(form: FormData, name: str) -> tuple[time, ...]:
    """Times of day, those that were filled in."""
    typed = texts(form, name)
    if not all(_TIME.fullmatch(each) for each in typed):
        raise Refused("One of the times cannot be read.", "Write it as 08:00, then press again.")
    return tuple(time.fromisoformat(each) for each in typed)
