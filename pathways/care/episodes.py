"""What is known of an episode: its stays, handovers and clocks. Values only; `evolution.py` changes them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from pathways.care.actors import Actor
from pathways.care.states import TERMINAL, EpisodeStatus, HandoverStatus, MarkKind
from pathways.definition.durations import Limit
from pathways.definition.frozen import Frozen
from pathways.definition.models import Side


class ClockKind(StrEnum):
    """The clocks of the engine (domain: clocks)."""

    ANSWER = "handover.answer"
    ARRIVE = "handover.arrive"
    DRAFT = "handover.draft"
    FOLLOW_UP = "follow-up"


class ClockOutcome(StrEnum):
    """How a clock stopped: in time, after its limit, or because what it waited for is no longer wanted."""

    MET = "met"
    LATE = "late"
    WITHDRAWN = "withdrawn"


class RunningClock(Frozen):
    """A deadline with an owner and a next step.

    `key` is unique in the episode. `due_at` is the limit; `next_at` is when something happens next: the
    reminder, then the limit, then each repeat. `passed` counts how often the limit or a repeat went by.
    """

    key: str
    kind: ClockKind
    subject: str
    owner: str
    started_at: datetime
    due_at: datetime
    next_at: datetime
    repeat: Limit
    passed: int = 0


class Mark(Frozen):
    """Who did one of the six marked things to a handover, and when."""

    kind: MarkKind
    at: datetime
    actor: Actor


class Stay(Frozen):
    """A period at one level, at one unit or at home, under one responsible team."""

    level: str
    team: str
    unit: str | None
    from_at: datetime
    until_at: datetime | None = None


class Plan(Frozen):
    """What a handover is to do: fixed when it is drafted, never changed afterwards."""

    move: str
    urgency: str
    reason: str
    from_level: str
    from_team: str
    from_unit: str | None
    to_level: str
    to_team: str
    to_unit: str | None
    travels: bool
    items: Mapping[str, Side]
    replaces: str | None = None


class Handover(Frozen):
    """One carrying-out of a move. `held_from` is the state to which a handover on hold returns."""

    reference: str
    plan: Plan
    status: HandoverStatus
    drafted_at: datetime
    changed_at: datetime
    requested_at: datetime | None = None
    confirmed: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    held_from: HandoverStatus | None = None
    escalations: int = 0
    closing_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything may still happen to it."""
        return self.status not in TERMINAL

    @property
    def missing(self) -> tuple[str, ...]:
        """Readiness items that nobody has confirmed yet, in the definition's order."""
        return tuple(item for item in self.plan.items if item not in self.confirmed)

    def mark(self, kind: MarkKind) -> Mark | None:
        """The mark of this kind, if it has been made."""
        return next((mark for mark in self.marks if mark.kind is kind), None)


class Episode(Frozen):
    """One patient on one pathway version, known by reference only. `number` counts its events so far."""

    reference: str
    pathway: str
    version: date
    network: str
    status: EpisodeStatus
    began_at: datetime
    stays: tuple[Stay, ...]
    care_team: Mapping[str, str]
    handovers: Mapping[str, Handover] = {}
    clocks: Mapping[str, RunningClock] = {}
    ended_at: datetime | None = None
    end: str | None = None
    number: int = 0

    @property
    def stay(self) -> Stay:
        """The latest stay: while the episode is active, the present one."""
        return self.stays[-1]

    @property
    def level(self) -> str:
        """The latest level of care."""
        return self.stay.level

    @property
    def responsible_team(self) -> str | None:
        """The one team that is responsible while the episode is active; nobody once it has ended."""
        return self.stay.team if self.status is EpisodeStatus.ACTIVE else None

    @property
    def open_handover(self) -> Handover | None:
        """The handover that is under way, if any: an episode has at most one."""
        return next((handover for handover in self.handovers.values() if handover.is_open), None)
