"""How joint visits follow from the events. Dumb on purpose, as `evolution.py`, of which it is a part."""

from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after
from pathways.care.joint_visits.events import (
    JointVisitBooked,
    JointVisitCancelled,
    JointVisitDeclined,
    JointVisitLapsed,
    JointVisitProposed,
    JointVisitRecorded,
)
from pathways.care.joint_visits.values import JointVisit, JointVisitStatus


def _with(episode: Episode, visit: JointVisit) -> Episode:
    return episode.model_copy(update={"joint_visits": {**episode.joint_visits, visit.name: visit}})


def _now(episode: Episode, name: str, status: JointVisitStatus) -> Episode:
    return _with(episode, episode.joint_visits[name].model_copy(update={"status": status}))


@after.register
def _(event: JointVisitProposed, episode: Episode, recorded: Recorded) -> Episode:
    visit = JointVisit(name=event.visit, team=event.from_team, with_team=event.to_team, at=event.at)
    return _with(episode, visit)


@after.register
def _(event: JointVisitBooked, episode: Episode, recorded: Recorded) -> Episode:
    return _now(episode, event.visit, JointVisitStatus.BOOKED)


@after.register
def _(event: JointVisitDeclined, episode: Episode, recorded: Recorded) -> Episode:
    return _now(episode, event.visit, JointVisitStatus.DECLINED)


@after.register
def _(event: JointVisitCancelled, episode: Episode, recorded: Recorded) -> Episode:
    return _now(episode, event.visit, JointVisitStatus.CANCELLED)


@after.register
def _(event: JointVisitLapsed, episode: Episode, recorded: Recorded) -> Episode:
    return _now(episode, event.visit, JointVisitStatus.LAPSED)


@after.register
def _(event: JointVisitRecorded, episode: Episode, recorded: Recorded) -> Episode:
    return _now(episode, event.visit, JointVisitStatus.HELD if event.was_held else JointVisitStatus.NOT_HELD)
