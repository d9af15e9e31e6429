"""Announcing: tells Prefect what happened, as events that automations can react to. References and codes only.

Each event is announced at least once, under an id of its own, from whichever flow looks first.
"""

import asyncio
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.events import emit_event

from pathways.care.events import (
    EpisodeBegan,
    EpisodeEnded,
    Event,
    FollowUpCompleted,
    HandoverChanged,
    HandoverEscalated,
    HandoverMarked,
    Recorded,
    ResponsibilityPassed,
)
from pathways.operations.service import Operations
from pathways.store.unit_of_work import UnitOfWork

EVENTS = {
    "handslag.episode.began": "An episode began.",
    "handslag.episode.ended": "An episode ended; all that waited has stopped.",
    "handslag.handover.<state>": "A handover came into this state: requested, received, accepted, rejected, ready, "
    "on-hold, in-progress, completed, cancelled, failed or entered-in-error.",
    "handslag.handover.marked.<mark>": "A mark was made: delivered, seen, accepted, read-back, departed or arrived.",
    "handslag.handover.escalated": "Nobody answered in time; a further contact was asked.",
    "handslag.responsibility.passed": "Responsibility passed from one team to another.",
    "handslag.follow-up.completed": "A follow-up after an end was done.",
}
"""The events that Handslag emits, for the reference."""


async def announce(service: Operations, episode: str) -> None:
    """Emit what has not been announced of one episode."""
    history = await asyncio.to_thread(_not_announced, service, episode)
    for recorded in history:
        _emit(episode, recorded)
    if history:
        await asyncio.to_thread(_announced, service, episode, history[-1].number)


async def announce_all(service: Operations, limit: int = 200) -> None:
    """Emit what has not been announced of any episode."""
    with UnitOfWork(service.engine, writes=False) as work:
        waiting = work.episodes.unannounced(limit)
    for episode, _number in waiting:
        await announce(service, episode)


def _not_announced(service: Operations, episode: str) -> tuple[Recorded, ...]:
    with UnitOfWork(service.engine, writes=False) as work:
        return work.episodes.history(episode, after=work.episodes.announced_number(episode))


def _announced(service: Operations, episode: str, number: int) -> None:
    with UnitOfWork(service.engine) as work:
        work.episodes.announced(episode, number)
        work.commit()


def _emit(episode: str, recorded: Recorded) -> None:
    name, handover = name_of(recorded.event)
    if name is None:
        return
    subject = handover or episode
    related: list[dict[str, str]] = [
        {"prefect.resource.id": f"handslag.episode.{episode}", "prefect.resource.role": "episode"}
    ]
    emit_event(
        event=name,
        resource={"prefect.resource.id": f"handslag.{'handover' if handover else 'episode'}.{subject}"},
        occurred=recorded.at,
        related=related,
        payload=_payload(recorded.event),
        id=uuid5(NAMESPACE_URL, f"handslag:{episode}:{recorded.number}"),
    )


def name_of(event: Event) -> tuple[str | None, str | None]:
    """The name under which an event is announced, and its handover; no name for what is not announced."""
    match event:
        case EpisodeBegan():
            return "handslag.episode.began", None
        case EpisodeEnded():
            return "handslag.episode.ended", None
        case HandoverChanged(handover=handover, after=after):
            return f"handslag.handover.{after}", handover
        case HandoverMarked(handover=handover, mark=mark):
            return f"handslag.handover.marked.{mark}", handover
        case HandoverEscalated(handover=handover):
            return "handslag.handover.escalated", handover
        case ResponsibilityPassed(handover=handover):
            return "handslag.responsibility.passed", handover
        case FollowUpCompleted():
            return "handslag.follow-up.completed", None
    return None, None


def _payload(event: Event) -> dict[str, Any]:
    codes = {"level", "from_team", "to_team", "before", "after", "end", "step", "follow_up", "pathway", "version"}
    return event.model_dump(mode="json", include=codes)
