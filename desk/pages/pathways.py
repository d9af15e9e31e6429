"""The pathways of the network: each version as a drawing and in words, and what changes from one to another."""

from datetime import date
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks
from desk.drawings import Drawings
from desk.versions import changes_of, version_of, versions_of
from pathways.access.table import Right
from pathways.definition.condition_words import condition_in
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.operations.agreements import AgreementInForce
from pathways.reports.changes import told_by_kind

router = APIRouter(include_in_schema=False)


@router.get("/pathways")
def show_all(asking: Asks) -> HTMLResponse:
    """Show the pathways of the viewer's network with their versions."""
    asking.require(Right.SEE_DEFINITIONS)
    found: dict[str, list[AgreementInForce]] = {}
    for each in versions_of(asking.service, asking.viewer):
        found.setdefault(each.term.pathway.pathway, []).insert(0, each)
    return asking.page("pathways.html", pathways=found, today=today(asking))


@router.get("/pathways/{name}/{version}.svg")
def draw(asking: Asks, name: str, version: date) -> Response:
    """Draw a version."""
    asking.require(Right.SEE_DEFINITIONS)
    drawings: Drawings = asking.request.app.state.drawings
    pathway = version_of(versions_of(asking.service, asking.viewer), name, version).term.pathway
    return Response(drawings.of(pathway, asking.viewer.user.language.value), media_type="image/svg+xml")


@router.get("/pathways/{name}/{version}")
def show(asking: Asks, name: str, version: date) -> HTMLResponse:
    """Show a version in words."""
    asking.require(Right.SEE_DEFINITIONS)
    every = versions_of(asking.service, asking.viewer)
    found = version_of(every, name, version)
    pathway, language = found.term.pathway, asking.viewer.user.language.value
    suggested = {
        move: condition_in(language, each.suggested_when)
        for move, each in pathway.moves.items()
        if each.suggested_when is not None
    }
    return asking.page(
        "pathway.html",
        found=found,
        pathway=pathway,
        teams={role: teams_in(asking.network, role) for role in pathway.roles},
        suggested=suggested,
        today=today(asking),
        others=[each for each in every if each is not found and _is_of(each.term.pathway, pathway)],
    )


@router.get("/pathways/{name}/{version}/changes")
def show_changes(asking: Asks, name: str, version: date, since: str) -> HTMLResponse:
    """Show what changes to a version from another, `since`: its pathway and date, as `name@2022-01-01`."""
    asking.require(Right.SEE_DEFINITIONS)
    changes = changes_of(versions_of(asking.service, asking.viewer), name, version, since, asking.viewer)
    told = told_by_kind(changes, asking.service.settings.templates_folder)
    return asking.page("pathway-changes.html", old=changes.old, new=changes.new, told=told)


def teams_in(network: Network, role: str) -> tuple[str, ...]:
    """The names of the teams that have a role."""
    return tuple(network.teams[key].name for key in network.teams_in(role))


def today(asking: Asking) -> date:
    """The day that it is in the viewer's network."""
    return asking.reader.now.astimezone(ZoneInfo(asking.network.time_zone)).date()


def _is_of(other: Pathway, pathway: Pathway) -> bool:
    """Whether a version may be compared with another: of the same pathway, or of one that replaces the other."""
    if other.pathway == pathway.pathway:
        return True
    return other.pathway in pathway.agreement.replaces or pathway.pathway in other.agreement.replaces
