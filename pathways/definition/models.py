"""The frozen models of a pathway and of a network. They hold data; `checks.py` says whether the data is sound."""

import re
from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from pathways.definition.durations import Limit

LANGUAGES = ("sv", "da", "en")
"""The languages in which Handslag has texts: Swedish, Danish, English."""

NO_PLACE = "no-place"
"""The rejection that leads on to a move's `if_no_place`."""

Text = Mapping[str, str]
"""One text in several languages: language code (`sv`, `da`, `en`) to words."""


def _date_in(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError("write a date as year-month-day, such as 2026-01-31")
        return date.fromisoformat(value)
    return value


def _time_in(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", value):
            raise ValueError("write a time of day as hour:minute, such as 07:30")
        return time.fromisoformat(value)
    return value


Day = Annotated[date, BeforeValidator(_date_in)]
"""A date, written `2026-01-31` and in no other way."""

TimeOfDay = Annotated[time, BeforeValidator(_time_in), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]
"""A local time of day in whole minutes, written `07:30` and in no other way."""


class Frozen(BaseModel):
    """A value that never changes after it is made, and that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Side(StrEnum):
    """Who of the two parties to a handover owns something."""

    SENDER = "sender"
    RECEIVER = "receiver"


class Agreement(Frozen):
    """The agreement that a pathway version carries out."""

    parties: tuple[str, ...]
    replaces: tuple[str, ...] = ()


class Level(Frozen):
    """A level of care. `places` says that the patient stays at a unit that has places."""

    title: Text
    responsible: str
    consulted: tuple[str, ...] = ()
    places: bool = False


class ReadinessItem(Frozen):
    """Something that must be in place before the patient moves, and the side that sees to it."""

    title: Text
    side: Side


class Urgency(Frozen):
    """Limits for one urgency of a move, both counted from the request.

    `answer`: until the receiver accepts or rejects. `arrive`: until responsibility has passed.
    `remind`: how long before `answer` runs out the receiver is reminded. `repeat`: how often a
    passed limit is told again. `ready`: readiness items, where they differ from the move's own.
    """

    answer: Limit
    arrive: Limit
    remind: Limit | None = None
    repeat: Limit
    ready: tuple[str, ...] | None = None


class Move(Frozen):
    """An allowed change of level. `travels` is false where the patient stays and only responsibility passes."""

    title: Text
    from_levels: tuple[str, ...] = Field(alias="from")
    to: str
    reasons: tuple[str, ...]
    urgencies: Mapping[str, Urgency]
    ready: tuple[str, ...] = ()
    informs: tuple[str, ...] = ()
    if_no_place: str | None = None
    travels: bool = True

    def items_for(self, urgency: str) -> tuple[str, ...]:
        """Names of the readiness items that hold for this urgency."""
        own = self.urgencies[urgency].ready
        return self.ready if own is None else own


class FollowUp(Frozen):
    """Something to do after an end: by which role, within what time, told again how often until done."""

    title: Text
    role: str
    within: Limit
    repeat: Limit


class End(Frozen):
    """A way for an episode to end, and the follow-ups that it starts."""

    title: Text
    then: tuple[str, ...] = ()


class Pathway(Frozen):
    """A written arrangement in force from a date: levels, moves, responsibilities and limits.

    `urgencies` gives the urgencies of the moves a title; without it they go by their names.
    """

    pathway: str
    in_force_from: Day
    languages: tuple[str, ...]
    title: Text
    agreement: Agreement
    roles: Mapping[str, Text]
    levels: Mapping[str, Level]
    begin_at: tuple[str, ...]
    reasons: Mapping[str, Text]
    rejections: Mapping[str, Text]
    urgencies: Mapping[str, Text] = {}
    readiness: Mapping[str, ReadinessItem] = {}
    moves: Mapping[str, Move]
    follow_ups: Mapping[str, FollowUp] = {}
    ends: Mapping[str, End]
    draft_limit: Limit

    @property
    def version(self) -> str:
        """The version's name: the date from which it is in force, as ISO 8601."""
        return self.in_force_from.isoformat()

    def urgency_title(self, urgency: str, language: str) -> str:
        """The urgency in words of this language, or its name where the pathway gives it no title."""
        return self.urgencies[urgency][language] if urgency in self.urgencies else urgency


class OrganisationKind(StrEnum):
    """What an organisation is."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    PROVIDER = "provider"


class Organisation(Frozen):
    """A municipality, region or provider."""

    name: str
    kind: OrganisationKind


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


class ContactPoint(Frozen):
    """One way to reach a team. `secret` names an Apprise URL that is kept outside the file."""

    name: str
    secret: str


class Team(Frozen):
    """Who can be responsible. Contacts are tried in their order; `cover` is when the team answers."""

    name: str
    role: str
    organisation: str
    language: str
    contacts: tuple[ContactPoint, ...]
    cover: tuple[CoverHours, ...]


class CareUnit(Frozen):
    """Where someone can stay at a level, and the team that is responsible there."""

    name: str
    level: str
    team: str
    places: int


class Network(Frozen):
    """The real teams, units and contact points of one county or municipality, for the named pathways."""

    network: str
    country: str
    time_zone: str
    pathways: tuple[str, ...]
    organisations: Mapping[str, Organisation]
    teams: Mapping[str, Team]
    units: Mapping[str, CareUnit] = {}

    def teams_in(self, role: str) -> tuple[str, ...]:
        """Keys of the teams that have this role, in the file's order."""
        return tuple(key for key, team in self.teams.items() if team.role == role)
