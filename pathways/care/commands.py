"""What may be asked of an episode: one frozen model per command, in the imperative. `decisions.py` answers them."""

from collections.abc import Mapping
from typing import Literal

from pathways.care.actors import Actor
from pathways.care.states import Action
from pathways.definition.frozen import Frozen


class Command(Frozen):
    """Something asked for by an actor."""

    actor: Actor


class BeginEpisode(Command):
    """Begin an episode at a level. `team` and `unit` may be left out where the network has only one.

    `care_team` names, role by role, the teams around this patient where the network has several.
    """

    reference: str
    level: str
    team: str | None = None
    unit: str | None = None
    care_team: Mapping[str, str] = {}


class PlanHandover(Command):
    """Plan a handover and, unless it stays a draft, request it at once."""

    reference: str
    move: str
    urgency: str
    reason: str
    to_team: str | None = None
    to_unit: str | None = None
    replaces: str | None = None
    is_draft: bool = False


class ChangeHandover(Command):
    """Do one of the simple things that the state × action table allows. `reason` is needed by some of them."""

    handover: str
    action: Literal[
        Action.REQUEST,
        Action.DELIVER,
        Action.SEE,
        Action.ACCEPT,
        Action.REJECT,
        Action.READ_BACK,
        Action.HOLD,
        Action.RESUME,
        Action.DEPART,
        Action.ARRIVE,
        Action.CANCEL,
        Action.FAIL,
        Action.ENTER_IN_ERROR,
    ]
    reason: str | None = None


class ConfirmReadiness(Command):
    """Say that readiness items of one's own side are in place. Without names: all of one's own side."""

    handover: str
    items: tuple[str, ...] = ()


class PassClock(Command):
    """Act on a clock that is due. Does nothing when it is not due, or no longer runs."""

    key: str


class EndEpisode(Command):
    """End the episode in one of the ways that the pathway names."""

    end: str


class CompleteFollowUp(Command):
    """Say that a follow-up has been done."""

    follow_up: str
