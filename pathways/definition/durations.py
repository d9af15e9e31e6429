"""Lengths of time as an agreement writes them: `30 min`, `4 h`, `1 day`, `6 weeks`, `6 months`."""

import re
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, ConfigDict, PlainSerializer, ValidationInfo, model_validator


class Unit(StrEnum):
    """Units of a duration. Up to hours they are elapsed time, from days on they follow the calendar."""

    SECOND = "s"
    MINUTE = "min"
    HOUR = "h"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_SECONDS = {
    Unit.SECOND: 1,
    Unit.MINUTE: 60,
    Unit.HOUR: 3600,
    Unit.DAY: 86_400,
    Unit.WEEK: 604_800,
    Unit.MONTH: 2_592_000,
}
_PATTERN = re.compile(r"(?P<amount>[0-9]{1,9}) ?(?P<unit>s|min|h|day|week|month)(?P<plural>s?)")
_LONGEST_SECONDS = 10 * 366 * 86_400
PLURAL_UNITS = (Unit.DAY, Unit.WEEK, Unit.MONTH)
"""Units that may be written with an s at the end; they follow the calendar."""


class Duration(BaseModel):
    """A positive length of time of at most ten years, in the unit in which it was written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int
    unit: Unit

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object, info: ValidationInfo) -> object:
        if info.mode == "json" and not isinstance(value, str):
            raise ValueError("write a limit as text, such as '30 min'")
        return cls.parts_of(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_possible(self) -> "Duration":
        if not 1 <= self.approximate_seconds <= _LONGEST_SECONDS:
            raise ValueError("a duration lies between 1 s and 10 years")
        return self

    @staticmethod
    def parts_of(text: str) -> dict[str, object]:
        """Take `30 min` apart. Raises ValueError, with how to write it, for anything that is not a duration."""
        found = _PATTERN.fullmatch(text.strip())
        if found is None or (found["plural"] and found["unit"] in ("s", "min", "h")):
            raise ValueError(
                "write a whole number and a unit (s, min, h, day, week, month), such as '30 min' or '3 days'"
            )
        return {"amount": int(found["amount"]), "unit": Unit(found["unit"])}

    @staticmethod
    def most_of(unit: Unit) -> int:
        """The greatest amount of a unit that is not longer than ten years."""
        return _LONGEST_SECONDS // _SECONDS[unit]

    @classmethod
    def of(cls, text: str) -> "Duration":
        """The duration written as `text`. Raises ValueError as `parts_of` does."""
        return cls.model_validate(text)

    @property
    def approximate_seconds(self) -> int:
        """Seconds, counting a day as 24 hours and a month as 30 days: good for comparing, not for due times."""
        return self.amount * _SECONDS[self.unit]

    def after(self, start: datetime, zone: ZoneInfo) -> datetime:
        """The instant (UTC) this long after `start`. Days and longer keep the local time of day in `zone`.

        The instant is the first at which a clock on the wall shows that time or has passed it: of a time that a
        clock change repeats the first, and of one that it skips the moment of the change.
        """
        if self.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
            return start.astimezone(UTC) + timedelta(seconds=self.approximate_seconds)
        local = start.astimezone(zone)
        step = {
            Unit.DAY: relativedelta(days=self.amount),
            Unit.WEEK: relativedelta(weeks=self.amount),
            Unit.MONTH: relativedelta(months=self.amount),
        }[self.unit]
        return first_instant(local.replace(fold=0) + step, zone)

    def before(self, end: datetime, zone: ZoneInfo) -> datetime:
        """The instant (UTC) from which this length of time leads to `end`, as `after` counts it."""
        near = end - timedelta(seconds=self.approximate_seconds)
        return (near + (end - self.after(near, zone))).astimezone(UTC)

    def divided_by(self, divisor: int) -> "Duration":
        """This duration shortened `divisor` times, in whole seconds, at least one. For demonstrations only."""
        return Duration(amount=max(1, self.approximate_seconds // divisor), unit=Unit.SECOND)

    def __str__(self) -> str:
        """The duration as a definition writes it."""
        plural = "s" if self.amount != 1 and self.unit in PLURAL_UNITS else ""
        return f"{self.amount} {self.unit.value}{plural}"


def first_instant(wanted: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the wall clock of `zone` shows `wanted` (aware, in `zone`) or has passed it."""
    instant = wanted.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return instant
    before_change = wanted.replace(fold=1, microsecond=0).astimezone(UTC)
    offset = instant.astimezone(zone).utcoffset()

    def has_changed(seconds: int) -> bool:
        return (before_change + timedelta(seconds=seconds)).astimezone(zone).utcoffset() == offset

    skipped = int((instant - before_change).total_seconds())
    return before_change + timedelta(seconds=bisect_left(range(skipped), True, key=has_changed))


Limit = Annotated[Duration, PlainSerializer(str, return_type=str)]
"""A duration in a definition: read from and written as text."""
