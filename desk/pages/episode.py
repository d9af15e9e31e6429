"""The page of one episode: the whole story of a patient's way, what is known, and what may be done next."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from desk.asking import Asking, Asks, Presses, Typed, text, tried, went_well
from desk.charts import chart_of
from desk.granting import GRANTS
from desk.histories import happened, shown
from desk.looking import Looked, is_said_by_script, keep_look
from desk.news import news_of
from desk.ordering import ORDERS
from desk.patients import patient_of
from desk.recording import FACTS, RECORDS, SUMMARY_PARTS, Make, Press
from desk.typed import Before, a_number, occurred_at
from desk.what_is_given import what_is_given
from pathways.access.looks import Look
from pathways.access.table import Relation, Right
from pathways.care.commands import (
    CompleteFollowUp,
    ConfirmResponsibility,
    DenyVitalStatus,
    EndEpisode,
    PauseEpisode,
    ResumeEpisode,
    TakeBackEnd,
)
from pathways.care.communication import IllnessSeverity
from pathways.care.kits import MOST_ITEMS
from pathways.care.patient import PlaceOf, SaidBy, TreatmentLimit, ViewLimit, WordOf
from pathways.care.pauses import cancelled_by_a_pause
from pathways.care.phases import phase_of
from pathways.care.plans import moves_from_here
from pathways.definition.conditions import SCORES, Phase
from pathways.errors import HandslagError, NotFound
from pathways.operations.views import EpisodeView

router = APIRouter(include_in_schema=False)
_LATEST = 50
"""How much of the history is shown at once."""

_COMPLICATION = "complication"


@router.get("/episodes/{reference}")
def show(asking: Asks, reference: str, done: str = "", before: Before = 0) -> HTMLResponse:
    """Show an episode. `before`: of its history, what happened before the event of that number; 0, the latest."""
    view = asking.service.access.see(asking.viewer, reference)
    look = asking.service.looks.showing(asking.viewer, view.episode, goes_on=bool(done))
    to_say = Looked(view.episode.number, look.seen, bool(done))
    return page_of(asking, view, done=done, before=before, look=look, looked=to_say)


@router.post("/episodes/{reference}/looked")
def looked(asking: Presses, reference: str, form: Typed) -> Response:
    """Keep that the viewer has looked at the page: said by its script, or by its button where no script runs."""
    keep_look(asking, reference, form)
    return Response(status_code=204) if is_said_by_script(asking) else went_well(f"/episodes/{reference}")


@router.post("/episodes/{reference}/{action}")
def press(asking: Presses, reference: str, action: str, form: Typed) -> Response:
    """Do something to an episode; where it is refused, show why, with all that was typed."""
    access, viewer = asking.service.access, asking.viewer

    def do() -> Response:
        if action == _COMPLICATION:
            with access.acting(viewer, reference, Right.WRITE) as episode:
                order, words = a_number(form, "order"), text(form, "words")
                handover = asking.service.orders.complication(episode, viewer.actor, order, words)
            return went_well(f"/handovers/{handover}", action)
        make = _MADE.get(action)
        if make is None:
            raise NotFound("There is no such button.", "Load the page again.")
        pressed = Press(viewer.actor, form, asking.today, lambda: access.see(viewer, reference))
        at = occurred_at(form, asking.network)
        access.perform(viewer, reference, make(pressed).model_copy(update={"occurred_at": at}))
        return went_well(f"/episodes/{reference}", action)

    def otherwise(fault: HandslagError) -> HTMLResponse:
        return page_of(asking, access.see(viewer, reference), 409, fault=fault, action=action, typed=form)

    return tried(do, otherwise)


def page_of(
    asking: Asking, view: EpisodeView, status: int = 200, *, before: int = 0, look: Look | None = None, **values: Any
) -> HTMLResponse:
    """The page of an episode that the viewer may see. `look`: what is new to them; left out, as it was last."""
    episode, viewer = view.episode, asking.viewer
    look = look or asking.service.looks.latest(viewer, episode.reference)
    relations = asking.service.access.relations(viewer, episode.reference)
    history = shown(view, before=before)
    given = {
        "view": view,
        "episode": episode,
        "patient": patient_of(asking, episode.reference),
        "phase": phase_of(episode),
        **_CHOICES,
        **_who_may_see(view),
        "moves": moves_from_here(view.pathway, episode),
        "suggested": {suggestion.move: suggestion for suggestion in view.suggestions},
        "news": news_of(view, viewer, look),
        "history": happened(view, history[: -_LATEST - 1 : -1]),
        "is_latest": not before,
        "is_all": len(history) <= _LATEST,
        "days": (asking.reader.now - episode.stay.from_at).days,
        "today": asking.today,
        "holds": episode.night_sheet is not None and asking.service.night_sheets.is_current(episode),
        "cancelled_by_a_pause": cancelled_by_a_pause(episode),
        "is_responsible": viewer.team == episode.responsible_team,
        "rights": set() if episode.erased_at else {right.value for right in Right if viewer.may(right, relations)},
        "is_emergency": Relation.EMERGENCY in relations,
        "emergency_until": asking.service.access.opened_in_emergency(viewer).get(episode.reference),
        "chart": chart_of(view, asking.reader.now),
        **what_is_given(view.context, view, viewer.team),
        "late": LATE,
        "typed": {},
        "looked": None,
        "fault": None,
        "action": "",
        "done": "",
    }
    return asking.page("episode.html", status, **{**given, **values})


def _who_may_see(view: EpisodeView) -> dict[str, Any]:
    """The organisations that may not see the episode, as recorded, and those of which that could be said."""
    known = [each for each in view.episode.known.values() if isinstance(each.fact, ViewLimit) and each.fact.is_limited]
    team = view.network.teams.get(view.episode.stay.team)
    if team is None:  # it has left the network since the episode ended
        return {"view_limits": known, "other_organisations": []}
    own, limited = team.organisation, {each.fact.organisation for each in known if isinstance(each.fact, ViewLimit)}
    others = [key for key in view.network.organisations if key != own or key in limited]
    return {"view_limits": known, "other_organisations": others}


_CHOICES = {
    "phases": list(Phase),
    "severities": list(IllnessSeverity),
    "parts": SUMMARY_PARTS,
    "scores": SCORES,
    "limits": list(TreatmentLimit),
    "places_of": list(PlaceOf),
    "sayers": list(SaidBy),
    "words_of": list(WordOf),
    "most_items": MOST_ITEMS,
}
"""What the forms offer."""


@router.get("/episodes/{reference}/number")
def number(asking: Asks, reference: str) -> PlainTextResponse:
    """How many events the episode has: an open page asks whether there is something newer."""
    return PlainTextResponse(str(asking.service.access.number(asking.viewer, reference)))


_MADE: Mapping[str, Make] = {
    **RECORDS,
    **GRANTS,
    **ORDERS,
    "end": lambda press: EndEpisode(actor=press.actor, end=text(press.form, "end")),
    "take-back-end": lambda press: TakeBackEnd(actor=press.actor),
    "pause": lambda press: PauseEpisode(
        actor=press.actor, kind=text(press.form, "kind"), cancels=text(press.form, "cancels") or None
    ),
    "resume": lambda press: ResumeEpisode(actor=press.actor),
    "confirm-responsibility": lambda press: ConfirmResponsibility(actor=press.actor),
    "deny-report": lambda press: DenyVitalStatus(actor=press.actor),
    "follow-up": lambda press: CompleteFollowUp(actor=press.actor, follow_up=text(press.form, "follow_up")),
}
"""The command of each button."""

LATE = frozenset({"end", "pause", "resume", "follow-up", *FACTS})
"""The buttons whose press may be entered late; a test holds them against the commands."""
