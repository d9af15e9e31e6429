"""What an episode waits for, from whom, and until when. Follows from the state alone: nothing is kept for it."""

from datetime import datetime
from enum import StrEnum

from pathways.care.clocks import handover_key
from pathways.care.episodes import ClockKind, Episode, Handover
from pathways.care.states import HandoverStatus
from pathways.definition.models import Frozen, Side


class WaitKind(StrEnum):
    """What somebody must do next."""

    REQUEST = "request"
    ANSWER = "answer"
    READINESS = "readiness"
    DEPARTURE = "departure"
    TAKING_OVER = "taking-over"
    ARRIVAL = "arrival"
    RESUMING = "resuming"
    FOLLOW_UP = "follow-up"


class Wait(Frozen):
    """One thing that is waited for. `subject` is a handover's reference, or a follow-up's name.

    `passed` counts how often its limit, or a repeat of it, has gone by.
    """

    episode: str
    subject: str
    kind: WaitKind
    teams: tuple[str, ...]
    due_at: datetime
    passed: int


def waits(episode: Episode) -> tuple[Wait, ...]:
    """All that an episode waits for: its open handover, and after the end its follow-ups."""
    found = [_of_follow_up(episode, key) for key in episode.clocks if episode.clocks[key].kind is ClockKind.FOLLOW_UP]
    if handover := episode.open_handover:
        found.insert(0, _of_handover(episode, handover))
    return tuple(found)


def _of_follow_up(episode: Episode, key: str) -> Wait:
    clock = episode.clocks[key]
    return Wait(
        episode=episode.reference,
        subject=key.partition("/")[2],
        kind=WaitKind.FOLLOW_UP,
        teams=(clock.owner,),
        due_at=clock.due_at,
        passed=clock.passed,
    )


def _of_handover(episode: Episode, handover: Handover) -> Wait:
    sender, receiver = handover.plan.from_team, handover.plan.to_team
    kind, teams, clock_kind = {
        HandoverStatus.DRAFT: (WaitKind.REQUEST, (sender,), ClockKind.DRAFT),
        HandoverStatus.REQUESTED: (WaitKind.ANSWER, (receiver,), ClockKind.ANSWER),
        HandoverStatus.RECEIVED: (WaitKind.ANSWER, (receiver,), ClockKind.ANSWER),
        HandoverStatus.ACCEPTED: (WaitKind.READINESS, _teams_with_missing_items(handover), ClockKind.ARRIVE),
        HandoverStatus.READY: (
            (WaitKind.DEPARTURE, (sender,), ClockKind.ARRIVE)
            if handover.plan.travels
            else (WaitKind.TAKING_OVER, (receiver,), ClockKind.ARRIVE)
        ),
        HandoverStatus.ON_HOLD: (WaitKind.RESUMING, tuple(dict.fromkeys((sender, receiver))), ClockKind.ARRIVE),
        HandoverStatus.IN_PROGRESS: (WaitKind.ARRIVAL, (receiver,), ClockKind.ARRIVE),
    }[handover.status]
    clock = episode.clocks[handover_key(handover.reference, clock_kind)]
    return Wait(
        episode=episode.reference,
        subject=handover.reference,
        kind=kind,
        teams=teams,
        due_at=clock.due_at,
        passed=clock.passed,
    )


def _teams_with_missing_items(handover: Handover) -> tuple[str, ...]:
    sides = {handover.plan.items[item] for item in handover.missing}
    teams = {Side.SENDER: handover.plan.from_team, Side.RECEIVER: handover.plan.to_team}
    return tuple(dict.fromkeys(team for side, team in teams.items() if side in sides))
