"""What happened to an episode, in words for `handslag show`: one line for each event, and nothing as it is stored."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from handslag.knowing import fact_in_words
from handslag.ordering import schedule_in_words
from handslag.printing import local
from pathways.care.clocks import declared_name
from pathways.care.communication import Summary
from pathways.care.episodes import Asked, ClockKind
from pathways.care.events import (
    ClockChanged,
    ClockStarted,
    EndTakenBack,
    EpisodeBegan,
    EpisodeEnded,
    EpisodePaused,
    Event,
    FactRecorded,
    MilestoneRecorded,
    NoticesWithdrawn,
    PatientChanged,
    Recorded,
    RecordErased,
    ResponsibilityConfirmed,
    ServicesChanged,
    SummaryWritten,
    VitalStatusDenied,
    VitalStatusReported,
)
from pathways.care.events_of_handovers import (
    HandoverAddressed,
    HandoverChanged,
    HandoverDrafted,
    HandoverEscalated,
    HandoverMarked,
    ReceiverChosen,
    ReceiverDeclined,
    SummaryAttached,
)
from pathways.care.migrations.events import EpisodeMigrated
from pathways.care.orders.events import OrderChanged, OrderPlaced
from pathways.care.patient_records import ELSEWHERE
from pathways.care.states import PatientChange

_UNTOLD = {"type", "handover", "next_at"}


def in_words(recorded: Recorded, zone: str) -> str:
    """One line that says what happened; `zone` is where its times are read."""
    event = recorded.event
    return _of_the_episode(event) or _of_what_is_known(event, zone) or _of_a_handover(event) or _of_any(event, zone)


def _of_the_episode(event: Event) -> str | None:
    match event:
        case EpisodeBegan():
            return f"the episode began at {_place(event.level, event.unit)}, under {event.team}"
        case EpisodeEnded():
            told = f", told in {event.stopped.told_in}" if event.stopped and event.stopped.told_in else ""
            return f"the episode ended: {event.end}{told}"
        case EndTakenBack():
            late = f"; late meanwhile: {', '.join(event.late)}" if event.late else ""
            return f"the end was taken back{late}"
        case ResponsibilityConfirmed():
            return "the team confirmed that it is responsible again"
        case RecordErased():
            return f"the record was erased: its last entry was more than {event.after_years} years ago"
        case EpisodePaused():
            return f"the episode pauses: {event.kind}"
        case EpisodeMigrated():
            before = f"{event.from_pathway} of {event.from_version}"
            return f"moved from {before} to {event.pathway} of {event.version}, at {event.level}"
        case ServicesChanged():
            return f"services that pause: {', '.join(event.paused) or 'none any more'}"
    return None


def _of_what_is_known(event: Event, zone: str) -> str | None:
    match event:
        case SummaryWritten():
            return f"the summary was written anew: {_parts(event.summary)}"
        case FactRecorded():
            return f"recorded: {fact_in_words(event.fact)}"
        case OrderPlaced() | OrderChanged():
            return f"order {event.order}: {event.drug}, {schedule_in_words(event.schedule)}"
        case PatientChanged():
            return _of_the_patient(event)
        case VitalStatusReported() | VitalStatusDenied():
            by = (
                "another network or organisation reports"
                if isinstance(event, VitalStatusReported)
                else "the responsible team denies"
            )
            return f"{by} that the patient {'has died' if event.is_dead else 'lives'}"
        case MilestoneRecorded():
            taken = f", takes back {event.takes_back}" if event.takes_back else ""
            return f"milestone recorded: {event.milestone}, {local(event.at, zone)}{taken}"
        case ClockStarted() | ClockChanged():
            clock, what = event.clock, event.type.replace("-", " ")
            kind = declared_name(clock.key) if clock.kind is ClockKind.DECLARED else clock.kind
            return f"{what}: {kind} of {clock.subject}, due {local(clock.due_at, zone)}, for {clock.owner}"
        case NoticesWithdrawn():
            of = event.subject or event.handover or "the episode"
            kinds = f" ({', '.join(event.kinds)})" if event.kinds else ""
            return (
                f"notices of {of} that had not left were withdrawn{f' for {event.team}' if event.team else ''}{kinds}"
            )
    return None


def _of_a_handover(event: Event) -> str | None:
    match event:
        case HandoverDrafted():
            made = event.plan
            asked = event.asked or (Asked(team=made.to_team, unit=made.to_unit),)
            whom = ", ".join(_place(each.team, each.unit) for each in asked)
            return f"{event.handover} planned: {made.move} ({made.urgency}, {made.reason}), {made.from_team} to {whom}"
        case HandoverChanged():
            why = f" ({event.reason})" if event.reason else ""
            return f"{event.handover}: {event.before} → {event.after}{why}"
        case HandoverMarked():
            by = f" ({', '.join(event.receivers)})" if event.receivers else ""
            return f"{event.handover}: {event.mark}{by}"
        case HandoverAddressed():
            return f"{event.handover}: told to {event.team}/{event.contact}, for {event.receiver}{_passed_over(event)}"
        case HandoverEscalated():
            whom = f"{event.team}/{event.contact}, for {event.receiver}" if event.team else event.contact
            return f"{event.handover}: not answered, step {event.step}: told to {whom}{_passed_over(event)}"
        case SummaryAttached():
            return f"{event.handover} took the summary: {_parts(event.summary)}"
        case ReceiverDeclined():
            return f"{event.handover}: {_place(event.team, event.unit)} said no: {event.reason}"
        case ReceiverChosen():
            return f"{event.handover}: {_place(event.team, event.unit)} took it"
    return None


def _of_any(event: Event, zone: str) -> str:
    """What it says, each thing with its name; of what says nothing, nothing."""
    about = getattr(event, "handover", None)
    what = f"{f'{about}: ' if about else ''}{event.type.replace('-', ' ')}"
    said = _listed(event.model_dump(exclude=_UNTOLD), zone)
    return f"{what}: {said}" if said else what


def _listed(facts: Mapping[Any, Any], zone: str) -> str:
    told = ((str(name).replace("_", " "), _told(value, zone)) for name, value in facts.items())
    return ", ".join(f"{name} {value}".rstrip() for name, value in told if value is not None)


def _told(value: Any, zone: str) -> str | None:
    """A value in words; empty where its name says it all, None where there is nothing to say."""
    if value is None or value is False or value in ("", (), [], {}):
        return None
    if value is True:
        return ""
    if isinstance(value, datetime):
        return local(value, zone)
    if isinstance(value, Mapping):
        return _listed(value, zone) or None
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(filter(None, (_told(each, zone) for each in value))) or None
    return str(value)


def _passed_over(event: HandoverAddressed | HandoverEscalated) -> str:
    return f"; closed: {', '.join(event.passed_over)}" if event.passed_over else ""


def _place(name: str, unit: str | None) -> str:
    return f"{name} ({unit})" if unit else name


def _parts(summary: Summary) -> str:
    """The names of what it says something about."""
    said = [name.replace("_", " ") for name, value in summary if value]
    return ", ".join(said) or "nothing yet"


def _of_the_patient(event: PatientChanged) -> str:
    words = {
        PatientChange.IDENTIFIED: "is known from now on",
        PatientChange.NUMBER_ADDED: "got a further number",
        PatientChange.MERGE_ASKED: "may be of the same patient as another one: another organisation is asked",
        PatientChange.MERGED: "was merged; it has these other episodes too",
        PatientChange.PROTECTED: "is protected from now on",
        PatientChange.LIFTING_ASKED: "may no longer be protected: a second person is asked",
        PatientChange.UNPROTECTED: "is no longer protected",
        PatientChange.RELATIVE_ADDED: "has one more relative",
        PatientChange.RELATIVE_REMOVED: "has one relative less",
    }
    joined = f": {', '.join(event.joined)}" if event.joined else ""
    where = f"told in {event.told_in}" if event.told_in != ELSEWHERE else "told in another episode"
    return f"patient's record: {words[event.what]}{joined} ({where})"
