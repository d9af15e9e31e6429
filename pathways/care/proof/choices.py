"""What somebody could do in a situation, each with the sentence that tells it. Whether it is allowed, care says.

Steps that do not touch each other are taken in one order only: the sender sees to its items first, and who reads back
does so when all is ready. Whatever the order, the same is reached.
"""

from collections.abc import Iterator
from typing import NamedTuple, get_args

from pathways.care.actors import CLOCK, SYSTEM
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ChangeHandover,
    Command,
    ConfirmReadiness,
    GiveReadBack,
    OfferPlace,
    PassClock,
)
from pathways.care.communication import IllnessSeverity
from pathways.care.episodes import Handover
from pathways.care.proof.situations import WORDS, Situation, person_of
from pathways.care.states import STEPS, Action, HandoverStatus, Party
from pathways.definition.models import Pathway, Side

_SIMPLE = get_args(ChangeHandover.model_fields["action"].annotation)
_SAID = {
    Action.REQUEST: "sends the request",
    Action.SEE: "opens the request",
    Action.ACCEPT: "accepts",
    Action.REJECT: "says no",
    Action.CONFIRM_READ_BACK: "confirms the read-back",
    Action.HOLD: "puts it on hold",
    Action.RESUME: "takes it up again",
    Action.DEPART: "lets the patient go",
    Action.ARRIVE: "takes over",
    Action.CANCEL: "wants to cancel it",
    Action.AGREE_TO_CANCEL: "agrees to cancel",
    Action.REFUSE_TO_CANCEL: "does not agree to cancel",
    Action.FAIL: "records that it failed",
    Action.ENTER_IN_ERROR: "records that it was asked for in error",
}
_WHEN_READY = (HandoverStatus.READY, HandoverStatus.IN_PROGRESS)


class Choice(NamedTuple):
    """Something that could be done, and the sentence that tells it. `leads_on`: it brings the handover nearer its end.

    `waits`: the time at which a clock is due comes first.
    """

    command: Command
    words: str
    leads_on: bool = False
    waits: bool = False


_LEADS_ON = {Action.ACCEPT, Action.DEPART, Action.ARRIVE, Action.CONFIRM_READ_BACK, Action.RESUME}


def choices(pathway: Pathway, situation: Situation) -> Iterator[Choice]:
    """All that can be tried on the handover under way, by those whom the table names, and what time brings."""
    handover = situation.handover
    if handover is None:
        return
    if handover.open_question:
        yield _reply(handover)
        return
    yield from _places(handover)
    yield from _items(handover)
    yield from _spoken(handover)
    for action, step in STEPS[handover.status].items():
        if action in _SIMPLE and action in _SAID:
            yield _change(pathway, handover, action, sorted(step.by)[0])
    for key, clock in situation.episode.clocks.items():
        if clock.subject == handover.reference and not clock.passed:
            yield Choice(PassClock(actor=CLOCK, key=key), f"The limit of {clock.kind} goes by.", waits=True)


def _change(pathway: Pathway, handover: Handover, action: Action, party: Party) -> Choice:
    asked = (*handover.able_to_accept, *handover.asked)[0]
    team = handover.plan.from_team if party is Party.SENDER else asked.team
    reason = next(iter(pathway.rejections)) if action is Action.REJECT else WORDS
    unit = asked.unit if action in (Action.ACCEPT, Action.REJECT) else None
    command = ChangeHandover(
        actor=person_of(team), handover=handover.reference, action=action, reason=reason, unit=unit
    )
    return Choice(command, f"{team} {_SAID[action]}.", leads_on=action in _LEADS_ON)


def _places(handover: Handover) -> Iterator[Choice]:
    for unit in handover.awaited_units:
        command = OfferPlace(actor=SYSTEM, handover=handover.reference, unit=unit)
        yield Choice(command, f"A place at {unit} becomes free, and is held for it.", leads_on=True)


def _items(handover: Handover) -> Iterator[Choice]:
    teams = {Side.SENDER: handover.plan.from_team, Side.RECEIVER: handover.plan.to_team}
    for side, team in teams.items():
        items = tuple(item for item in handover.missing if handover.plan.items[item] is side)
        if items and Action.CONFIRM in STEPS[handover.status]:
            command = ConfirmReadiness(actor=person_of(team), handover=handover.reference, items=items, evidence=WORDS)
            yield Choice(command, f"{team} confirms {', '.join(items)}.", leads_on=True)
            return


def _spoken(handover: Handover) -> Iterator[Choice]:
    receiver = person_of(handover.plan.to_team)
    if handover.status in _WHEN_READY and not handover.read_backs:
        command = GiveReadBack(
            actor=receiver,
            handover=handover.reference,
            severity=IllnessSeverity.STABLE,
            next_action=WORDS,
            contingency=WORDS,
        )
        yield Choice(command, f"{receiver.team} reads back.", leads_on=True)
    if handover.status is HandoverStatus.REQUESTED and not handover.questions:
        question = AskQuestion(actor=receiver, handover=handover.reference, text=WORDS)
        yield Choice(question, f"{receiver.team} asks a question.")


def _reply(handover: Handover) -> Choice:
    sender = handover.plan.from_team
    command = AnswerQuestion(actor=person_of(sender), handover=handover.reference, answer=WORDS)
    return Choice(command, f"{sender} answers the question.")
