"""The page to ask for a handover: where to, how urgent, why, and the summary that goes with it."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, texts, tried, went_well
from desk.patients import patient_of
from desk.recording import summary_of
from desk.typed import occurred_at
from pathways.care.commands import WantedHandover, WriteSummary
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.plans import moves_from_here
from pathways.care.viewing import hidden_from
from pathways.definition.models import BEGINNING, Move
from pathways.errors import HandslagError, NotFound, Refused
from pathways.operations.views import EpisodeView

router = APIRouter(include_in_schema=False)


@router.get("/episodes/{reference}/moves/{move}")
def show(asking: Asks, reference: str, move: str) -> HTMLResponse:
    """Show the form for one move."""
    view = asking.service.access.see(asking.viewer, reference)
    return _page(asking, view, move)


@router.post("/episodes/{reference}/moves/{move}")
def request(asking: Presses, reference: str, move: str, form: Typed) -> Response:
    """Write the summary, then ask. Where it is refused, all that was typed stays."""

    def do() -> Response:
        access, viewer = asking.service.access, asking.viewer
        urgency, reason = text(form, "urgency"), text(form, "reason")
        if not urgency or not reason:
            raise Refused("Urgency and reason are both needed.", "Choose one of each, then press again.")
        units = texts(form, "to_unit")
        wanted = WantedHandover(
            move=move,
            urgency=urgency,
            reason=reason,
            to_team=None if units else text(form, "to_team") or None,
            to_units=units,
            is_draft=bool(text(form, "is_draft")),
            departs_because=text(form, "departs_because") or None,
            goes_ahead_because=text(form, "goes_ahead_because") or None,
            occurred_at=occurred_at(form, asking.network),
        )
        summary = summary_of(form)
        known = access.see(viewer, reference).episode.summary
        before = known.summary if known else Summary()
        if summary != before:
            access.perform(viewer, reference, WriteSummary(actor=viewer.actor, summary=summary))
        done = "drafted" if wanted.is_draft else "request"
        return went_well(f"/handovers/{access.plan_handover(viewer, reference, wanted)}", done)

    def otherwise(fault: HandslagError) -> HTMLResponse:
        return _page(asking, asking.service.access.see(asking.viewer, reference), move, 409, fault=fault, typed=form)

    return tried(do, otherwise)


def _page(asking: Asking, view: EpisodeView, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    move = moves_from_here(view.pathway, view.episode).get(name)
    if move is None:
        raise NotFound("There is no such move from where the patient is.", "Go back to the episode.")
    given = {
        "view": view,
        "episode": view.episode,
        "patient": patient_of(asking, view.episode.reference),
        "name": name,
        "begins": BEGINNING,
        "move": move,
        "units": _units(view, move),
        "teams": view.context.network.teams_in(view.pathway.levels[move.to].responsible),
        "left_out": [view.network.organisations[each].name for each in sorted(hidden_from(view.episode))],
        "places": {unit.key: unit for unit in asking.service.places.shown(network=view.network.network)},
        "severities": list(IllnessSeverity),
        "typed": {},
        "fault": None,
    }
    return asking.page("request.html", status, **{**given, **values})


def _units(view: EpisodeView, move: Move) -> list[str]:
    """The units at which the patient could stay, where the level has any."""
    return [key for key, unit in view.context.network.units.items() if unit.level == move.to]
