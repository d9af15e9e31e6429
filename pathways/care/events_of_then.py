"""Which events belong to the time at which what is entered late happened, and which to the time of its entry.

What happened to the patient, or between two teams, happened then. Who is told, and where a place is kept, follows at
the time of the entry.
"""

from collections.abc import Iterable
from typing import get_args

from pathways.care.continuity.events import FixedContactKept, FixedContactLost, FixedContactNamed
from pathways.care.events import (
    ClockChanged,
    ClockPassed,
    ClockReminded,
    ClockStarted,
    ClockStopped,
    EndTakenBack,
    EpisodeBegan,
    EpisodeEnded,
    EpisodePaused,
    EpisodeResumed,
    Event,
    FactRecorded,
    FollowUpCompleted,
    MilestoneRecorded,
    NightSheetMade,
    NoticesWithdrawn,
    PatientChanged,
    RecordErased,
    ResponsibilityConfirmed,
    ServicesChanged,
    SummaryWritten,
    VitalStatusDenied,
    VitalStatusReported,
)
from pathways.care.events_of_handovers import (
    CancelAsked,
    CancelRefused,
    HandoverAddressed,
    HandoverChanged,
    HandoverDrafted,
    HandoverEscalated,
    HandoverMarked,
    HandoverSettled,
    PlaceAwaited,
    PlaceHeld,
    PlaceReleased,
    QuestionAnswered,
    QuestionAsked,
    ReadBackConfirmed,
    ReadBackCorrected,
    ReadBackGiven,
    ReadBackWaived,
    ReadinessConfirmed,
    ReadinessExpired,
    ReadinessWaived,
    ReceiverChosen,
    ReceiverDeclined,
    ResponsibilityPassed,
    ReturnCauseRecorded,
    SummaryAttached,
)
from pathways.care.grants.events import GrantEvent
from pathways.care.joint_visits.events import JointVisitEvent
from pathways.care.meetings.events import MeetingEvent
from pathways.care.migrations.events import EpisodeMigrated
from pathways.care.orders.events import (
    ComplicationRecorded,
    MissedVisitActedOn,
    OrderChanged,
    OrderCompleted,
    OrderHeld,
    OrderPlaced,
    OrderRuns,
    OrderStopped,
    VisitRecorded,
)
from pathways.care.programme.events import ProgrammeEvent

OF_THEN = frozenset(
    {
        EpisodeBegan,
        EpisodeEnded,
        EpisodePaused,
        EpisodeResumed,
        FactRecorded,
        FollowUpCompleted,
        ClockStarted,
        ClockStopped,
        HandoverDrafted,
        HandoverChanged,
        HandoverMarked,
        ReadinessExpired,
        ReadinessConfirmed,
        ReadinessWaived,
        ReadBackGiven,
        ReadBackCorrected,
        ReadBackConfirmed,
        ReadBackWaived,
        ReceiverDeclined,
        ReceiverChosen,
        CancelAsked,
        CancelRefused,
        ReturnCauseRecorded,
        ResponsibilityPassed,
        *(OrderRuns, OrderHeld, OrderStopped),
    }
)
"""The events that happened at the true time of what is entered late."""

AT_ENTRY = frozenset(
    {
        *(HandoverAddressed, HandoverEscalated, NoticesWithdrawn, ClockChanged, ClockReminded, ClockPassed),
        *(PlaceHeld, PlaceAwaited, PlaceReleased, ServicesChanged, SummaryAttached),
        *(SummaryWritten, MilestoneRecorded, QuestionAsked, QuestionAnswered, HandoverSettled),
        *(EpisodeMigrated, EndTakenBack, NightSheetMade, PatientChanged, VitalStatusReported, VitalStatusDenied),
        *(ResponsibilityConfirmed, RecordErased),
        *(OrderPlaced, OrderChanged, OrderCompleted),
        *(VisitRecorded, MissedVisitActedOn, ComplicationRecorded),
        *(FixedContactNamed, FixedContactKept, FixedContactLost),
        *(each for union in (GrantEvent, ProgrammeEvent, MeetingEvent, JointVisitEvent) for each in get_args(union)),
    }
)
"""The events that happen when something is entered, whenever it was; what is told, kept or decided from now on."""


def require_kinds(kinds: Iterable[type]) -> None:
    """Each of these kinds of events has its time. Raises TypeError, with the names of those that do not."""
    if missing := [kind.__name__ for kind in kinds if (kind in OF_THEN) is (kind in AT_ENTRY)]:
        raise TypeError(f"nothing says when these happen that are entered late: {', '.join(missing)}")


require_kinds(get_args(get_args(Event)[0]))


def is_of_then(event: Event) -> bool:
    """Whether an event belongs to the true time of what is entered late."""
    return type(event) in OF_THEN
