"""What has happened to an episode: one frozen model per event, in the past tense. Replaying them gives the state.

The events of its handovers are in `events_of_handovers.py`, and those of further capabilities in their own folders.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from pathways.care.actors import Actor
from pathways.care.communication import Summary
from pathways.care.continuity.events import FixedContactKept, FixedContactLost, FixedContactNamed
from pathways.care.episodes import ClockOutcome, RunningClock, Stopped
from pathways.care.events_of_handovers import HandoverEvent
from pathways.care.grants.events import GrantEvent
from pathways.care.joint_visits.events import JointVisitEvent
from pathways.care.meetings.events import MeetingEvent
from pathways.care.migrations.events import EpisodeMigrated
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
from pathways.care.states import PatientChange
from pathways.definition.frozen import Frozen


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
    """A deadline that runs belongs to another team, or is due at another time, from now on."""

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


class VitalStatusReported(Frozen):
    """Another network says that the patient has died, or that they live."""

    type: Literal["vital-status-reported"] = "vital-status-reported"
    is_dead: bool


class ResponsibilityConfirmed(Frozen):
    """A person of the responsible team says that it knows of it, after another team has taken back the end."""

    type: Literal["responsibility-confirmed"] = "responsibility-confirmed"


class VitalStatusDenied(Frozen):
    """The responsible team says that it is not so: what another network reported of a death, or of a life."""

    type: Literal["vital-status-denied"] = "vital-status-denied"
    is_dead: bool


class RecordErased(Frozen):
    """The texts of the episode, and whose it is, were erased: its last entry was more than so many years ago."""

    type: Literal["record-erased"] = "record-erased"
    after_years: int


class PatientChanged(Frozen):
    """The record of who the episode is about has changed; who that is, stands in no event.

    `told_in` is the episode through which it was told, empty only where that is shown to somebody who may not see that
    one; `joined` are the other episodes that a merge brought together.
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
    | HandoverEvent
    | ClockStarted
    | ClockReminded
    | ClockPassed
    | ClockChanged
    | ClockStopped
    | MilestoneRecorded
    | NoticesWithdrawn
    | PatientChanged
    | VitalStatusReported
    | VitalStatusDenied
    | ResponsibilityConfirmed
    | RecordErased
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
    """An event with its place in the episode's history (from 1), who caused it, and when it was recorded (UTC).

    `occurred_at`: when it happened, where it was entered late; it is recorded `at` the time of the entry.
    """

    number: int
    at: datetime
    occurred_at: datetime | None = None
    actor: Actor
    event: Event

    @property
    def true_at(self) -> datetime:
        """When it happened (UTC): when it was recorded, unless it was entered late."""
        return self.occurred_at or self.at

    @property
    def entered_at(self) -> datetime | None:
        """When it was recorded, of what was entered late; else None."""
        return self.at if self.occurred_at else None


def true_place(recorded: Recorded) -> tuple[datetime, int]:
    """What orders events as they happened: the earlier has the lesser, and of two at once the one recorded first."""
    return recorded.true_at, recorded.number


def in_true_order(history: Iterable[Recorded]) -> list[Recorded]:
    """A history in the order in which things happened: what was entered late comes where it belongs."""
    return sorted(history, key=true_place)
