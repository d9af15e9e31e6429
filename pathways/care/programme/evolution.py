"""How the state of an episode follows from what happens to it in a programme. Dumb on purpose, as `evolution.py`."""

from typing import Any

from pathways.care.episodes import Episode
from pathways.care.events import Recorded
from pathways.care.evolution_of_handovers import after
from pathways.care.programme.events import (
    CriteriaConfirmed,
    EnrolmentAwaited,
    EnrolmentOffered,
    EnrolmentOfferWithdrawn,
    EnrolmentPassedOn,
    EpisodeEnrolled,
    MeasurementRecorded,
    ProgrammePlaceFreed,
    ProgrammePlaceTaken,
    WaitConfirmed,
)
from pathways.care.programme.values import Enrolment, Measurement
from pathways.care.states import EpisodeStatus


def _enrolment(episode: Episode, **update: Any) -> Episode:
    if episode.enrolment is None:
        raise ValueError("the criteria are confirmed first")
    return episode.model_copy(update={"enrolment": episode.enrolment.model_copy(update=update)})


@after.register
def _(event: CriteriaConfirmed, episode: Episode, recorded: Recorded) -> Episode:
    confirmed = Enrolment(criteria=event.criteria, confirmed_at=recorded.at, confirmed_by=recorded.actor)
    return episode.model_copy(update={"enrolment": confirmed})


@after.register
def _(event: EnrolmentAwaited, episode: Episode, recorded: Recorded) -> Episode:
    return _enrolment(episode, waits_since=recorded.at).model_copy(update={"status": EpisodeStatus.WAITLIST})


@after.register
def _(event: WaitConfirmed, episode: Episode, recorded: Recorded) -> Episode:
    return episode


@after.register
def _(event: EnrolmentOffered, episode: Episode, recorded: Recorded) -> Episode:
    return _enrolment(episode, offered_at=recorded.at)


@after.register
def _(event: EnrolmentPassedOn, episode: Episode, recorded: Recorded) -> Episode:
    return _enrolment(episode, passed_on_at=recorded.at)


@after.register
def _(event: EnrolmentOfferWithdrawn, episode: Episode, recorded: Recorded) -> Episode:
    return _enrolment(episode, offered_at=None, passed_on_at=None)


@after.register
def _(event: EpisodeEnrolled, episode: Episode, recorded: Recorded) -> Episode:
    enrolled = _enrolment(episode, enrolled_at=recorded.at, place_of=event.place_of)
    return enrolled.model_copy(update={"status": EpisodeStatus.ACTIVE})


@after.register
def _(event: ProgrammePlaceFreed, episode: Episode, recorded: Recorded) -> Episode:
    return _enrolment(episode, place_of=None)


@after.register
def _(event: ProgrammePlaceTaken, episode: Episode, recorded: Recorded) -> Episode:
    return _enrolment(episode, place_of=event.place_of)


@after.register
def _(event: MeasurementRecorded, episode: Episode, recorded: Recorded) -> Episode:
    measured = Measurement(
        measure=event.measure,
        value=event.value,
        at=event.at,
        recorded_at=recorded.at,
        recorded_by=recorded.actor,
    )
    return episode.model_copy(update={"measurements": (*episode.measurements, measured)})
