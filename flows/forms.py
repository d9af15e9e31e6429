"""The forms of the Prefect UI: what may be done with a handover now, as choices, and the command that a choice means.

Prefect stores what is written into a form until the answer is carried out, and then Handslag removes it. So a form has
choices only, the time of what is entered late, and the name of whoever answers: the answer is recorded as theirs, in
Prefect, whom Handslag has not identified. What needs words of one's own (evidence, a read-back, a question, going ahead
without something) is said at the desk. An installation may take no answers in Prefect: then a form only says where to
answer.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from prefect.input import RunInput
from pydantic import Field, create_model

from flows.people import (
    EARLIER,
    LOCAL_TIME,
    LONGEST_NAME,
    NAME,
    NAME_IN_A_FORM,
    NOTHING,
    OCCURRED_AT,
    TIME_IN_A_FORM,
)
from flows.reports import PageOf, link
from pathways.care.actors import Actor
from pathways.care.commands import ChangeHandover, Command, ConfirmReadiness
from pathways.care.episodes import Handover, Standing
from pathways.care.possible import Possible, possible
from pathways.care.states import STEPS, Action, HandoverStatus
from pathways.definition.models import Pathway, Side
from pathways.operations.views import EpisodeView

NO_REASON = "no reason needed"
_NOT_STATED = "not stated (answered in Prefect)"
_WORDS = {
    Action.REQUEST: "send the request",
    Action.SEE: "seen, not yet answered",
    Action.ACCEPT: "accept: we take over",
    Action.REJECT: "reject",
    Action.CONFIRM: "everything on our side is in place",
    Action.CONFIRM_READ_BACK: "what was read back to us is right",
    Action.HOLD: "put on hold",
    Action.RESUME: "resume",
    Action.DEPART: "the patient has departed",
    Action.ARRIVE: "arrived: we are responsible now",
    Action.CANCEL: "cancel",
    Action.AGREE_TO_CANCEL: "we agree to cancel",
    Action.REFUSE_TO_CANCEL: "we do not agree to cancel: it goes on",
    Action.FAIL: "could not be carried out",
    Action.ENTER_IN_ERROR: "entered in error",
}


def choices(handover: Handover, pathway: Pathway) -> Mapping[str, Possible]:
    """What may be done now without a word of one's own: what a team says, to what that means."""
    return {
        f"{each.team}: {_words(handover, each.action)}{f' ({each.unit})' if each.unit else ''}": each
        for each in possible(handover)
        if each.action in _WORDS and not (each.action is Action.CONFIRM and _asks_for_evidence(handover, pathway, each))
    }


def _words(handover: Handover, action: Action) -> str:
    is_under_way = handover.status is HandoverStatus.IN_PROGRESS
    return "ask the receiver to agree to cancel" if action is Action.CANCEL and is_under_way else _WORDS[action]


def _asks_for_evidence(handover: Handover, pathway: Pathway, confirming: Possible) -> bool:
    side = Side.SENDER if confirming.team == handover.plan.from_team else Side.RECEIVER
    return any(pathway.readiness[item].evidence for item in handover.missing if handover.plan.items[item] is side)


def form(
    view: EpisodeView, reference: str, refusal: str | None, page_of: PageOf, *, is_open: bool = True
) -> type[RunInput]:
    """The form for what a handover waits for now, with the way to its page at the desk.

    `refusal` says why the answer before was not taken. `is_open`: this installation takes answers here; else the form
    has no field.
    """
    handover = view.handover(reference)
    made = create_model("Answer", __base__=RunInput, **(_fields(view, handover) if is_open else {}))
    made._description = _description(view, handover, refusal, page_of, is_open=is_open)
    return made


def _fields(view: EpisodeView, handover: Handover) -> dict[str, Any]:
    reasons = (NO_REASON, *view.pathway.rejections)
    fields: dict[str, Any] = {
        "answer": (
            Literal[(NOTHING, *choices(handover, view.pathway))],
            Field(default=NOTHING, title="What has happened?", description="Choose what your team says."),
        )
    }
    if Action.REJECT in STEPS.get(handover.status, {}):
        fields["reason"] = (
            Literal[reasons],
            Field(default=NO_REASON, title="Reason", description="Needed to reject."),
        )
    fields[OCCURRED_AT] = (str, Field(default="", title=EARLIER, description=LOCAL_TIME, pattern=TIME_IN_A_FORM))
    name = Field(
        title="Your name", description="It stands beside the answer.", pattern=NAME_IN_A_FORM, max_length=LONGEST_NAME
    )
    fields[NAME] = (str, name)
    return fields


def _description(view: EpisodeView, handover: Handover, refusal: str | None, page_of: PageOf, *, is_open: bool) -> str:
    plan = handover.plan
    waits = [wait for wait in view.waits if wait.subject == handover.reference]
    lines = [f"> {refusal}\n"] if refusal else []
    lines += [
        f"**{handover.reference}**: {plan.from_level} → {plan.to_level}, {plan.urgency}. It is **{handover.status}**.",
        *(
            f"\nWaits for **{wait.kind}** by **{' and '.join(wait.teams)}** until {wait.due_at:%Y-%m-%d %H:%M:%S} UTC."
            for wait in waits
        ),
    ]
    if plan.standing is not Standing.UNKNOWN:
        lines.append(f"\nTo the preferred place it stands as: **{plan.standing}**.")
    if handover.missing and handover.status is HandoverStatus.ACCEPTED:
        lines += ["\nNot yet in place:", *(f"- {item} ({plan.items[item]})" for item in handover.missing)]
    lines += _place_lines(view, handover)
    if not is_open:
        lines.append(f"\n**Nobody answers here.** Answer at the desk: {link(handover.reference, page_of)}.")
        return "\n".join(lines)
    lines.append(f"\nWith all that is known, at the desk: {link(handover.reference, page_of)}.")
    lines.append("\nWrite your own name, and nothing about the patient. Your answer counts as *not identified*.")
    return "\n".join(lines)


def _place_lines(view: EpisodeView, handover: Handover) -> Iterator[str]:
    for unit in handover.held_units:
        yield f"\nA place at **{unit}** is held for it."
    for unit in handover.awaited_units:
        number = view.number_in_line(handover.reference, unit)
        yield f"\nIt waits for a place at **{unit}**: number {number} of {len(view.lines[unit])}."
    if fallback := view.offered_instead(handover.reference):
        yield f"\nThe pathway offers **{fallback}** instead. To choose it, cancel this one and request that."


def command_for(
    handover: Handover, pathway: Pathway, answer: Mapping[str, Any], who: Callable[[str], Actor]
) -> Command | None:
    """The command that a filled-in form means; None where it says nothing, or what the handover no longer offers.

    `who`: makes the person of the team who answers.
    """
    choice = choices(handover, pathway).get(str(answer.get("answer", NOTHING)))
    if choice is None:
        return None
    action, team, unit = choice
    actor = who(team)
    if action is Action.CONFIRM:
        return ConfirmReadiness(actor=actor, handover=handover.reference)
    given = answer.get("reason", NO_REASON)
    reason = given if action is Action.REJECT and given != NO_REASON else None
    if action in (Action.CANCEL, Action.FAIL, Action.HOLD, Action.ENTER_IN_ERROR):
        reason = _NOT_STATED
    return ChangeHandover(actor=actor, handover=handover.reference, action=action, reason=reason, unit=unit)
