"""What an episode waits for, from whom, and until when. Follows from the state alone: nothing is kept for it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pathways.care.episodes import ClockKind, Episode, Handover, RunningClock
from pathways.care.states import HandoverStatus
from pathways.definition.frozen import Frozen
from pathways.definition.models import Side


class WaitKind(StrEnum):
    """What somebody must do next."""

    REQUEST = "request"
    ANSWER = "answer"
    PLACE = "place"
    READINESS = "readiness"
    DEPARTURE = "departure"
    TAKING_OVER = "taking-over"
    ARRIVAL = "arrival"
    RESUMING = "resuming"
    ANSWER_TO_CANCEL = "answer-to-cancel"
    RETURN_CAUSE = "return-cause"
    NEXT_STEP = "next-step"
    PAUSE_REVIEW = "pause-review"
    READ_BACK = "read-back"
    READ_BACK_REVIEW = "read-back-review"
    REPLY = "reply"
    FOLLOW_UP = "follow-up"
    PHASE = "phase"
    REVIEW = "review"
    KIT = "kit"
    LIMIT = "limit"
    GRANT_DECISION = "grant-decision"
    WAIT_REVIEW = "wait-review"
    ENROLMENT = "enrolment"
    MEASUREMENT = "measurement"
    VISIT = "visit"
    MISSED_VISIT = "missed-visit"
    UNCOVERED_VISIT = "uncovered-visit"
    FIXED_CONTACT = "fixed-contact"
    MATTER = "matter"
    JOINT_VISIT_ANSWER = "joint-visit-answer"
    JOINT_VISIT_RECORD = "joint-visit-record"


_BESIDE = {
    ClockKind.PHASE: WaitKind.PHASE,
    ClockKind.REVIEW: WaitKind.REVIEW,
    ClockKind.KIT: WaitKind.KIT,
    ClockKind.PAUSE: WaitKind.PAUSE_REVIEW,
    ClockKind.CANCEL: WaitKind.ANSWER_TO_CANCEL,
    ClockKind.RETURN_CAUSE: WaitKind.RETURN_CAUSE,
    ClockKind.GRANT_DECISION: WaitKind.GRANT_DECISION,
    ClockKind.MATTER: WaitKind.MATTER,
    ClockKind.JOINT_VISIT_ANSWER: WaitKind.JOINT_VISIT_ANSWER,
    ClockKind.JOINT_VISIT_RECORD: WaitKind.JOINT_VISIT_RECORD,
    ClockKind.NEXT_STEP: WaitKind.NEXT_STEP,
    ClockKind.WAIT: WaitKind.WAIT_REVIEW,
    ClockKind.OFFER: WaitKind.ENROLMENT,
    ClockKind.MEASURE: WaitKind.MEASUREMENT,
    ClockKind.VISIT: WaitKind.VISIT,
    ClockKind.MISSED: WaitKind.MISSED_VISIT,
    ClockKind.UNCOVERED: WaitKind.UNCOVERED_VISIT,
    ClockKind.FIXED_CONTACT: WaitKind.FIXED_CONTACT,
}
"""Clocks whose owner is waited for, beside what an open handover waits for, and what they wait for."""

_FOR_NOBODY = frozenset({ClockKind.GRANT_END, ClockKind.ORDER_END})
"""Clocks that act by themselves when they are due: nobody has to do anything until then."""


class Wait(Frozen):
    """One thing that is waited for.

    `subject` is a reference, the name of a follow-up or of a clock, or a visit: `2/2026-11-23T08:00`.
    `passed` counts how often its limit, or a repeat of it, has gone by. `waived`: how many things somebody went ahead
    without, on that handover.
    """

    episode: str
    subject: str
    kind: WaitKind
    teams: tuple[str, ...]
    due_at: datetime
    passed: int
    waived: int = 0


def waits(episode: Episode) -> tuple[Wait, ...]:
    """All that an episode waits for: its handover, its pause, what is known of the patient, then the rest."""
    return tuple(waits_by_clock(episode).values())


def first_due_at(episode: Episode) -> datetime | None:
    """When the first of what an episode waits for is due; None where it waits for nothing."""
    return min((wait.due_at for wait in waits(episode)), default=None)


def waits_by_clock(episode: Episode) -> Mapping[str, Wait]:
    """All that an episode waits for, by the key of the clock that says until when."""
    found = {
        key: wait_for(episode.reference, clock, episode.handovers.get(clock.subject))
        for key, clock in episode.clocks.items()
    }
    return {key: wait for key, wait in found.items() if wait is not None}


def wait_for(episode: str, clock: RunningClock, handover: Handover | None) -> Wait | None:
    """What is waited for until a clock is due. None for a clock that another one of its handover goes before.

    `handover` is the one that the clock runs for; None for a clock that runs for the episode or a follow-up.
    """
    kind: WaitKind
    teams: tuple[str, ...]
    if clock.kind in _FOR_NOBODY:
        return None
    if clock.kind in _BESIDE:
        kind, teams, subject = _BESIDE[clock.kind], (clock.owner,), clock.subject
    elif handover is None:
        kind = WaitKind.LIMIT if clock.kind is ClockKind.DECLARED else WaitKind.FOLLOW_UP
        teams, subject = (clock.owner,), clock.key.partition("/")[2]
    elif clock.kind in (ClockKind.QUESTION, ClockKind.READ_BACK):
        kind, teams, subject = _spoken(clock, handover), (clock.owner,), handover.reference
    else:
        kind, teams, governing = _awaited(handover)
        subject = handover.reference
        if clock.kind is not governing:
            return None
    return Wait(
        episode=episode,
        subject=subject,
        kind=kind,
        teams=teams,
        due_at=clock.due_at,
        passed=clock.passed,
        waived=handover.waived_count if handover else 0,
    )


def _spoken(clock: RunningClock, handover: Handover) -> WaitKind:
    """What one side has still to say to the other, beside what the handover itself waits for."""
    if clock.kind is ClockKind.QUESTION:
        return WaitKind.REPLY
    return WaitKind.READ_BACK_REVIEW if handover.awaits_review else WaitKind.READ_BACK


def _awaited(handover: Handover) -> tuple[WaitKind, tuple[str, ...], ClockKind]:
    sender, receiver = handover.plan.from_team, handover.plan.to_team
    match handover.status:
        case HandoverStatus.DRAFT:
            return WaitKind.REQUEST, (sender,), ClockKind.DRAFT
        case HandoverStatus.REQUESTED | HandoverStatus.RECEIVED:
            able = tuple(dict.fromkeys(asked.team for asked in handover.able_to_accept))
            return (WaitKind.ANSWER, able, ClockKind.ANSWER) if able else (WaitKind.PLACE, (sender,), ClockKind.PLACE)
        case HandoverStatus.ACCEPTED:
            return WaitKind.READINESS, _teams_with_missing_items(handover), ClockKind.ARRIVE
        case HandoverStatus.READY if handover.plan.travels:
            return WaitKind.DEPARTURE, (sender,), ClockKind.ARRIVE
        case HandoverStatus.READY:
            return WaitKind.TAKING_OVER, (receiver,), ClockKind.ARRIVE
        case HandoverStatus.ON_HOLD:
            return WaitKind.RESUMING, tuple(dict.fromkeys((sender, receiver))), ClockKind.ARRIVE
        case _:
            return WaitKind.ARRIVAL, (receiver,), ClockKind.ARRIVE


def _teams_with_missing_items(handover: Handover) -> tuple[str, ...]:
    sides = {handover.plan.items[item] for item in handover.missing}
    teams = {Side.SENDER: handover.plan.from_team, Side.RECEIVER: handover.plan.to_team}
    return tuple(dict.fromkeys(team for side, team in teams.items() if side in sides))
