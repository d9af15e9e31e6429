"""What may be entered late, as after an outage: with the time at which it happened, beside that of the entry.

The one place that decides it, for every door: which commands may be, how far back, and what they must not precede.
What is entered late happened at its true time: clocks are judged by it, and start at it. Whoever is to know of it is
told at the entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pathways.care.clocks import handover_key
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    BeginEpisode,
    ChangeHandover,
    ComeBack,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    ConfirmResponsibility,
    CorrectReadBack,
    DenyVitalStatus,
    EndEpisode,
    EraseRecord,
    GiveReadBack,
    NoteNightSheet,
    NotePatientChange,
    OfferPlace,
    PassClock,
    PauseEpisode,
    PlanHandover,
    RecordFact,
    RecordMilestone,
    RecordReturnCause,
    ReportVitalStatus,
    ResumeEpisode,
    SettleHandover,
    TakeBackEnd,
    Waive,
    WriteSummary,
)
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.episodes import ClockKind, Episode, Handover
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    MoveToDistrict,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.care.joint_visits.commands import AnswerJointVisit, CancelJointVisit, ProposeJointVisit, RecordJointVisit
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordComplication,
    RecordVisit,
    StopOrder,
)
from pathways.care.patient import PatientFact
from pathways.care.programme.commands import Enrol, KeepWaiting, OfferEnrolment, RecordMeasurement
from pathways.care.recording import Context
from pathways.care.states import Action, HandoverStatus, MarkKind
from pathways.care.tables import complete
from pathways.errors import Refused
from pathways.phrases import Phrase

LONGEST_AGO = timedelta(days=7)
"""How far back something may be entered late: the longest outage that paper carries, over a weekend and a holiday.

What is older has been counted in figures that were handed in, and told on to others: it is written as words instead.
"""

_SAYS_WHEN = Phrase("it says itself when it was")
_ITSELF = Phrase("that is for Handslag itself to do")
_FROM_NOW_ON = Phrase("it holds from now on")
_CORRECTS = Phrase("it corrects what is recorded, as of now")
_AS_IT_IS = Phrase("it says how things are now")

KINDS: Mapping[type[Command], Phrase | None] = {
    **dict.fromkeys(
        (
            *(BeginEpisode, PlanHandover, ChangeHandover, ComeBack, ConfirmReadiness, Waive),
            *(GiveReadBack, CorrectReadBack),
            *(RecordFact, PauseEpisode, ResumeEpisode, EndEpisode, CompleteFollowUp),
        )
    ),
    **dict.fromkeys((RecordMilestone, RecordMeasurement, RecordVisit), _SAYS_WHEN),
    **dict.fromkeys(
        (OfferPlace, PassClock, ReportVitalStatus, NoteNightSheet, NotePatientChange, OfferEnrolment, EraseRecord),
        _ITSELF,
    ),
    **dict.fromkeys((TakeBackEnd, ConfirmResponsibility, DenyVitalStatus), _CORRECTS),
    **dict.fromkeys(
        (
            *(AskQuestion, AnswerQuestion, WriteSummary, RecordReturnCause, SettleHandover),
            *(RecordComplication, ActOnMissedVisit, RecordJointVisit),
        ),
        _AS_IT_IS,
    ),
    **dict.fromkeys(
        (
            *(GrantPackage, RenewGrant, LeaveToLapse, WithdrawGrant, SwapServices, UndoSwap, MoveToDistrict),
            *(PlaceOrder, ChangeOrder, StopOrder, NameFixedContact, RaiseMatter, DecideMatter, MigrateEpisode),
            *(ProposeJointVisit, AnswerJointVisit, CancelJointVisit, Enrol, KeepWaiting),
        ),
        _FROM_NOW_ON,
    ),
}
"""Why a kind of command is never entered late; None where it may be. Of what is done to a handover, see `ACTIONS`."""

ACTIONS: Mapping[Action, Phrase | None] = complete(
    Action,
    {
        **dict.fromkeys(
            (
                *(Action.REQUEST, Action.ACCEPT, Action.REJECT, Action.HOLD, Action.RESUME, Action.DEPART),
                *(Action.ARRIVE, Action.CANCEL, Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL, Action.FAIL),
                *(Action.CONFIRM, Action.CONFIRM_READ_BACK, Action.WAIVE, Action.READ_BACK, Action.CORRECT),
            )
        ),
        **dict.fromkeys((Action.DELIVER, Action.WITHDRAW), _ITSELF),
        Action.SEE: _AS_IT_IS,
        Action.ASK: _AS_IT_IS,
        Action.REPLY: _AS_IT_IS,
        Action.ENTER_IN_ERROR: _CORRECTS,
    },
)
"""Why something that is done to a handover is never entered late; None where it may be."""

_Earlier = tuple[datetime, Phrase]
"""When something happened that is recorded already, and what."""


def require_kinds(kinds: Iterable[type[Command]]) -> None:
    """Each of these kinds says whether it may be entered late. Raises TypeError, naming those that do not."""
    if missing := [kind.__name__ for kind in kinds if kind not in KINDS]:
        raise TypeError(f"nothing says whether these may be entered late: {', '.join(missing)}")


def may_be_late(kind: type[Command], action: Action | None = None) -> bool:
    """Whether this kind of command may be entered late; of what is done to a handover, this `action`."""
    return KINDS[kind] is None and (action is None or ACTIONS[action] is None)


def judged(context: Context, command: Command, episode: Episode | None = None) -> Context:
    """What to decide a command in: with the time at which it happened, where that was earlier. Raises Refused.

    A death that became known in another episode is never refused for its time: it counts from what it would precede.
    """
    if command.occurred_at is None:
        return context
    _require_kind(command)
    at = command.occurred_at.astimezone(UTC)
    if at > context.now:
        raise Refused("Nothing can have happened later than now.", "Give the time at which it happened.")
    if at < context.now - LONGEST_AGO:
        raise Refused(
            "Nothing is entered late that happened more than {days} days ago.",
            "Leave out when it was, and write it in words of your own.",
            days=LONGEST_AGO.days,
        )
    latest = max(_earlier(context, command, episode, at), key=lambda each: each[0], default=None)
    if latest and at == latest[0].replace(second=0, microsecond=0):
        at = latest[0]  # a person writes whole minutes
    if latest and at < latest[0]:
        if not isinstance(command, EndEpisode) or command.told_in is None:
            raise _contradicts(context, at, *latest)
        at = latest[0]
    return context if at == context.now else replace(context, late_since=at)


def _require_kind(command: Command) -> None:
    why = ACTIONS[command.action] if isinstance(command, ChangeHandover) else KINDS[type(command)]
    if isinstance(command, PlanHandover) and command.is_draft:
        why = _AS_IT_IS
    if why:
        raise Refused("This cannot be entered late: {why}.", "Leave out when it happened.", why=why)


def _contradicts(context: Context, at: datetime, earlier: datetime, what: Phrase) -> Refused:
    return Refused(
        "This cannot have happened at {at}: {what} at {earlier}, as is recorded.",
        "Give a later time, or have that corrected first.",
        at=_local(context.zone, at),
        what=what,
        earlier=_local(context.zone, earlier),
    )


def _local(zone: ZoneInfo, at: datetime) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _earlier(context: Context, command: Command, episode: Episode | None, at: datetime) -> Iterator[_Earlier]:
    """What is recorded that this, which happened `at` a time, builds upon, and cannot have happened before."""
    if episode is None:
        midnight = datetime.combine(context.pathway.in_force_from, datetime.min.time(), context.zone)
        yield midnight, Phrase("this version of the pathway came into force")
        return
    if isinstance(command, RecordFact):
        yield from _of_a_fact(episode, command.fact)
        return
    yield from _of_the_course(episode)
    match command:
        case ChangeHandover() | ConfirmReadiness() | Waive() | GiveReadBack() | CorrectReadBack():
            if handover := episode.handovers.get(command.handover):
                yield from _of_a_handover(handover)
                if isinstance(command, ChangeHandover):
                    yield from _of_a_step(episode, handover, command.action, at)
        case PauseEpisode():
            if handover := episode.open_handover:
                yield from _of_a_handover(handover)
        case EndEpisode():
            yield from _of_an_end(context, episode, command)
        case PlanHandover() | ComeBack():
            yield from _of_those_closed(episode)


def _of_an_end(context: Context, episode: Episode, command: EndEpisode) -> Iterator[_Earlier]:
    """An end does not close in silence what was asked, or done, after it: that is looked at first.

    A death is another matter: it is so, whoever asked for something without knowing. All who were asked are told.
    """
    end = context.pathway.ends.get(command.end)
    if handover := episode.open_handover:
        if not (command.told_in or (end and end.is_death)):
            yield from _of_a_handover(handover)
        elif departed := handover.mark(MarkKind.DEPARTED):
            yield departed.at, Phrase("the patient departed")


def _of_a_fact(episode: Episode, fact: PatientFact) -> Iterator[_Earlier]:
    """A fact of the patient builds upon no step of the care: only upon an older one of its kind."""
    yield episode.began_at, Phrase("the episode began")
    if episode.ended_at:
        yield episode.ended_at, Phrase("the episode ended")
    if fact.slot in episode.known:
        yield episode.known[fact.slot].at, Phrase("something newer of the same kind was found")


def _of_those_closed(episode: Episode) -> Iterator[_Earlier]:
    for handover in episode.handovers.values():
        if handover.status is not HandoverStatus.ENTERED_IN_ERROR:
            yield handover.changed_at, Phrase("handover {handover} was closed", handover=handover.reference)


def _of_the_course(episode: Episode) -> Iterator[_Earlier]:
    yield episode.began_at, Phrase("the episode began")
    if len(episode.stays) > 1:
        yield episode.stay.from_at, Phrase("the responsibility passed")
    if episode.pause:
        yield episode.pause.at, Phrase("the episode was paused")
    if episode.resumed_at:
        yield episode.resumed_at, Phrase("the episode went on after a pause")
    if episode.ended_at:
        yield episode.ended_at, Phrase("the episode ended")


_MARKS: Mapping[MarkKind, Phrase | None] = complete(
    MarkKind,
    {
        MarkKind.DELIVERED: None,  # a machine's, or of whoever reads before they enter: nothing builds upon it
        MarkKind.SEEN: None,
        MarkKind.ACCEPTED: Phrase("the handover was accepted"),
        MarkKind.READ_BACK: None,  # stands with what was read back
        MarkKind.DEPARTED: Phrase("the patient departed"),
        MarkKind.ARRIVED: Phrase("the patient arrived"),
    },
)


def _of_a_handover(handover: Handover) -> Iterator[_Earlier]:
    yield handover.requested_at or handover.drafted_at, Phrase("the handover was requested, or planned")
    for mark in handover.marks:
        if what := _MARKS[mark.kind]:
            yield mark.at, what
    if handover.status in (HandoverStatus.ACCEPTED, HandoverStatus.ON_HOLD):
        yield handover.changed_at, Phrase("the state of the handover changed")
    for said in handover.read_backs[-1:]:
        yield said.reviewed_at or said.given_at, Phrase("the handover was read back, or that was reviewed")


def _of_a_step(episode: Episode, handover: Handover, action: Action, at: datetime) -> Iterator[_Earlier]:
    """What this very step of a handover builds upon."""
    if action in (Action.DEPART, Action.ARRIVE):
        yield from _of_its_readiness(handover, at)
    if action is Action.ARRIVE and handover.read_back_waiver:
        yield handover.read_back_waiver.at, Phrase("somebody went ahead without the read-back")
    asked = episode.clocks.get(handover_key(handover.reference, ClockKind.CANCEL))
    if action in (Action.AGREE_TO_CANCEL, Action.REFUSE_TO_CANCEL) and asked:
        yield asked.started_at, Phrase("it was asked to cancel the handover")


def _of_its_readiness(handover: Handover, at: datetime) -> Iterator[_Earlier]:
    """What had to be in place; what held at that time and was checked again since, was."""
    held = handover.held_at(at)
    ready = [tick.checked_at for item, tick in handover.ticks.items() if item not in held]
    ready += [each.at for item, each in handover.waivers.items() if item not in held]
    if handover.status is not HandoverStatus.IN_PROGRESS and ready:
        yield max(ready), Phrase("the last that had to be in place was")
