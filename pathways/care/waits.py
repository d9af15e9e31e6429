"""What an episode waits for, from whom, and until when. Follows from the state alone: nothing is kept for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from pathways.care.episodes import ClockKind, Episode, Handover, RunningClock
from pathways.care.states import TERMINAL, HandoverStatus
from pathways.care.tables import complete
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
    RESPONSIBLE_AGAIN = "responsible-again"
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
    DEATH_REPORT = "death-report"
    LIFE_REPORT = "life-report"


_BESIDE = {
    ClockKind.PHASE: WaitKind.PHASE,
    ClockKind.REVIEW: WaitKind.REVIEW,
    ClockKind.KIT: WaitKind.KIT,
    ClockKind.PAUSE: WaitKind.PAUSE_REVIEW,
    ClockKind.RESPONSIBLE_AGAIN: WaitKind.RESPONSIBLE_AGAIN,
    ClockKind.DEATH_REPORTED: WaitKind.DEATH_REPORT,
    ClockKind.LIFE_REPORTED: WaitKind.LIFE_REPORT,
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
    awaited = _RULES[clock.kind](clock, handover)
    if awaited is None:
        return None
    kind, teams, subject = awaited
    return Wait(
        episode=episode,
        subject=subject,
        kind=kind,
        teams=teams,
        due_at=clock.due_at,
        passed=clock.passed,
        waived=handover.waived_count if handover else 0,
    )


_Awaited = tuple[WaitKind, tuple[str, ...], str]
"""What is waited for, from which teams, and what it is about."""


def _for_nobody(clock: RunningClock, handover: Handover | None) -> None:
    """A clock that acts by itself when it is due: nobody has to do anything until then."""


def _beside(clock: RunningClock, handover: Handover | None) -> _Awaited:
    return _BESIDE[clock.kind], (clock.owner,), clock.subject


def _by_name(clock: RunningClock, handover: Handover | None) -> _Awaited:
    kind = WaitKind.LIMIT if clock.kind is ClockKind.DECLARED else WaitKind.FOLLOW_UP
    return kind, (clock.owner,), clock.key.partition("/")[2]


def _question(clock: RunningClock, handover: Handover | None) -> _Awaited:
    return WaitKind.REPLY, (clock.owner,), clock.subject


def _read_back(clock: RunningClock, handover: Handover | None) -> _Awaited:
    is_to_review = handover is not None and handover.awaits_review
    return WaitKind.READ_BACK_REVIEW if is_to_review else WaitKind.READ_BACK, (clock.owner,), clock.subject


def _of_the_handover(clock: RunningClock, handover: Handover | None) -> _Awaited | None:
    """What the handover itself waits for, at the clock that goes before its others."""
    step = _STEPS[handover.status](handover) if handover else None
    if step is None or step[2] is not clock.kind:
        return None
    return step[0], step[1], clock.subject


_RULES: Mapping[ClockKind, Callable[[RunningClock, Handover | None], _Awaited | None]] = complete(
    ClockKind,
    {
        **dict.fromkeys(_BESIDE, _beside),
        **dict.fromkeys((ClockKind.GRANT_END, ClockKind.ORDER_END), _for_nobody),
        **dict.fromkeys((ClockKind.FOLLOW_UP, ClockKind.DECLARED), _by_name),
        ClockKind.QUESTION: _question,
        ClockKind.READ_BACK: _read_back,
        **dict.fromkeys(
            (
                ClockKind.DELIVERED,
                ClockKind.SEEN,
                ClockKind.ANSWER,
                ClockKind.ARRIVE,
                ClockKind.DRAFT,
                ClockKind.STALE,
                ClockKind.CLOSING,
                ClockKind.EXPIRY,
                ClockKind.PLACE,
                ClockKind.HOLD,
            ),
            _of_the_handover,
        ),
    },
)
"""What every kind of clock waits for."""


_Step = tuple[WaitKind, tuple[str, ...], ClockKind]
"""What a handover waits for, from which teams, and the clock that goes before its others."""


def _both(handover: Handover) -> tuple[str, ...]:
    return tuple(dict.fromkeys((handover.plan.from_team, handover.plan.to_team)))


def _answer_or_place(handover: Handover) -> _Step:
    able = tuple(dict.fromkeys(asked.team for asked in handover.able_to_accept))
    if able:
        return WaitKind.ANSWER, able, ClockKind.ANSWER
    return WaitKind.PLACE, (handover.plan.from_team,), ClockKind.PLACE


def _departure_or_taking_over(handover: Handover) -> _Step:
    if handover.plan.travels:
        return WaitKind.DEPARTURE, (handover.plan.from_team,), ClockKind.ARRIVE
    return WaitKind.TAKING_OVER, (handover.plan.to_team,), ClockKind.ARRIVE


_STEPS: Mapping[HandoverStatus, Callable[[Handover], _Step | None]] = complete(
    HandoverStatus,
    {
        HandoverStatus.DRAFT: lambda handover: (WaitKind.REQUEST, (handover.plan.from_team,), ClockKind.DRAFT),
        HandoverStatus.REQUESTED: _answer_or_place,
        HandoverStatus.RECEIVED: _answer_or_place,
        HandoverStatus.ACCEPTED: lambda handover: (
            WaitKind.READINESS,
            _teams_with_missing_items(handover),
            ClockKind.ARRIVE,
        ),
        HandoverStatus.READY: _departure_or_taking_over,
        HandoverStatus.ON_HOLD: lambda handover: (WaitKind.RESUMING, _both(handover), ClockKind.ARRIVE),
        HandoverStatus.IN_PROGRESS: lambda handover: (WaitKind.ARRIVAL, (handover.plan.to_team,), ClockKind.ARRIVE),
        **dict.fromkeys(TERMINAL, lambda handover: None),
    },
)
"""What a handover waits for in every state; in the last ones for nothing."""


def _teams_with_missing_items(handover: Handover) -> tuple[str, ...]:
    sides = {handover.plan.items[item] for item in handover.missing}
    teams = {Side.SENDER: handover.plan.from_team, Side.RECEIVER: handover.plan.to_team}
    return tuple(dict.fromkeys(team for side, team in teams.items() if side in sides))
