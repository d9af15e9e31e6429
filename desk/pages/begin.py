"""The page to begin an episode: on which pathway, where, and for whom."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, texts, tried, went_well
from desk.reserve_forms import choices_to_begin
from desk.typed import occurred_at
from pathways.access.table import Right
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.errors import HandslagError, NotFound, Refused
from pathways.operations.beginning import Begin
from pathways.operations.patient_refusals import HasDied, NothingBegun
from pathways.operations.people import Patient
from pathways.operations.standing_limits import says_that_a_limit_stands

router = APIRouter(include_in_schema=False)


@router.get("/begin")
def choose(asking: Asks) -> HTMLResponse:
    """Choose a pathway, where the network carries several."""
    asking.require(Right.BEGIN)
    network, pathways = carried(asking)
    if len(pathways) == 1:
        return _page(asking, network, next(iter(pathways.values())))
    return asking.page("begin-choose.html", pathways=pathways)


@router.get("/begin/{pathway}")
def show(asking: Asks, pathway: str) -> HTMLResponse:
    """Show the form for one pathway."""
    asking.require(Right.BEGIN)
    return _page(asking, *_one(asking, pathway))


@router.post("/begin/{pathway}")
def begin(asking: Presses, pathway: str, form: Typed) -> Response:
    """Begin an episode; where it is refused, show why, with all that was typed."""
    asking.require(Right.BEGIN)
    network, found = _one(asking, pathway)

    def do() -> Response:
        level = text(form, "level")
        if not level:
            raise Refused("Where the patient is was not chosen.", "Choose a level, then press again.")
        identifier, name = text(form, "identifier"), text(form, "name")
        if bool(identifier) != bool(name):
            raise Refused("Number and name of the patient belong together.", "Give both, or neither for now.")
        wanted = Begin(
            pathway=found.pathway,
            network=network.network,
            level=level,
            patient=Patient(identifier=identifier, name=name) if identifier else None,
            team=text(form, "team") or None,
            unit=text(form, "unit") or None,
            care_team={role: team for role in found.roles if (team := text(form, f"care_team_{role}"))},
            district=text(form, "district") or None,
            provider=text(form, "provider") or None,
            criteria=texts(form, "criteria"),
            despite_death=text(form, "despite_death") == "yes",
            occurred_at=occurred_at(form, network),
        )
        episode, warnings = asking.service.patient_access.begin(asking.viewer, wanted)
        if any(map(says_that_a_limit_stands, warnings)):
            return went_well(f"/episodes/{episode.reference}", "begun-ask-about-limits")
        if warnings:
            return went_well(f"/episodes/{episode.reference}", "begun-with-warnings")
        return went_well(f"/episodes/{episode.reference}", "begun-and-asked" if episode.open_handover else "begun")

    def otherwise(fault: HandslagError) -> HTMLResponse:
        has_died = isinstance(fault, HasDied | NothingBegun)
        return _page(asking, network, found, 409, fault=fault, typed=form, has_died=has_died)

    return tried(do, otherwise)


@router.post("/begin/{pathway}/patient")
def look_up(asking: Presses, pathway: str, form: Typed) -> HTMLResponse:
    """Look a number up while it is typed: whether it can be one, and whether the patient has an episode already."""
    asking.require(Right.BEGIN)
    _one(asking, pathway)
    identifier = text(form, "identifier")
    values: dict[str, Any] = {"fault": None, "found": None}
    if identifier:
        try:
            values["found"] = asking.service.patient_access.look_up(asking.viewer, identifier)
        except Refused as fault:
            values["fault"] = fault
    return asking.page("begin-patient.html", **values)


def _page(asking: Asking, network: Network, pathway: Pathway, status: int = 200, **values: Any) -> HTMLResponse:
    given = {
        **choices_to_begin(network, pathway),
        "network": network,
        "pathway": pathway,
        "typed": {},
        "has_died": False,
        "fault": None,
    }
    return asking.page("begin.html", status, **{**given, **values})


def carried(asking: Asking) -> tuple[Network, Mapping[str, Pathway]]:
    """The viewer's network, and the version in force today of each pathway that it carries."""
    board = asking.service.boards.board(asking.viewer.network, team=asking.viewer.team, limit=1)
    return board.network, board.pathways


def _one(asking: Asking, name: str) -> tuple[Network, Pathway]:
    network, pathways = carried(asking)
    if name not in pathways:
        raise NotFound("Your network does not carry that pathway.", "Go back and choose one.")
    return network, pathways[name]
