"""The places of the units, and who answers for each team."""

from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from desk.api.calling import Calls, Key
from desk.weeks import DayOfCover, week_of
from pathways.access.table import Right
from pathways.care.closings import Closing
from pathways.care.occupancy import InLine
from pathways.cover.rotas import OnDuty, Rung
from pathways.definition.frozen import Frozen
from pathways.errors import NotFound
from pathways.operations.places import UnitView
from pathways.store.places import TakenPlace

router = APIRouter()
_FARTHEST = timedelta(days=366)
_LARGEST_NUMBER = 10_000


class ShownUnit(Frozen):
    """A unit and its places. `free` is below zero where more are there, or expected, than there are open places.

    `taken` and `line`, by reference, are of the caller's own units only; `waiting` counts the line of each.
    """

    key: str
    name: str
    team: str
    level: str
    places: int
    closed: int
    free: int
    waiting: int
    closing: Closing | None
    taken: tuple[TakenPlace, ...] | None
    line: tuple[InLine, ...] | None


class Close(Frozen):
    """How many places are closed from now on (0 opens all), why, and until when, if that is known."""

    places: Annotated[int, Field(ge=0, le=_LARGEST_NUMBER)]
    reason: str = ""
    until: AwareDatetime | None = None


class ShownCover(Frozen):
    """Who answers for a team now."""

    team: str
    name: str
    is_open: bool
    answers: OnDuty


class ShownTeam(Frozen):
    """Who answers for a team now and through a week, and whom to ask, in order."""

    team: str
    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    answers: OnDuty
    ladder: tuple[Rung, ...]
    week: tuple[DayOfCover, ...]


@router.get("/places", tags=["places"])
def show_places(calling: Calls) -> tuple[ShownUnit, ...]:
    """Show the units of the network with their places."""
    calling.require(Right.SEE_BOARD)
    found = calling.service.places.shown(network=calling.viewer.network)
    return tuple(_shown(each, is_own=each.unit.team == calling.viewer.team) for each in found)


@router.post("/places/{unit}/close", tags=["places"])
def close_places(calling: Calls, unit: Key, body: Close) -> ShownUnit:
    """Close places of a unit of the caller's team, or open them. It throws nobody out."""
    calling.require(Right.MANAGE_PLACES)
    places, network = calling.service.places, calling.viewer.network
    places.close(unit, body.places, calling.viewer.actor, reason=body.reason, until=body.until, network=network)
    (found,) = places.shown(unit, network)
    return _shown(found, is_own=True)


@router.get("/cover", tags=["cover"])
def show_cover(calling: Calls) -> tuple[ShownCover, ...]:
    """Show who answers for each team of the network now."""
    calling.require(Right.SEE_COVER)
    network, now = calling.network, calling.service.clock()
    rota = calling.service.cover.rota(network)
    return tuple(
        ShownCover(team=key, name=team.name, is_open=rota.is_open(key, now), answers=rota.who_answers(key, now))
        for key, team in network.teams.items()
    )


@router.get("/cover/{team}", tags=["cover"])
def show_cover_of(calling: Calls, team: Key, first: date | None = None) -> ShownTeam:
    """Show who answers for a team, now and through a week from `first` (the network's own days) on."""
    calling.require(Right.SEE_COVER)
    network, now = calling.network, calling.service.clock()
    zone = ZoneInfo(network.time_zone)
    today = now.astimezone(zone).date()
    if team not in network.teams or (first and abs(first - today) > _FARTHEST):
        raise NotFound("There is no such team, or that day is too far away.", "See the teams with: /cover.")
    rota = calling.service.cover.rota(network)
    return ShownTeam(
        team=team,
        is_open=rota.is_open(team, now),
        closes_at=rota.closes_at(team, now),
        opens_at=rota.opens_at(team, now),
        answers=rota.who_answers(team, now),
        ladder=rota.ladder(team, now),
        week=week_of(rota, team, zone, first or today),
    )


def _shown(view: UnitView, *, is_own: bool) -> ShownUnit:
    return ShownUnit(
        key=view.key,
        name=view.unit.name,
        team=view.unit.team,
        level=view.unit.level,
        places=view.unit.places,
        closed=view.closed,
        free=view.free,
        waiting=len(view.waiting),
        closing=view.closing,
        taken=view.taken if is_own else None,
        line=view.waiting if is_own else None,
    )
