"""The page of one episode: the whole story of a patient's way, what is known, what may be done next."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.datastructures import FormData

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.histories import happened
from desk.patients import patient_of
from pathways.access.table import Relation, Right
from pathways.care.actors import Actor
from pathways.care.commands import (
    Command,
    CompleteFollowUp,
    EndEpisode,
    PauseEpisode,
    RecordFact,
    ResumeEpisode,
    TakeBackEnd,
    WriteSummary,
)
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.patient import PhaseOfIllness
from pathways.care.phases import phase_of
from pathways.definition.conditions import Phase
from pathways.errors import HandslagError, NotFound, Refused
from pathways.operations.views import EpisodeView

router = APIRouter(include_in_schema=False)
_PARTS = ("situation", "background", "assessment", "recommendation", "contingency")


@router.get("/episodes/{reference}")
def show(asking: Asks, reference: str, done: str = "") -> HTMLResponse:
    """Show an episode."""
    return _page(asking, asking.service.access.see(asking.viewer, reference), done=done)


@router.post("/episodes/{reference}/{action}")
def press(asking: Presses, reference: str, action: str, form: Typed) -> Response:
    """Do something to an episode; where it is refused, show why, with all that was typed."""

    def do() -> Response:
        make = _MADE.get(action)
        if make is None:
            raise NotFound("There is no such button.", "Load the page again.")
        asking.service.access.perform(asking.viewer, reference, make(asking.viewer.actor, form))
        return went_well(f"/episodes/{reference}", action)

    def otherwise(fault: HandslagError) -> HTMLResponse:
        view = asking.service.access.see(asking.viewer, reference)
        return _page(asking, view, 409, fault=fault, action=action, typed=form)

    return tried(do, otherwise)


def _page(asking: Asking, view: EpisodeView, status: int = 200, **values: Any) -> HTMLResponse:
    episode, viewer = view.episode, asking.viewer
    relations = asking.service.access.relations(viewer, episode.reference)
    given = {
        "view": view,
        "episode": episode,
        "patient": patient_of(asking, episode.reference),
        "phase": phase_of(episode),
        "phases": list(Phase),
        "severities": list(IllnessSeverity),
        "parts": _PARTS,
        "moves": {name: move for name, move in view.pathway.moves.items() if episode.level in move.from_levels},
        "history": list(reversed(list(happened(view)))),
        "days": (asking.reader.now - episode.stay.from_at).days,
        "is_responsible": viewer.team == episode.responsible_team,
        "rights": {right.value for right in Right if viewer.may(right, relations)},
        "is_emergency": Relation.EMERGENCY in relations,
        "typed": {},
        "fault": None,
        "action": "",
        "done": "",
    }
    return asking.page("episode.html", status, **{**given, **values})


@router.get("/episodes/{reference}/number")
def number(asking: Asks, reference: str) -> PlainTextResponse:
    """How many events the episode has: an open page asks whether there is something newer."""
    asking.service.access.relations(asking.viewer, reference)
    return PlainTextResponse(str(asking.service.views.show(reference).episode.number))


def summary_of(form: FormData) -> Summary:
    """The summary that was typed. Raises Refused for a severity that there is not."""
    severity = text(form, "illness_severity")
    if severity and severity not in set(IllnessSeverity):
        raise Refused("How ill the patient is was not chosen.", "Choose one, then press again.")
    actions = [
        {"what": what.strip(), "who": who.strip(), "when": when.strip()}
        for what, who, when in zip(
            *(map(str, form.getlist(f"action_{part}")) for part in ("what", "who", "when")), strict=False
        )
        if what.strip()
    ]
    parts = {part: text(form, part) for part in _PARTS}
    return Summary.model_validate({"illness_severity": severity or None, "actions": actions, **parts})


def _summary(actor: Actor, form: FormData) -> Command:
    return WriteSummary(actor=actor, summary=summary_of(form))


def _phase(actor: Actor, form: FormData) -> Command:
    phase = text(form, "phase")
    if phase not in set(Phase):
        raise Refused("No phase was chosen.", "Choose one, then press again.")
    return RecordFact(actor=actor, fact=PhaseOfIllness(phase=Phase(phase)))


_MADE: Mapping[str, Callable[[Actor, FormData], Command]] = {
    "summary": _summary,
    "phase": _phase,
    "end": lambda actor, form: EndEpisode(actor=actor, end=text(form, "end")),
    "take-back-end": lambda actor, _form: TakeBackEnd(actor=actor),
    "pause": lambda actor, form: PauseEpisode(actor=actor, kind=text(form, "kind")),
    "resume": lambda actor, _form: ResumeEpisode(actor=actor),
    "follow-up": lambda actor, form: CompleteFollowUp(actor=actor, follow_up=text(form, "follow_up")),
}
"""The command of each button."""
