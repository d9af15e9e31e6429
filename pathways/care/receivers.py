"""Who says yes or no where several are asked at once: the first yes takes it, one no leaves it to the others."""

from collections.abc import Iterable

from pathways.care import places
from pathways.care.clocks import handover_key
from pathways.care.commands import ChangeHandover
from pathways.care.episodes import Asked, ClockKind, Handover, PlaceStanding
from pathways.care.events_of_handovers import ReceiverChosen, ReceiverDeclined
from pathways.care.notice_kinds import ABOUT_THE_ANSWER, NoticeKind
from pathways.care.parties import owe_party
from pathways.care.permissions import asked_of, no_place, one_asked_of
from pathways.care.recording import Recorder
from pathways.care.states import Action, HandoverStatus
from pathways.care.steps import go_to


def accept(recorder: Recorder, handover: Handover, command: ChangeHandover) -> None:
    """Let one receiver take it; what is held for it elsewhere is given up, and the others are told. Raises Refused."""
    chosen = one_asked_of(handover, command)
    if chosen.unit and chosen.place is PlaceStanding.AWAITED:
        raise no_place(handover, Action.ACCEPT, chosen.unit, places.place_in_line(recorder, chosen.unit))
    others = tuple(asked for asked in handover.asked if asked != chosen)
    places.release(recorder, handover.reference, others)
    if others:
        recorder.record(ReceiverChosen(handover=handover.reference, team=chosen.team, unit=chosen.unit))
        _follow_receiver(recorder, handover.reference)
    places.make_firm(recorder, handover.reference)
    go_to(recorder, recorder.episode.handovers[handover.reference], HandoverStatus.ACCEPTED)
    for team in dict.fromkeys(asked.team for asked in others):
        if team != chosen.team:
            owe_party(recorder, NoticeKind.WITHDRAWN, handover, team)
    _tell_stand_ins(recorder, handover)


def reject(recorder: Recorder, handover: Handover, command: ChangeHandover) -> None:
    """Let a receiver say no, for one of its units or for all of them; the last no rejects. Raises Refused."""
    own = asked_of(handover, command)
    if len(own) == len(handover.asked):
        go_to(recorder, handover, HandoverStatus.REJECTED, command.reason)
        return
    places.release(recorder, handover.reference, own)
    for asked in own:
        recorder.record(
            ReceiverDeclined(handover=handover.reference, team=asked.team, unit=asked.unit, reason=command.reason or "")
        )
    _follow_receiver(recorder, handover.reference)
    _withdraw_what_was_asked(recorder, handover, own)
    _tell_stand_ins(recorder, handover)
    places.settle(recorder, handover.reference)
    if handover.plan.from_team != command.actor.team:
        owe_party(recorder, NoticeKind.DECLINED, handover, handover.plan.from_team)


def _withdraw_what_was_asked(recorder: Recorder, before: Handover, gone: Iterable[Asked]) -> None:
    """Nobody who was asked in vain is asked again: what is unsent of it does not leave any more."""
    still_asked = {team for asked in recorder.episode.handovers[before.reference].asked for team in _told(asked)}
    for team in dict.fromkeys(team for asked in gone for team in _told(asked)):
        if team not in (before.plan.from_team, *still_asked):
            recorder.withdraw_notices(before.reference, kinds=ABOUT_THE_ANSWER, team=team)


def _tell_stand_ins(recorder: Recorder, before: Handover) -> None:
    """Tell those who were asked in the stead of a receiver that no longer is, unless they still are for another."""
    after = recorder.episode.handovers[before.reference]
    still_asked = {team for asked in after.asked for team in _told(asked)}
    for told in before.stand_ins:
        if told.team not in still_asked and told.team in recorder.context.network.teams:
            recorder.owe_contact(NoticeKind.WITHDRAWN, told.team, told.contact, handover=before.reference)


def _told(asked: Asked) -> tuple[str, ...]:
    return (asked.team, *(told.team for told in asked.told))


def _follow_receiver(recorder: Recorder, reference: str) -> None:
    """Give the clock of the arrival to the team of the plan, which may be another one now."""
    team = recorder.episode.handovers[reference].plan.to_team
    places.give_clock(recorder, handover_key(reference, ClockKind.ARRIVE), team)


def require_place_to_depart(recorder: Recorder, handover: Handover) -> None:
    """A patient departs only for a place that is held. Raises Refused."""
    for unit in handover.awaited_units:
        raise no_place(handover, Action.DEPART, unit, places.place_in_line(recorder, unit))
