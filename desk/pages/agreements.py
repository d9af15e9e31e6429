"""The agreements of the network: their parties and their time in force, and who does what by each."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from desk.asking import Asks
from desk.pages.pathways import teams_in, today
from desk.versions import version_of, versions_of
from pathways.access.table import Right

router = APIRouter(include_in_schema=False)


@router.get("/agreements")
def show_all(asking: Asks) -> HTMLResponse:
    """Show the agreements of the viewer's network, those in force first, then the latest."""
    asking.require(Right.SEE_DEFINITIONS)
    every = sorted(
        versions_of(asking.service, asking.viewer), key=lambda each: (each.holds, each.term.first), reverse=True
    )
    titles = {each.term.pathway.pathway: each.term.pathway.title for each in every}
    return asking.page("agreements.html", agreements=every, titles=titles, today=today(asking))


@router.get("/agreements/{name}/{version}")
def show(asking: Asks, name: str, version: date) -> HTMLResponse:
    """Show who does what by an agreement: whose the patient is at each level, whose each task and preparation is."""
    asking.require(Right.SEE_DEFINITIONS)
    found = version_of(versions_of(asking.service, asking.viewer), name, version)
    pathway = found.term.pathway
    teams = {role: teams_in(asking.network, role) for role in pathway.roles}
    return asking.page("agreement.html", found=found, pathway=pathway, teams=teams, today=today(asking))
