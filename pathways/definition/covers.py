"""The frozen models of cover: when a team or a contact point answers, as a network file says it."""

from enum import StrEnum

from pydantic import Field

from pathways.definition.days import Day, TimeOfDay
from pathways.definition.frozen import Frozen


class Weekday(StrEnum):
    """Days as a cover names them."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class CoverHours(Frozen):
    """Weekly hours, in the network's time zone. `until` at or before `from` runs past midnight."""

    days: tuple[Weekday, ...]
    from_time: TimeOfDay = Field(alias="from")
    until_time: TimeOfDay = Field(alias="until")


class HolidayRule(StrEnum):
    """What weekly hours mean on a holiday: none, the weekday's own as on any day, or those of another weekday."""

    CLOSED = "closed"
    OPEN = "open"
    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class CoverException(Frozen):
    """One date that differs: `closed: true`, or other hours. It stands above the weekly hours and the holidays.

    Several hours on one date are several entries. `until` at or before `from` runs past midnight.
    """

    day: Day
    closed: bool = False
    from_time: TimeOfDay | None = Field(default=None, alias="from")
    until_time: TimeOfDay | None = Field(default=None, alias="until")


class Cover(Frozen):
    """When somebody answers, in exactly one of three ways: `always: true`, weekly `hours`, or a `calendar`.

    Hours are local time and belong to the day on which they begin: a night that has begun runs to its end.
    `holidays` (of the country) and `exceptions` go with `hours`. `calendar` names an iCalendar feed whose address,
    as a contact's, is kept outside the file; an event whose title is the name of a contact point means that only
    this contact is on duty, any other event the whole team.
    """

    always: bool = False
    hours: tuple[CoverHours, ...] | None = None
    holidays: HolidayRule = HolidayRule.CLOSED
    exceptions: tuple[CoverException, ...] = ()
    calendar: str | None = None
