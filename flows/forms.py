"""The forms of the Prefect UI: what may be done with a handover now, as choices, and the command that a choice means.

Prefect stores what is written into a form. So a form has choices only: no field takes free text, and nobody writes
their name. The answer is recorded as given by a person of the team whom Handslag has not identified. What needs words
of one's own (evidence, a read-back, a question, going ahead without something) is said on the command line.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from prefect.input import RunInput
from pydantic import Field, create_model

from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover, Command, ConfirmReadiness
from pathways.care.episodes import Handover, Standing
from pathways.care.states import STEPS, Action, HandoverStatus, Party
from pathways.definition.models import Pathway
from pathways.operations.views import EpisodeView

NOTHING = "look again, change nothing"
"""The choice that stands there at first, and what a wake without an answer means."""

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


class Choice(NamedTuple):
    """What a choice means: an action, the team that says it and, where several are asked, for which unit."""

    action: Action
    team: str
    unit: str | None = None


def choices(handover: Handover, pathway: Pathway) -> Mapping[str, Choice]:
    """What may be done now without a word of one's own: what a team says, to what that means."""
    return {
        f"{choice.team}: {_words(handover, action)}{f' ({choice.unit})' if choice.unit else ''}": choice
        for action, step in STEPS.get(handover.status, {}).items()
        if action in _WORDS
        for party in (Party.RECEIVER, Party.SENDER)
        if party in step.by and _makes_sense(handover, pathway, action, party)
        for choice in _choices_of(handover, action, party)
    }


def _choices_of(handover: Handover, action: Action, party: Party) -> Iterator[Choice]:
    """One choice for each that may say it: nobody says yes where no place is held."""
    if party is Party.SENDER:
        yield Choice(action, handover.plan.from_team)
    elif action in (Action.ACCEPT, Action.REJECT):
        for asked in handover.able_to_accept if action is Action.ACCEPT else handover.asked:
            yield Choice(action, asked.team, asked.unit if len(handover.asked) > 1 else None)
    else:
        for team in dict.fromkeys(asked.team for asked in handover.asked):
            yield Choice(action, team)


def _words(handover: Handover, action: Action) -> str:
    is_under_way = handover.status is HandoverStatus.IN_PROGRESS
    return "ask the receiver to agree to cancel" if action is Action.CANCEL and is_under_way else _WORDS[action]


def _makes_sense(handover: Handover, pathway: Pathway, action: Action, party: Party) -> bool:
    if action in (Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL):
        return handover.cancel_asked is not None
    if handover.status is HandoverStatus.READY and action in (Action.DEPART, Action.ARRIVE):
        return (action is Action.DEPART) == handover.plan.travels
    if action is Action.CONFIRM:
        own = [item for item in handover.missing if handover.plan.items[item] == party.value]
        return bool(own) and not any(pathway.readiness[item].evidence for item in own)
    return action is not Action.CONFIRM_READ_BACK or handover.awaits_review


def form(view: EpisodeView, reference: str, refusal: str | None) -> type[RunInput]:
    """The form for what a handover waits for now. `refusal` says why the answer before was not taken."""
    handover = view.handover(reference)
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
    made = create_model("Answer", __base__=RunInput, **fields)
    made._description = _description(view, handover, refusal)
    return made


def _description(view: EpisodeView, handover: Handover, refusal: str | None) -> str:
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
    lines.append("\nWrite no name and nothing about the patient here. Your answer counts as *not identified*.")
    return "\n".join(lines)


def _place_lines(view: EpisodeView, handover: Handover) -> Iterator[str]:
    for unit in handover.held_units:
        yield f"\nA place at **{unit}** is held for it."
    for unit in handover.awaited_units:
        number = view.number_in_line(handover.reference, unit)
        yield f"\nIt waits for a place at **{unit}**: number {number} of {len(view.lines[unit])}."
    if fallback := view.offered_instead(handover.reference):
        yield f"\nThe pathway offers **{fallback}** instead. To choose it, cancel this one and request that."


def command_for(handover: Handover, pathway: Pathway, answer: Mapping[str, Any]) -> Command | None:
    """The command that a filled-in form means; None where it says nothing, or what the handover no longer offers."""
    choice = choices(handover, pathway).get(str(answer.get("answer", NOTHING)))
    if choice is None:
        return None
    action, team, unit = choice
    actor = Actor(kind=ActorKind.PERSON, team=team, via="prefect", is_identified=False)
    if action is Action.CONFIRM:
        return ConfirmReadiness(actor=actor, handover=handover.reference)
    given = answer.get("reason", NO_REASON)
    reason = given if action is Action.REJECT and given != NO_REASON else None
    if action in (Action.CANCEL, Action.FAIL, Action.HOLD, Action.ENTER_IN_ERROR):
        reason = _NOT_STATED
    return ChangeHandover(actor=actor, handover=handover.reference, action=action, reason=reason, unit=unit)
