"""What has happened to an episode: one frozen model per event, in the past tense. Replaying them gives the state."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from pathways.care.actors import Actor
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.continuity.events import FixedContactKept, FixedContactLost, FixedContactNamed
from pathways.care.episodes import Asked, ClockOutcome, Plan, RunningClock, Stopped
from pathways.care.grants.events import GrantEvent
from pathways.care.joint_visits.events import JointVisitEvent
from pathways.care.meetings.events import MeetingEvent
from pathways.care.migrations.events import EpisodeMigrated as EpisodeMigrated
from pathways.care.notice_kinds import NoticeKind
from pathways.care.orders.events import (
    ComplicationRecorded,
    MissedVisitActedOn,
    OrderChanged,
    OrderCompleted,
    OrderHeld,
    OrderPlaced,
    OrderRuns,
    OrderStopped,
    VisitRecorded,
)
from pathways.care.patient import PatientFact
from pathways.care.programme.events import ProgrammeEvent
from pathways.care.states import HandoverStatus, MarkKind, PatientChange
from pathways.definition.frozen import Frozen
from pathways.definition.models import Side


class EpisodeBegan(Frozen):
    """A patient came onto a pathway, under one responsible team."""

    type: Literal["episode-began"] = "episode-began"
    reference: str
    pathway: str
    version: date
    network: str
    level: str
    team: str
    unit: str | None
    care_team: Mapping[str, str]
    district: str | None = None


class EpisodeEnded(Frozen):
    """The episode ended in one of the ways that the pathway names."""

    type: Literal["episode-ended"] = "episode-ended"
    end: str
    stopped: Stopped | None = None


class EndTakenBack(Frozen):
    """The end had been recorded in error: what it stopped comes back as it was.

    `late`: the keys of the clocks whose limit went by while the episode counted as ended.
    """

    type: Literal["end-taken-back"] = "end-taken-back"
    late: tuple[str, ...] = ()


class EpisodePaused(Frozen):
    """The episode pauses, for one of the pathway's reasons. `arrive`: the clock of the arrival, which rests."""

    type: Literal["episode-paused"] = "episode-paused"
    kind: str
    arrive: RunningClock | None = None


class EpisodeResumed(Frozen):
    """The episode goes on."""

    type: Literal["episode-resumed"] = "episode-resumed"


class ServicesChanged(Frozen):
    """Which services pause, from now on."""

    type: Literal["services-changed"] = "services-changed"
    paused: tuple[str, ...]


class SummaryWritten(Frozen):
    """The episode's summary was written anew."""

    type: Literal["summary-written"] = "summary-written"
    summary: Summary


class FactRecorded(Frozen):
    """Something about the patient's state or wishes was recorded."""

    type: Literal["fact-recorded"] = "fact-recorded"
    fact: PatientFact


class NightSheetMade(Frozen):
    """A night sheet was made. The mark follows from what it says, `number` is the event up to which it knows all."""

    type: Literal["night-sheet-made"] = "night-sheet-made"
    mark: str
    number: int


class FollowUpCompleted(Frozen):
    """What an end asked for has been done."""

    type: Literal["follow-up-completed"] = "follow-up-completed"
    follow_up: str


class HandoverDrafted(Frozen):
    """A handover was planned; nobody has been asked yet."""

    type: Literal["handover-drafted"] = "handover-drafted"
    handover: str
    plan: Plan
    asked: tuple[Asked, ...] = ()


class SummaryAttached(Frozen):
    """The request took the summary as it was then."""

    type: Literal["summary-attached"] = "summary-attached"
    handover: str
    summary: Summary


class HandoverChanged(Frozen):
    """A handover went from one state to another."""

    type: Literal["handover-changed"] = "handover-changed"
    handover: str
    before: HandoverStatus
    after: HandoverStatus
    reason: str | None = None


class HandoverMarked(Frozen):
    """A mark was made beside the state. `receivers`: the teams that it has reached, where each has it for itself."""

    type: Literal["handover-marked"] = "handover-marked"
    handover: str
    mark: MarkKind
    receivers: tuple[str, ...] = ()


class ReadinessConfirmed(Frozen):
    """A side said that these readiness items are in place. `expires`: until when that holds, where it does not last."""

    type: Literal["readiness-confirmed"] = "readiness-confirmed"
    handover: str
    items: tuple[str, ...]
    evidence: str = ""
    checked_at: datetime | None = None
    expires: Mapping[str, datetime] = {}


class ReadinessWaived(Frozen):
    """A named person went ahead without these readiness items."""

    type: Literal["readiness-waived"] = "readiness-waived"
    handover: str
    items: tuple[str, ...]
    reason: str
    words: str


class ReadinessExpired(Frozen):
    """What was in place has to be looked at again."""

    type: Literal["readiness-expired"] = "readiness-expired"
    handover: str
    items: tuple[str, ...]


class ReadBackGiven(Frozen):
    """The receiver said in their own words what they have understood."""

    type: Literal["read-back-given"] = "read-back-given"
    handover: str
    severity: IllnessSeverity
    next_action: str
    contingency: str


class ReadBackCorrected(Frozen):
    """The sender said what in the latest read-back is not right."""

    type: Literal["read-back-corrected"] = "read-back-corrected"
    handover: str
    correction: str


class ReadBackConfirmed(Frozen):
    """The sender said that the latest read-back is right."""

    type: Literal["read-back-confirmed"] = "read-back-confirmed"
    handover: str


class ReadBackWaived(Frozen):
    """A named person went ahead without a confirmed read-back."""

    type: Literal["read-back-waived"] = "read-back-waived"
    handover: str
    reason: str
    words: str


class QuestionAsked(Frozen):
    """The receiver asked something. `answer_left_seconds`: what is left to answer the request, if that waits."""

    type: Literal["question-asked"] = "question-asked"
    handover: str
    text: str
    answer_left_seconds: float | None = None


class QuestionAnswered(Frozen):
    """The sender answered the question that waited."""

    type: Literal["question-answered"] = "question-answered"
    handover: str
    answer: str


class HandoverAddressed(Frozen):
    """The request of a receiver was told to a contact on duty. `passed_over`: contacts whose desk was closed."""

    type: Literal["handover-addressed"] = "handover-addressed"
    handover: str
    receiver: str
    rung: int
    team: str
    contact: str
    passed_over: tuple[str, ...] = ()


class HandoverEscalated(Frozen):
    """Nobody answered in time: the request climbed to a further contact on duty. `step` counts from 1."""

    type: Literal["handover-escalated"] = "handover-escalated"
    handover: str
    step: int
    receiver: str = ""
    rung: int = 0
    team: str = ""
    contact: str
    passed_over: tuple[str, ...] = ()


class PlaceHeld(Frozen):
    """A place at a unit is held for a handover."""

    type: Literal["place-held"] = "place-held"
    handover: str
    unit: str


class PlaceAwaited(Frozen):
    """A handover stands on a unit's waiting list; its wait counts from `since`. Those that are urgent go first."""

    type: Literal["place-awaited"] = "place-awaited"
    handover: str
    unit: str
    since: datetime
    is_urgent: bool = False


class PlaceReleased(Frozen):
    """A handover neither holds a place at a unit any longer nor waits for one there."""

    type: Literal["place-released"] = "place-released"
    handover: str
    unit: str


class ReceiverDeclined(Frozen):
    """One of several receivers that were asked said no. The others may still answer."""

    type: Literal["receiver-declined"] = "receiver-declined"
    handover: str
    team: str
    unit: str | None
    reason: str


class ReceiverChosen(Frozen):
    """One of several receivers that were asked took it. The others are no longer asked."""

    type: Literal["receiver-chosen"] = "receiver-chosen"
    handover: str
    team: str
    unit: str | None


class CancelAsked(Frozen):
    """The patient has departed, and the sender asks the receiver to agree to cancel."""

    type: Literal["cancel-asked"] = "cancel-asked"
    handover: str
    reason: str


class CancelRefused(Frozen):
    """The receiver did not agree to cancel: the handover goes on."""

    type: Literal["cancel-refused"] = "cancel-refused"
    handover: str


class ReturnCauseRecorded(Frozen):
    """A side said why the patient came back."""

    type: Literal["return-cause-recorded"] = "return-cause-recorded"
    handover: str
    side: Side
    cause: str


class HandoverSettled(Frozen):
    """Nobody took the handover, and the sender asks for no other now. `words`: why."""

    type: Literal["handover-settled"] = "handover-settled"
    handover: str
    words: str


class ResponsibilityPassed(Frozen):
    """Responsibility went from one team to another, and with it the patient's stay."""

    type: Literal["responsibility-passed"] = "responsibility-passed"
    handover: str
    role: str
    level: str
    unit: str | None
    from_team: str
    to_team: str


class ClockStarted(Frozen):
    """A deadline began to run."""

    type: Literal["clock-started"] = "clock-started"
    clock: RunningClock


class ClockReminded(Frozen):
    """A limit is near, and its owner was reminded."""

    type: Literal["clock-reminded"] = "clock-reminded"
    key: str
    next_at: datetime


class ClockPassed(Frozen):
    """A limit, or a repeat of it, went by. `times` counts how often so far."""

    type: Literal["clock-passed"] = "clock-passed"
    key: str
    times: int
    next_at: datetime


class ClockChanged(Frozen):
    """A deadline that runs belongs to another team, or is due sooner, from now on."""

    type: Literal["clock-changed"] = "clock-changed"
    clock: RunningClock


class ClockStopped(Frozen):
    """A deadline stopped running."""

    type: Literal["clock-stopped"] = "clock-stopped"
    key: str
    outcome: ClockOutcome


class MilestoneRecorded(Frozen):
    """A milestone of the pathway was reached, `at` that time (UTC). `takes_back`: one that holds no longer."""

    type: Literal["milestone-recorded"] = "milestone-recorded"
    milestone: str
    at: datetime
    takes_back: str | None = None


class NoticesWithdrawn(Frozen):
    """Notices not yet sent are no longer wanted: those of one handover or of one subject, or all of the episode's.

    `kinds`: only those of these kinds; none named, all. `team`: only those to this team.
    """

    type: Literal["notices-withdrawn"] = "notices-withdrawn"
    handover: str | None = None
    subject: str | None = None
    kinds: tuple[NoticeKind, ...] = ()
    team: str | None = None


class PatientChanged(Frozen):
    """The record of who the episode is about has changed; who that is, stands in no event.

    `told_in` is the episode through which it was told; `joined` are the other episodes that a merge brought together.
    """

    type: Literal["patient-changed"] = "patient-changed"
    what: PatientChange
    told_in: str
    joined: tuple[str, ...] = ()


Event = Annotated[
    EpisodeBegan
    | EpisodeMigrated
    | EpisodeEnded
    | EndTakenBack
    | EpisodePaused
    | EpisodeResumed
    | ServicesChanged
    | SummaryWritten
    | FactRecorded
    | NightSheetMade
    | FollowUpCompleted
    | HandoverDrafted
    | SummaryAttached
    | HandoverChanged
    | HandoverMarked
    | ReadinessConfirmed
    | ReadinessWaived
    | ReadinessExpired
    | ReadBackGiven
    | ReadBackCorrected
    | ReadBackConfirmed
    | ReadBackWaived
    | QuestionAsked
    | QuestionAnswered
    | HandoverAddressed
    | HandoverEscalated
    | PlaceHeld
    | PlaceAwaited
    | PlaceReleased
    | ReceiverDeclined
    | ReceiverChosen
    | CancelAsked
    | CancelRefused
    | ReturnCauseRecorded
    | HandoverSettled
    | ResponsibilityPassed
    | ClockStarted
    | ClockReminded
    | ClockPassed
    | ClockChanged
    | ClockStopped
    | MilestoneRecorded
    | NoticesWithdrawn
    | PatientChanged
    | GrantEvent
    | ProgrammeEvent
    | OrderPlaced
    | OrderChanged
    | OrderRuns
    | OrderHeld
    | OrderStopped
    | OrderCompleted
    | VisitRecorded
    | MissedVisitActedOn
    | ComplicationRecorded
    | FixedContactNamed
    | FixedContactKept
    | FixedContactLost
    | MeetingEvent
    | JointVisitEvent,
    Field(discriminator="type"),
]

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes events as JSON."""


class Recorded(Frozen):
    """An event with its place in the episode's history (from 1), its time (UTC) and who caused it."""

    number: int
    at: datetime
    actor: Actor
    event: Event
