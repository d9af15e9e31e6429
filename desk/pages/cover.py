"""Cover: who answers for each team now and until when, and for one team through a week."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from desk.asking import Asks
from desk.weeks import DAYS, week_of
from pathways.access.table import Right
from pathways.errors import NotFound

router = APIRouter(include_in_schema=False)
_YEARS = timedelta(days=366)
"""How far from today a week may be asked for."""


@router.get("/cover")
def show(asking: Asks) -> HTMLResponse:
    """Show who answers for each team of the network now, and its week from today on; one's own team first."""
    asking.require(Right.SEE_COVER)
    network, now = asking.network, asking.reader.now
    rota, zone = asking.service.cover.rota(network), ZoneInfo(network.time_zone)
    today = now.astimezone(zone).date()
    teams = sorted(network.teams, key=lambda key: key != asking.viewer.team)
    return asking.page(
        "cover.html",
        network=network,
        today=today,
        answers={team: rota.who_answers(team, now) for team in teams},
        weeks={team: week_of(rota, team, zone, today) for team in teams},
        is_open={team: rota.is_open(team, now) for team in teams},
    )


@router.get("/cover/{team}")
def show_team(asking: Asks, team: str, first: date | None = None) -> HTMLResponse:
    """Show whom to ask for a team now, in order, and who answers for it through a week from `first` (local) on."""
    asking.require(Right.SEE_COVER)
    network, now = asking.network, asking.reader.now
    today = now.astimezone(ZoneInfo(network.time_zone)).date()
    if team not in network.teams or (first and abs(first - today) > _YEARS):
        raise NotFound("There is no such page.", "Go back to the cover of all teams.")
    rota, first = asking.service.cover.rota(network), first or today
    ladder = rota.ladder(team, now)
    asked = {team, *(rung.team for rung in ladder)}
    return asking.page(
        "cover-team.html",
        network=network,
        team=team,
        today=today,
        week=week_of(rota, team, ZoneInfo(network.time_zone), first),
        before=first - timedelta(days=DAYS),
        after=first + timedelta(days=DAYS),
        answers=rota.who_answers(team, now),
        closes_at=rota.closes_at(team, now),
        opens_at=rota.opens_at(team, now),
        is_open=rota.is_open(team, now),
        ladder=ladder,
        copies=[copy for copy in asking.service.cover.copies(network) if copy.team in asked],
    )
