"""What may be done to a handover now, and by whom: what a form or a page offers. Changes nothing.

It follows from the state × action table. What is offered may still be refused: somebody else may have been faster, or
what is written may not do.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pathways.care.episodes import Handover
from pathways.care.states import STEPS, Action, HandoverStatus, MarkKind, Party


class Possible(NamedTuple):
    """Something that may be done: the action, the team that does it and, where several are asked, for which unit."""

    action: Action
    team: str
    unit: str | None = None


def possible(handover: Handover) -> tuple[Possible, ...]:
    """All that may be done now, in the order of the table, the receivers' before the sender's."""
    return tuple(
        each
        for action, step in STEPS.get(handover.status, {}).items()
        for party in (Party.RECEIVER, Party.SENDER)
        if party in step.by and _makes_sense(handover, action, party)
        for each in _by(handover, action, party)
    )


def _by(handover: Handover, action: Action, party: Party) -> Iterator[Possible]:
    """One for each that may do it: nobody says yes where no place is held."""
    if party is Party.SENDER:
        yield Possible(action, handover.plan.from_team)
    elif action in (Action.ACCEPT, Action.REJECT):
        for asked in handover.able_to_accept if action is Action.ACCEPT else handover.asked:
            yield Possible(action, asked.team, asked.unit if len(handover.asked) > 1 else None)
    else:
        seen = {asked.team for asked in handover.asked if asked.is_seen} if action is Action.SEE else set()
        for team in dict.fromkeys(asked.team for asked in handover.asked if asked.team not in seen):
            yield Possible(action, team)


def _makes_sense(handover: Handover, action: Action, party: Party) -> bool:
    match action:
        case Action.AGREE_TO_CANCEL | Action.REFUSE_TO_CANCEL:
            return handover.cancel_asked is not None
        case Action.DEPART | Action.ARRIVE if handover.status is HandoverStatus.READY:
            return (action is Action.DEPART) == handover.plan.travels
        case Action.CONFIRM:
            return any(handover.plan.items[item] == party.value for item in handover.missing)
        case Action.WAIVE:
            return bool(handover.missing) or not (handover.is_read_back or handover.read_back_waiver)
        case Action.READ_BACK:
            return not handover.awaits_review and handover.mark(MarkKind.READ_BACK) is None
        case Action.CORRECT | Action.CONFIRM_READ_BACK:
            return handover.awaits_review
        case Action.ASK:
            return handover.open_question is None
        case Action.REPLY:
            return handover.open_question is not None
        case _:
            return True
