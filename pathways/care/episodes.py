"""What is known of an episode: its stays, handovers and clocks. Values only; `evolution.py` changes them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import model_validator

from pathways.care.actors import Actor
from pathways.care.communication import Question, ReadBack, Summary, WrittenSummary
from pathways.care.continuity.values import Continuity
from pathways.care.grants.values import Grant
from pathways.care.joint_visits.values import JointVisit
from pathways.care.meetings.values import AtMeeting
from pathways.care.orders.values import Order
from pathways.care.patient import KnownFact
from pathways.care.programme.values import Enrolment, Measurement
from pathways.care.states import TERMINAL, EpisodeStatus, HandoverStatus, MarkKind
from pathways.definition.durations import Limit
from pathways.definition.frozen import Frozen
from pathways.definition.models import BEGINNING, Side


class ClockKind(StrEnum):
    """The clocks of the engine (domain: clocks)."""

    DELIVERED = "handover.delivered"
    SEEN = "handover.seen"
    ANSWER = "handover.answer"
    ARRIVE = "handover.arrive"
    DRAFT = "handover.draft"
    STALE = "handover.stale"
    CLOSING = "handover.closing"
    QUESTION = "handover.question"
    READ_BACK = "handover.read-back"
    CANCEL = "handover.cancel"
    RETURN_CAUSE = "handover.return-cause"
    NEXT_STEP = "handover.next-step"
    EXPIRY = "readiness.expiry"
    PLACE = "place.awaited"
    HOLD = "place.hold"
    PHASE = "palliative.phase"
    REVIEW = "treatment-limits.review"
    KIT = "kit.expiry"
    PAUSE = "episode.pause"
    RESPONSIBLE_AGAIN = "episode.responsible-again"
    DEATH_REPORTED = "patient.death-reported"
    LIFE_REPORTED = "patient.life-reported"
    WAIT = "enrolment.wait"
    OFFER = "enrolment.offer"
    MEASURE = "evaluation.measure"
    FOLLOW_UP = "follow-up"
    DECLARED = "declared"
    GRANT_DECISION = "grant.decision"
    GRANT_END = "grant.end"
    VISIT = "order.visit"
    MISSED = "order.missed"
    UNCOVERED = "order.uncovered"
    ORDER_END = "order.end"
    FIXED_CONTACT = "fixed-contact"
    MATTER = "meeting.matter"
    JOINT_VISIT_ANSWER = "joint-visit.answer"
    JOINT_VISIT_RECORD = "joint-visit.record"


class ClockOutcome(StrEnum):
    """How a clock stopped: in time, after its limit, or because what it waited for is no longer wanted."""

    MET = "met"
    LATE = "late"
    WITHDRAWN = "withdrawn"


class RunningClock(Frozen):
    """A deadline with an owner and a next step.

    `key` is unique in the episode. `subject` is what it runs for: a handover, a milestone, or the episode. `due_at` is
    the limit; `next_at` is when something happens next: the reminder, then the limit, then each repeat. `passed` counts
    how often the limit or a repeat went by.
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
    """Who did one of the six marked things to a handover, and when. `entered_at`: when that was entered, if late."""

    kind: MarkKind
    at: datetime
    entered_at: datetime | None = None
    actor: Actor


class Stay(Frozen):
    """A period at one level, at one unit or at home, under one responsible team."""

    level: str
    team: str
    unit: str | None
    from_at: datetime
    until_at: datetime | None = None


class Standing(StrEnum):
    """How a move stands to the place that the patient prefers."""

    FIRST = "first-choice"
    SECOND = "second-choice"
    DEPARTS = "departs"
    UNKNOWN = "unknown"


class Plan(Frozen):
    """What a handover is to do: fixed when it is drafted, but for the receiver where several are asked at once.

    `standing`: how it stands to the preferred place, and `departs_because` the reason where it departs from it.
    `goes_ahead_because`: why it is made although the phase of illness holds such moves back. `returns`: the handover
    from which the patient comes back. `items`: what must be in place, and whose it is.
    """

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
    standing: Standing = Standing.UNKNOWN
    departs_because: str | None = None
    goes_ahead_because: str | None = None
    returns: str | None = None

    @property
    def begins(self) -> bool:
        """Whether the team that is asked is to take over an episode which another team has begun for it."""
        return self.move == BEGINNING


class Tick(Frozen):
    """A readiness item in place: who said so and when, how they know, and until when it holds."""

    at: datetime
    actor: Actor
    evidence: str = ""
    checked_at: datetime
    expires_at: datetime | None = None


class Held(Frozen):
    """From when until when something was in place that has expired since."""

    from_at: datetime
    until_at: datetime


class Asking(Frozen):
    """When a request was asked and its answer was due, before it was asked anew."""

    started_at: datetime
    due_at: datetime


class Waiver(Frozen):
    """Going ahead without something: who and when, one of the pathway's reasons, own words. It stays for good."""

    at: datetime
    actor: Actor
    reason: str
    words: str


class PlaceStanding(StrEnum):
    """How a request stands at a unit: it holds a place, or it waits for one."""

    HELD = "held"
    AWAITED = "awaited"


class Told(Frozen):
    """A contact who was told of a request: of the receiver, of the team that covers it, or the last resort."""

    team: str
    contact: str


class Asked(Frozen):
    """A receiver that is asked: the team, and the unit where the level has places, with how it stands there.

    `since` is when the place was held, or from when the wait counts, and `is_urgent` whether it waits before others.
    `has`: who of the team's ladder has the request now, since `told_at` (UTC), and `told` to whom it has come so far. A
    name and no number: contacts are put in, taken out and moved while a request is on its way.
    `is_delivered`, `is_seen`: whether it has reached this one. What was opened was delivered, whatever a channel says.
    """

    team: str
    unit: str | None = None
    has: Told | None = None
    place: PlaceStanding | None = None
    since: datetime | None = None
    is_urgent: bool = False
    told: tuple[Told, ...] = ()
    told_at: datetime | None = None
    is_delivered: bool = False
    is_seen: bool = False

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Read what was kept when it was a number, `rung`: then whoever was told last has it."""
        if not isinstance(value, Mapping) or "rung" not in value:
            return value
        told = value.get("told") or (None,)
        return {"has": told[-1], **{name: each for name, each in value.items() if name != "rung"}}


class Handover(Frozen):
    """One carrying-out of a move. `held_from` is the state to which a handover on hold returns.

    `asked`: the receivers that may still answer, the plan's own first. `answer_left_seconds`: what was left to answer
    when a question stopped that clock. `cancel_asked`: why the sender wants to cancel after the departure. `causes`:
    why the patient came back, by side. `expired`: when what was in place and is no longer did hold, the latest time of
    each item. `earlier_askings`: those whose limit was up before it was asked anew: what is entered late is judged by
    them.
    """

    reference: str
    plan: Plan
    status: HandoverStatus
    drafted_at: datetime
    changed_at: datetime
    requested_at: datetime | None = None
    marks: tuple[Mark, ...] = ()
    held_from: HandoverStatus | None = None
    escalations: int = 0
    closing_reason: str | None = None
    asked: tuple[Asked, ...] = ()
    ticks: Mapping[str, Tick] = {}
    expired: Mapping[str, Held] = {}
    earlier_askings: tuple[Asking, ...] = ()
    waivers: Mapping[str, Waiver] = {}
    read_back_waiver: Waiver | None = None
    summary: Summary | None = None
    read_backs: tuple[ReadBack, ...] = ()
    questions: tuple[Question, ...] = ()
    answer_left_seconds: float | None = None
    cancel_asked: str | None = None
    causes: Mapping[Side, str] = {}

    @property
    def is_open(self) -> bool:
        """Whether anything may still happen to it."""
        return self.status not in TERMINAL

    @property
    def missing(self) -> tuple[str, ...]:
        """Readiness items that are neither in place nor waived, in the definition's order.

        On the way those that were in place at the departure are not missing, whatever expired before that was entered.
        """
        departed = self.mark(MarkKind.DEPARTED)
        held = self.held_at(departed.at) if departed and self.status is HandoverStatus.IN_PROGRESS else frozenset[str]()
        there = {*self.ticks, *self.waivers, *held}
        return tuple(item for item in self.plan.items if item not in there)

    def missing_at(self, now: datetime) -> tuple[str, ...]:
        """What is missing, and with it what has expired by `now` (UTC), recorded or not. On the way nothing expires.

        `now` may be earlier, of what is entered late: what expired since, and held then, is not missing.
        """
        gone = set() if self.status is HandoverStatus.IN_PROGRESS else set(self.expired_at(now))
        held = self.held_at(now)
        return tuple(item for item in self.plan.items if item not in held and (item in self.missing or item in gone))

    def held_at(self, at: datetime) -> frozenset[str]:
        """The items that were in place at a time and have expired since."""
        return frozenset(item for item, held in self.expired.items() if held.from_at <= at < held.until_at)

    def expired_at(self, now: datetime) -> tuple[str, ...]:
        """Items in place whose tick no longer holds, but for those waived."""
        return tuple(item for item, at in self.expiries.items() if at <= now)

    @property
    def expiries(self) -> Mapping[str, datetime]:
        """Until when the items hold that are in place and do not last, but for those waived."""
        return {
            item: tick.expires_at
            for item, tick in self.ticks.items()
            if tick.expires_at is not None and item not in self.waivers
        }

    @property
    def waived_count(self) -> int:
        """How many things a named person went ahead without: readiness items, and the read-back."""
        return len(self.waivers) + (self.read_back_waiver is not None)

    @property
    def is_read_back(self) -> bool:
        """Whether the latest read-back has been confirmed."""
        return bool(self.read_backs) and self.read_backs[-1].is_confirmed

    @property
    def awaits_review(self) -> bool:
        """Whether the sender has still to confirm or correct the latest read-back."""
        return bool(self.read_backs) and self.read_backs[-1].awaits_review

    @property
    def open_question(self) -> Question | None:
        """The question that the sender has still to answer, if any."""
        latest = self.questions[-1] if self.questions else None
        return latest if latest and latest.answered_at is None else None

    @property
    def held_units(self) -> tuple[str, ...]:
        """The units at which a place is held for it."""
        return tuple(asked.unit for asked in self.asked if asked.unit and asked.place is PlaceStanding.HELD)

    @property
    def awaited_units(self) -> tuple[str, ...]:
        """The units on whose waiting lists it stands."""
        return tuple(asked.unit for asked in self.asked if asked.unit and asked.place is PlaceStanding.AWAITED)

    @property
    def stand_ins(self) -> tuple[Told, ...]:
        """Those who were told of the request in the receiver's stead, each once: who covers it, or the last resort."""
        parties = {self.plan.from_team, *(asked.team for asked in self.asked)}
        everyone = dict.fromkeys(told for asked in self.asked for told in asked.told)
        return tuple(told for told in everyone if told.team not in parties)

    @property
    def able_to_accept(self) -> tuple[Asked, ...]:
        """The receivers that may say yes now: all but those where it waits for a place."""
        return tuple(asked for asked in self.asked if asked.place is not PlaceStanding.AWAITED)

    def mark(self, kind: MarkKind) -> Mark | None:
        """The mark of this kind, if it has been made."""
        return next((mark for mark in self.marks if mark.kind is kind), None)


class Pause(Frozen):
    """Why an episode pauses (a name of the pathway), and since when. `arrive`: the arrival's clock, which rests."""

    kind: str
    at: datetime
    arrive: RunningClock | None = None


class Stopped(Frozen):
    """What an end stopped, so that it can come back as it was if the end was recorded in error.

    A death may follow another end: `end`, `ended_at` and `earlier` are of that one, and of what it had stopped.
    `told_in`: the other episode of the patient through which the death became known.
    """

    status: EpisodeStatus = EpisodeStatus.ACTIVE
    handover: Handover | None = None
    clocks: tuple[RunningClock, ...] = ()
    pause: Pause | None = None
    end: str | None = None
    ended_at: datetime | None = None
    earlier: "Stopped | None" = None
    told_in: str | None = None


class NightSheet(Frozen):
    """The latest night sheet that was made: its mark, the event up to which it knows all, and when."""

    mark: str
    number: int
    at: datetime


class Episode(Frozen):
    """One patient on one pathway version, known by reference only. `number` counts its events so far.

    `known`: the latest fact of each kind about the patient. `paused_services`: what others do meanwhile.
    `resumed_at`: when it went on the last time after a pause.
    `milestones`: when each was reached the last time, of those that were not taken back. `district`: where in the
    network's area the patient lives. `enrolment`: how it stands in a programme that asks for one, and `measurements`
    what was measured to evaluate it, in the order recorded.
    `orders`: by their number. `continuity`: the fixed contact, and each break. `erased_at`: since when the texts, and
    whose episode it was, are gone.
    """

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
    known: Mapping[str, KnownFact] = {}
    summary: WrittenSummary | None = None
    paused_services: tuple[str, ...] = ()
    pause: Pause | None = None
    resumed_at: datetime | None = None
    stopped: Stopped | None = None
    night_sheet: NightSheet | None = None
    milestones: Mapping[str, datetime] = {}
    district: str | None = None
    grants: Mapping[str, Grant] = {}
    enrolment: Enrolment | None = None
    measurements: tuple[Measurement, ...] = ()
    orders: Mapping[int, Order] = {}
    continuity: Continuity = Continuity()
    meetings: Mapping[str, AtMeeting] = {}
    joint_visits: Mapping[str, JointVisit] = {}
    erased_at: datetime | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the episode is over."""
        return self.status is EpisodeStatus.FINISHED

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
        """The one team that is responsible until the episode ends, also while it is paused; nobody afterwards."""
        return None if self.has_ended else self.stay.team

    @property
    def awaits_its_first_team(self) -> bool:
        """Whether it was begun for another team, which has not taken over, nor has any other since."""
        return len(self.stays) == 1 and any(each.plan.begins for each in self.handovers.values())

    @property
    def bounced(self) -> tuple[str, ...]:
        """The handovers from which the patient came back, in order."""
        back = (each for each in self.handovers.values() if each.status is HandoverStatus.COMPLETED)
        return tuple(each.plan.returns for each in back if each.plan.returns is not None)

    @property
    def open_handover(self) -> Handover | None:
        """The handover that is under way, if any: an episode has at most one."""
        return next((handover for handover in self.handovers.values() if handover.is_open), None)
