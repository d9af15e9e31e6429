"""What happens to an episode in a programme."""

from datetime import datetime
from typing import Literal

from pathways.definition.frozen import Frozen


class CriteriaConfirmed(Frozen):
    """Whoever begins said that these criteria of the programme are met."""

    type: Literal["criteria-confirmed"] = "criteria-confirmed"
    criteria: tuple[str, ...]


class EnrolmentAwaited(Frozen):
    """The programme has no place: the episode waits for one. Its team is responsible for the wait."""

    type: Literal["enrolment-awaited"] = "enrolment-awaited"


class WaitConfirmed(Frozen):
    """The team said that the wait still makes sense."""

    type: Literal["wait-confirmed"] = "wait-confirmed"


class EnrolmentOffered(Frozen):
    """A place has come free, and this episode is first in line for it."""

    type: Literal["enrolment-offered"] = "enrolment-offered"


class EnrolmentPassedOn(Frozen):
    """Nobody enrolled in time: the next in line is told of the place too."""

    type: Literal["enrolment-passed-on"] = "enrolment-passed-on"


class EnrolmentOfferWithdrawn(Frozen):
    """The place that was offered is no longer free: the wait goes on."""

    type: Literal["enrolment-offer-withdrawn"] = "enrolment-offer-withdrawn"


class EpisodeEnrolled(Frozen):
    """The episode is enrolled. `place_of`: it takes one of so many places, where the programme has a cap."""

    type: Literal["episode-enrolled"] = "episode-enrolled"
    place_of: int | None = None


class ProgrammePlaceFreed(Frozen):
    """The episode ended in a way that gives its place to another."""

    type: Literal["programme-place-freed"] = "programme-place-freed"


class ProgrammePlaceTaken(Frozen):
    """An end was taken back: the episode takes its place again, one of so many."""

    type: Literal["programme-place-taken"] = "programme-place-taken"
    place_of: int


class MeasurementRecorded(Frozen):
    """Something was measured for the evaluation, `at` that time (UTC)."""

    type: Literal["measurement-recorded"] = "measurement-recorded"
    measure: str
    value: float
    at: datetime


ProgrammeEvent = (
    CriteriaConfirmed
    | EnrolmentAwaited
    | WaitConfirmed
    | EnrolmentOffered
    | EnrolmentPassedOn
    | EnrolmentOfferWithdrawn
    | EpisodeEnrolled
    | ProgrammePlaceFreed
    | ProgrammePlaceTaken
    | MeasurementRecorded
)
