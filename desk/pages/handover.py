"""The page of one handover: where it stands, what the viewer's team may do now, and what was said and done so far."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from desk.asking import Asking, Asks, Presses, Typed, text, texts, tried, went_well
from desk.histories import happened, shown
from desk.looking import Looked, is_said_by_script, keep_look
from desk.news import news_of
from desk.patients import patient_of
from desk.typed import a_number, is_number, occurred_at
from pathways.access.looks import Look
from pathways.access.table import Right
from pathways.care.actors import Actor
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ChangeHandover,
    Command,
    ConfirmReadiness,
    CorrectReadBack,
    GiveReadBack,
    SettleHandover,
    Waive,
)
from pathways.care.communication import IllnessSeverity
from pathways.care.episodes import Handover
from pathways.care.late_entries import ACTIONS
from pathways.care.patient import PlaceOf
from pathways.care.possible import Possible, possible
from pathways.care.states import Action, MarkKind
from pathways.definition.models import Side
from pathways.errors import HandslagError, NotFound, Refused
from pathways.operations.views import EpisodeView

router = APIRouter(include_in_schema=False)
_SETTLE = "settle"
_LATEST = 50
"""How much of the history is shown; all of it stands on the page of the episode."""


@router.get("/handovers/{reference}")
def show(asking: Asks, reference: str, done: str = "") -> HTMLResponse:
    """Show a handover. That a receiver has seen it, the page says once it is looked at: see `looked`."""
    viewer = asking.viewer
    view = asking.service.access.see(viewer, reference)
    handover = view.handover(reference)
    of_it = {each.number for each in shown(view, reference)}
    hidden = [each.number for each in shown(view) if each.number not in of_it]
    look = asking.service.looks.showing(viewer, view.episode, hidden=hidden, goes_on=bool(done))
    to_say = Looked(view.episode.number, look.seen, bool(done), _unseen(asking, handover))
    return _page(asking, view, handover, done=done, look=look, looked=to_say)


@router.post("/handovers/{reference}/looked")
def looked(asking: Presses, reference: str, form: Typed) -> Response:
    """Keep that the viewer has looked at the page and, of a receiver, mark the request as seen.

    Said by the script of the page, which is given the page anew where that changed it and nobody else did meanwhile;
    or by its button, where no script runs.
    """
    number = keep_look(asking, reference, form).number
    is_current = number == a_number(form, "number")
    for team in texts(form, "seen_by"):
        see = ChangeHandover(actor=asking.viewer.actor, handover=reference, action=Action.SEE)
        with suppress(Refused):  # somebody else was faster, or it is not for this role
            number += len(asking.service.access.perform(asking.viewer.acting_for(team), reference, see).events)
    if not is_said_by_script(asking):
        return went_well(f"/handovers/{reference}", Action.SEE if texts(form, "seen_by") else "")
    if not is_current or not texts(form, "seen_by"):
        return Response(status_code=204)
    view = asking.service.access.see(asking.viewer, reference)
    is_own = view.episode.number == number
    return _page(asking, view, view.handover(reference)) if is_own else Response(status_code=204)


@router.post("/handovers/{reference}/{action}")
def press(asking: Presses, reference: str, action: str, form: Typed) -> Response:
    """Do something to a handover; where it is refused, show why, with all that was typed."""

    def do() -> Response:
        viewer = asking.viewer.acting_for(text(form, "team"))
        command = _command(action, viewer.actor, reference, form)
        at = occurred_at(form, asking.network)
        asking.service.access.perform(viewer, reference, command.model_copy(update={"occurred_at": at}))
        return went_well(f"/handovers/{reference}", action)

    def otherwise(fault: HandslagError) -> HTMLResponse:
        view = asking.service.access.see(asking.viewer, reference)
        known = a_number(form, "number") if is_number(form, "number") else view.episode.number
        found = view.handover(reference)
        return _page(asking, view, found, 409, fault=fault, action=action, typed=form, known=known)

    return tried(do, otherwise)


def _page(
    asking: Asking,
    view: EpisodeView,
    handover: Handover,
    status: int = 200,
    *,
    typed: FormData | None = None,
    known: int | None = None,
    look: Look | None = None,
    **values: Any,
) -> HTMLResponse:
    """`known`: up to which event the viewer had seen the handover when the button was pressed.

    `look`: what is new to them; left out, as it was last.
    """
    teams = _teams(asking)
    look = look or asking.service.looks.latest(asking.viewer, view.episode.reference)
    history = shown(view, handover.reference)
    given = {
        "view": view,
        "patient": patient_of(asking, view.episode.reference),
        "handover": handover,
        "waits": [wait for wait in view.waits if wait.subject == handover.reference],
        "can": {} if view.episode.erased_at else _by_action(possible(handover), teams),
        "own": {side: team for team in reversed(teams) if (side := _side_of(handover, team))},
        "sides": _items_by_side(handover),
        "waivable": {team: found for team in teams if (found := _waivable(view, handover, team))},
        "settles": next((team for team in teams if _can_settle(view, handover, team)), None),
        "marks": list(MarkKind),
        "severities": list(IllnessSeverity),
        "places_of": list(PlaceOf),
        "today": asking.today,
        "news": news_of(view, asking.viewer, look, handover.reference),
        "history": happened(view, history[: -_LATEST - 1 : -1]),
        "is_all": len(history) <= _LATEST,
        "meanwhile": happened(view, [each for each in history if known is not None and each.number > known]),
        "late": {action.value for action, why_not in ACTIONS.items() if why_not is None},
        "typed": typed or {},
        "looked": None,
        "fault": None,
        "action": "",
        "done": "",
    }
    return asking.page("handover.html", status, **{**given, **values})


def _teams(asking: Asking) -> tuple[str, ...]:
    """The teams for which the viewer may act now: the own one first, then the closed ones that it stands in for."""
    own = asking.viewer.team
    return (own, *asking.service.cover.stood_in_for(asking.network, own)) if own else ()


def _unseen(asking: Asking, handover: Handover) -> tuple[str, ...]:
    """The teams of the viewer that see the request by looking at its page."""
    access, viewer = asking.service.access, asking.viewer
    found = {each.team for each in _by_action(possible(handover), _teams(asking)).get(Action.SEE, ())}
    return tuple(
        team
        for team in sorted(found)
        if viewer.may(Right.ACT_ON_HANDOVER, access.relations(viewer.acting_for(team), handover.reference))
    )


def _by_action(found: Sequence[Possible], teams: Sequence[str]) -> Mapping[str, list[Possible]]:
    """What these teams may do now, by action."""
    mine: dict[str, list[Possible]] = {}
    for each in found:
        if each.team in teams:
            mine.setdefault(each.action.value, []).append(each)
    return mine


def _side_of(handover: Handover, team: str) -> Side | None:
    if team == handover.plan.from_team:
        return Side.SENDER
    return Side.RECEIVER if team in {asked.team for asked in handover.asked} else None


def _items_by_side(handover: Handover) -> Mapping[Side, list[str]]:
    return {side: [item for item, of in handover.plan.items.items() if of is side] for side in Side}


def _waivable(view: EpisodeView, handover: Handover, team: str) -> list[str]:
    """What the team may go ahead without: readiness items by name, and `read-back`."""
    side = _side_of(handover, team)
    rules = view.pathway.rules_for(handover.plan.urgency)
    what = {item: view.pathway.readiness[item].waive for item in handover.missing if item in view.pathway.readiness}
    if rules.read_back and not handover.is_read_back and handover.read_back_waiver is None:
        what["read-back"] = rules.waive_read_back
    return [
        name
        for name, waiving in what.items()
        if waiving and side in waiving.by and (not waiving.urgencies or handover.plan.urgency in waiving.urgencies)
    ]


def _can_settle(view: EpisodeView, handover: Handover, team: str) -> bool:
    """Whether the sender has still to say what follows from a no."""
    waits = any(wait.kind.value == "next-step" and wait.subject == handover.reference for wait in view.waits)
    return waits and team == handover.plan.from_team


_Make = Callable[[Actor, str, FormData], Command]


def _command(action: str, actor: Actor, reference: str, form: FormData) -> Command:
    """The command that a press means. Raises NotFound for one that no page offers."""
    if action == _SETTLE:
        return SettleHandover(actor=actor, handover=reference, words=text(form, "words"))
    if action not in set(Action) - {Action.DELIVER, Action.WITHDRAW}:
        raise NotFound("There is no such button.", "Load the page again.")
    make = _MADE_OF_WORDS.get(Action(action))
    if make is not None:
        return make(actor, reference, form)
    words, unit = text(form, "reason") or None, text(form, "unit") or None
    return ChangeHandover.model_validate(
        {"actor": actor, "handover": reference, "action": action, "reason": words, "unit": unit}
    )


def _confirm(actor: Actor, reference: str, form: FormData) -> Command:
    items = texts(form, "item")
    if not items:
        raise Refused("Nothing was ticked.", "Tick what is in place, then press again.")
    return ConfirmReadiness(actor=actor, handover=reference, items=items, evidence=text(form, "evidence"))


def _waive(actor: Actor, reference: str, form: FormData) -> Command:
    named = texts(form, "item")
    return Waive(
        actor=actor,
        handover=reference,
        items=tuple(item for item in named if item != Action.READ_BACK),
        read_back=Action.READ_BACK.value in named,
        reason=text(form, "reason"),
        words=text(form, "words"),
    )


def _read_back(actor: Actor, reference: str, form: FormData) -> Command:
    severity = text(form, "severity")
    if severity not in set(IllnessSeverity):
        raise Refused("How ill the patient is was not chosen.", "Choose one, then press again.")
    return GiveReadBack(
        actor=actor,
        handover=reference,
        severity=IllnessSeverity(severity),
        next_action=text(form, "next_action"),
        contingency=text(form, "contingency"),
    )


def _correct(actor: Actor, reference: str, form: FormData) -> Command:
    return CorrectReadBack(actor=actor, handover=reference, correction=text(form, "words"))


def _ask(actor: Actor, reference: str, form: FormData) -> Command:
    return AskQuestion(actor=actor, handover=reference, text=text(form, "words"))


def _reply(actor: Actor, reference: str, form: FormData) -> Command:
    return AnswerQuestion(actor=actor, handover=reference, answer=text(form, "words"))


_MADE_OF_WORDS: Mapping[Action, _Make] = {
    Action.CONFIRM: _confirm,
    Action.WAIVE: _waive,
    Action.READ_BACK: _read_back,
    Action.CORRECT: _correct,
    Action.ASK: _ask,
    Action.REPLY: _reply,
}
"""Commands that take more than a reason."""
