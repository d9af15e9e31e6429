"""Who may do what to a handover, and the sentence in which everything else is refused. Changes nothing.

A refusal names the handover, its state and what to do. It never repeats what was typed: that may hold a name.
"""

from collections.abc import Sequence
from datetime import datetime

from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import ChangeHandover
from pathways.care.episodes import Asked, Handover
from pathways.care.states import STEPS, Action, HandoverStatus, Party, Step
from pathways.definition.models import Side
from pathways.errors import Refused
from pathways.phrases import Phrase, either, one_of

_PERSONS = frozenset({Action.SEE, Action.ACCEPT, Action.ARRIVE})
"""What only a person does: to open a request, to accept it, and to take the patient over."""

_VERBS = {
    Action.REQUEST: Phrase("request"),
    Action.DELIVER: Phrase("mark as delivered"),
    Action.SEE: Phrase("open"),
    Action.ACCEPT: Phrase("accept"),
    Action.REJECT: Phrase("reject"),
    Action.CONFIRM: Phrase("make ready"),
    Action.WAIVE: Phrase("waive anything on"),
    Action.READ_BACK: Phrase("read back"),
    Action.CORRECT: Phrase("correct the read-back of"),
    Action.CONFIRM_READ_BACK: Phrase("confirm the read-back of"),
    Action.ASK: Phrase("ask about"),
    Action.REPLY: Phrase("answer a question about"),
    Action.HOLD: Phrase("put on hold"),
    Action.RESUME: Phrase("resume"),
    Action.DEPART: Phrase("depart on"),
    Action.ARRIVE: Phrase("arrive on"),
    Action.CANCEL: Phrase("cancel"),
    Action.AGREE_TO_CANCEL: Phrase("agree to cancel"),
    Action.REFUSE_TO_CANCEL: Phrase("refuse to cancel"),
    Action.FAIL: Phrase("fail"),
    Action.ENTER_IN_ERROR: Phrase("mark as entered in error"),
}
_TOLD_OF_A_PLACE = Phrase("Handslag tells you as soon as a place is held for it.")
_NEEDS_REASON = frozenset({Action.CANCEL, Action.FAIL, Action.HOLD, Action.ENTER_IN_ERROR})


def permitted(handover: Handover, action: Action, actor: Actor) -> Step:
    """The step that the state × action table gives this actor. Raises Refused."""
    steps = STEPS.get(handover.status, {})
    if action not in steps:
        raise refusal(handover, action, Phrase(""), _what_instead(handover))
    parties = {Party(side.value) for side in sides(handover, actor)}
    if actor.kind is not ActorKind.PERSON:
        parties.add(Party.SYSTEM)
    if not parties & steps[action].by:
        allowed = either(sorted({_team_of(handover, party) for party in steps[action].by}))
        why = Phrase(", and that is for {teams} to do", teams=allowed)
        raise refusal(handover, action, why, Phrase("Ask them, or act for the right team."))
    return steps[action]


def sides(handover: Handover, actor: Actor) -> tuple[Side, ...]:
    """The sides of the handover that the actor's team is on: one, both or none. Each that is asked is a receiver."""
    teams = {Side.SENDER: {handover.plan.from_team}, Side.RECEIVER: {asked.team for asked in handover.asked}}
    return tuple(side for side, found in teams.items() if actor.team in found)


def asked_of(handover: Handover, command: ChangeHandover) -> tuple[Asked, ...]:
    """What the actor's team is asked for, or of that the unit which the command names. Raises Refused."""
    own = tuple(asked for asked in handover.asked if asked.team == command.actor.team)
    named = tuple(asked for asked in own if command.unit in (None, asked.unit))
    if not named:
        why = Phrase(", and that is no unit for which your team is asked")
        raise refusal(handover, command.action, why, _choice_of_units(own))
    return named


def one_asked_of(handover: Handover, command: ChangeHandover) -> Asked:
    """What the actor's team takes: one unit, named where it is asked for several. Raises Refused."""
    first, *more = asked_of(handover, command)
    if more:
        why = Phrase(", and your team is asked for several units")
        raise refusal(handover, command.action, why, _choice_of_units((first, *more)))
    return first


def no_place(
    handover: Handover,
    action: Action,
    unit: str,
    place_in_line: Phrase,
    mend: Phrase = _TOLD_OF_A_PLACE,
) -> Refused:
    """The refusal of what needs a place, while none is held; `place_in_line` says how it stands on the list."""
    return refusal(
        handover,
        action,
        Phrase(", and no place at {unit} is held for it: {place_in_line}", unit=unit, place_in_line=place_in_line),
        mend,
    )


def require_reason(handover: Handover, command: ChangeHandover, rejections: Sequence[str]) -> None:
    """A rejection gives one of the pathway's reasons; what stops or holds a handover says why. Raises Refused."""
    if command.action is Action.REJECT and command.reason not in rejections:
        why = Phrase(", and none of this pathway's reasons was given")
        raise refusal(handover, command.action, why, Phrase("Choose one of: {choices}.", choices=tuple(rejections)))
    if command.action in _NEEDS_REASON and not (command.reason and command.reason.strip()):
        raise refusal(handover, command.action, Phrase(", and no reason was given"), Phrase("Say why in a few words."))


def require_person(handover: Handover, command: ChangeHandover) -> None:
    """That a patient is seen to, taken and taken over, a person says, and no program by itself. Raises Refused."""
    if command.action in _PERSONS and command.actor.is_program:
        why = Phrase(", and a program cannot promise that for a person")
        raise refusal(handover, command.action, why, Phrase("Let the program name the person who does it."))


def require_words(handover: Handover, action: Action, *words: str) -> None:
    """What is to be read by others says something. Raises Refused."""
    if not all(each.strip() for each in words):
        raise refusal(handover, action, Phrase(", and nothing was said"), Phrase("Say it in a few words."))


def require_all_in_place(handover: Handover, action: Action, now: datetime) -> None:
    """Nobody goes ahead while something is missing, or has expired by `now` (UTC). Raises Refused."""
    goes_ahead = action in (Action.DEPART, Action.ARRIVE)
    if goes_ahead and handover.status in (HandoverStatus.ACCEPTED, HandoverStatus.READY):
        missing = [
            Phrase("{item} ({side})", item=item, side=handover.plan.items[item]) for item in handover.missing_at(now)
        ]
        if missing:
            mend = Phrase(
                "Confirm what your side sees to, and ask the other side to do so; or go ahead by name, where the "
                "pathway lets you.",
                command="handslag waive",
            )
            raise refusal(handover, action, Phrase(", and this is not in place: {items}", items=tuple(missing)), mend)


def require_way_of_moving(handover: Handover, action: Action) -> None:
    """A patient who travels departs before arriving; one who stays only changes hands. Raises Refused."""
    if _fits_way_of_moving(handover, action):
        return
    if action is Action.ARRIVE:
        mend = Phrase("Ask {team} to record the departure first.", team=handover.plan.from_team)
        raise refusal(handover, action, Phrase(", and the patient has not departed"), mend)
    why = Phrase(", and the patient stays: only responsibility passes")
    raise refusal(
        handover, action, why, Phrase("Ask {team} to take over.", command="arrive", team=handover.plan.to_team)
    )


def require_cancel_asked(handover: Handover, action: Action) -> None:
    """The receiver agrees or refuses only when the sender has asked to cancel. Raises Refused."""
    if not _fits_cancelling(handover, action):
        raise refusal(handover, action, Phrase(", and nobody has asked to cancel it"), _what_instead(handover))


def _fits_cancelling(handover: Handover, action: Action) -> bool:
    return action not in (Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL) or handover.cancel_asked is not None


def require_own_items(handover: Handover, items: Sequence[str], own: Sequence[str]) -> None:
    """Each side confirms its own readiness items. Raises Refused."""
    if any(item not in own for item in items):
        mend = one_of(own, Phrase("Leave it to the other side: yours has none."))
        raise refusal(handover, Action.CONFIRM, Phrase(", and that is no readiness item of your side"), mend)


def _choice_of_units(asked: Sequence[Asked]) -> Phrase:
    units = tuple(each.unit for each in asked if each.unit)
    return Phrase("Name one of: {units}.", units=units) if units else Phrase("Leave the unit out.")


def refusal(handover: Handover, action: Action, why: Phrase, mend: Phrase) -> Refused:
    """The sentence that refuses an action: the handover, its state and `why`; and what to do instead."""
    return Refused(
        "Cannot {verb} handover {handover}: it is {status}{why}.",
        mend,
        verb=_VERBS[action],
        handover=handover.reference,
        status=handover.status,
        why=why,
    )


def _fits_way_of_moving(handover: Handover, action: Action) -> bool:
    if handover.status is not HandoverStatus.READY or action not in (Action.DEPART, Action.ARRIVE):
        return True
    return handover.plan.travels == (action is Action.DEPART)


def _team_of(handover: Handover, party: Party) -> str:
    asked = either(dict.fromkeys(each.team for each in handover.asked))
    return {Party.SENDER: handover.plan.from_team, Party.RECEIVER: asked}.get(party, Phrase("Handslag itself"))


def _what_instead(handover: Handover) -> Phrase:
    if not handover.is_open:
        return Phrase("Ask the responsible team for a new handover.")
    actions = [
        action
        for action, step in STEPS[handover.status].items()
        if step.by != {Party.SYSTEM}
        and _fits_way_of_moving(handover, action)
        and _fits_cancelling(handover, action)
        and not (action is Action.SEE and all(asked.is_seen for asked in handover.asked))
    ]
    return Phrase("Possible now: {actions}.", actions=tuple(actions))
