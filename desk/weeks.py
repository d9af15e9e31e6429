"""Who answers for a team in each hour of a week, as stretches of days: to be drawn, and to be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pathways.cover.rotas import OnDuty, Rota
from pathways.definition.durations import first_instant

DAYS = 7
_WHOLE = 100.0


@dataclass(frozen=True)
class Stretch:
    """A part of a day in which one contact point answers. `left` and `width`: per cent of the day, for a drawing.

    `ends_at` is None where it lasts to the end of the day.
    """

    team: str
    contact: str
    begins_at: datetime
    ends_at: datetime | None
    left: float
    width: float


@dataclass(frozen=True)
class DayOfCover:
    """A local day, and who answers in it, in order and without a gap."""

    day: date
    stretches: tuple[Stretch, ...]


def week_of(rota: Rota, team: str, zone: ZoneInfo, first: date) -> tuple[DayOfCover, ...]:
    """Who answers for a team on each of seven days from `first` on."""
    return tuple(_day(rota, team, zone, first + timedelta(days=each)) for each in range(DAYS))


def _day(rota: Rota, team: str, zone: ZoneInfo, day: date) -> DayOfCover:
    begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    return DayOfCover(day, tuple(_stretches(rota, team, begins, ends)))


def _stretches(rota: Rota, team: str, begins: datetime, ends: datetime) -> Iterator[Stretch]:
    at = begins
    while at < ends:
        who = rota.who_answers(team, at)
        until = _until(rota, team, who, ends)
        yield Stretch(
            team=who.team,
            contact=who.contact,
            begins_at=at,
            ends_at=until if until < ends else None,
            left=_WHOLE * ((at - begins) / (ends - begins)),
            width=_WHOLE * ((until - at) / (ends - begins)),
        )
        at = until


def _until(rota: Rota, team: str, who: OnDuty, ends: datetime) -> datetime:
    """When somebody else answers, at the latest at the end of the day; also where nobody is known to."""
    at = who.until_at
    while at is not None and at < ends:
        after = rota.who_answers(team, at)
        if (after.team, after.contact) != (who.team, who.contact):
            return at
        if after.until_at is None or after.until_at <= at:
            break
        at = after.until_at
    return ends


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return first_instant(datetime.combine(day, time(), zone), zone).astimezone(UTC)
