"""The parties to a handover: which teams are on a side, and how they are told of what the others did."""

from datetime import datetime

from pathways.care.episodes import Handover
from pathways.care.notice_kinds import NoticeKind, Reach
from pathways.care.notice_parts import CLOSING
from pathways.care.recording import Recorder
from pathways.definition.models import Side


def teams_on(handover: Handover, side: Side) -> tuple[str, ...]:
    """The teams on a side, each once. All that are asked are receivers."""
    if side is Side.SENDER:
        return (handover.plan.from_team,)
    return tuple(dict.fromkeys(asked.team for asked in handover.asked))


def tell(
    recorder: Recorder, kind: NoticeKind, handover: Handover, *sides: Side, due_at: datetime | None = None
) -> None:
    """Owe the teams on these sides a notice, each once, but for the team that did it itself."""
    for team in dict.fromkeys(team for side in sides for team in teams_on(handover, side)):
        if team != recorder.actor.team:
            owe_party(recorder, kind, handover, team, due_at=due_at)


def owe_party(
    recorder: Recorder, kind: NoticeKind, handover: Handover, team: str, *, due_at: datetime | None = None
) -> None:
    """Owe a party a notice about a handover.

    What closes a request and does not wait for a closed team goes to those of it as well who were asked: they come
    back to it.
    """
    recorder.owe(kind, team, handover=handover.reference, due_at=due_at)
    is_pressing = recorder.reach_of(kind, handover=handover.reference) is Reach.NOW
    if kind in CLOSING and is_pressing and not recorder.context.rota.is_open(team, recorder.context.now):
        told = (told for asked in handover.asked for told in asked.told if told.team == team)
        for contact in dict.fromkeys(each.contact for each in told):
            recorder.owe_contact(kind, team, contact, handover=handover.reference, due_at=due_at)


def tell_stand_ins(recorder: Recorder, kind: NoticeKind, handover: Handover) -> None:
    """Owe a notice to the very contacts who were told of a request in a receiver's stead: they know of it."""
    for told in handover.stand_ins:
        if told.team in recorder.context.network.teams:
            recorder.owe_contact(kind, told.team, told.contact, handover=handover.reference)


def tell_other_side(recorder: Recorder, kind: NoticeKind, handover: Handover) -> None:
    """Owe a notice to whoever is on either side, but for the team that did it itself."""
    tell(recorder, kind, handover, Side.SENDER, Side.RECEIVER)
