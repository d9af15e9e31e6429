"""Dates and times of day as a definition writes them."""

import re
from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

YEARS = range(1900, 2200)
"""Years that a day may lie in: others are slips of the pen, and not every one can be reckoned with."""


def _date_in(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError("write a date as year-month-day, such as 2026-01-31")
        return date.fromisoformat(value)
    return value


def _possible(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError("a date lies between 1900 and 2199")
    return day


def _time_in(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
            raise ValueError("write a time of day as hour:minute, such as 07:30")
        return time.fromisoformat(value)
    return value


Day = Annotated[date, BeforeValidator(_date_in), AfterValidator(_possible)]
"""A date of the years 1900 to 2199, written `2026-01-31` and in no other way."""

TimeOfDay = Annotated[time, BeforeValidator(_time_in), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]
"""A local time of day in whole minutes, written `07:30` and in no other way."""
