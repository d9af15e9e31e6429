"""What has happened to an episode: one frozen model per event, in the past tense. Replaying them gives the state."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from pathways.care.actors import Actor
from pathways.care.episodes import ClockOutcome, Plan, RunningClock
from pathways.care.states import HandoverStatus, MarkKind
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


class EpisodeEnded(Frozen):
    """The episode ended in one of the ways that the pathway names."""

    type: Literal["episode-ended"] = "episode-ended"
    end: str


class FollowUpCompleted(Frozen):
    """What an end asked for has been done."""

    type: Literal["follow-up-completed"] = "follow-up-completed"
    follow_up: str


class HandoverDrafted(Frozen):
    """A handover was planned; nobody has been asked yet."""

    type: Literal["handover-drafted"] = "handover-drafted"
    handover: str
    plan: Plan


class HandoverChanged(Frozen):
    """A handover went from one state to another."""

    type: Literal["handover-changed"] = "handover-changed"
    handover: str
    before: HandoverStatus
    after: HandoverStatus
    reason: str | None = None


class HandoverMarked(Frozen):
    """A mark was made beside the state."""

    type: Literal["handover-marked"] = "handover-marked"
    handover: str
    mark: MarkKind


class ReadinessConfirmed(Frozen):
    """A side said that these readiness items are in place."""

    type: Literal["readiness-confirmed"] = "readiness-confirmed"
    handover: str
    items: tuple[str, ...]


class HandoverEscalated(Frozen):
    """Nobody answered in time: the request climbed to a further contact. `step` counts from 1."""

    type: Literal["handover-escalated"] = "handover-escalated"
    handover: str
    step: int
    contact: str


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


class ClockStopped(Frozen):
    """A deadline stopped running."""

    type: Literal["clock-stopped"] = "clock-stopped"
    key: str
    outcome: ClockOutcome


class NoticesWithdrawn(Frozen):
    """Notices not yet sent are no longer wanted: those of one handover, or all of the episode's."""

    type: Literal["notices-withdrawn"] = "notices-withdrawn"
    handover: str | None = None


Event = Annotated[
    EpisodeBegan
    | EpisodeEnded
    | FollowUpCompleted
    | HandoverDrafted
    | HandoverChanged
    | HandoverMarked
    | ReadinessConfirmed
    | HandoverEscalated
    | ResponsibilityPassed
    | ClockStarted
    | ClockReminded
    | ClockPassed
    | ClockStopped
    | NoticesWithdrawn,
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
