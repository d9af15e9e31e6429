"""Announcing: tells Prefect what happened, as events that automations can react to. References and codes only.

Whichever process looks first sends an event, under an id of its own, and claims in our database that it does: the
server drops a batch in which an id comes twice. It takes events into its memory and stores them some seconds later;
killed in between, it loses them. So an event counts as announced once it was found stored there, and is sent again if,
some time after it was sent, it was not. (Prefect's own `emit_event` puts it into the memory of this process only.)
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from flows.api import PrefectApi
from pathways.care.continuity.events import FixedContactLost, FixedContactNamed
from pathways.care.events import (
    EndTakenBack,
    EpisodeBegan,
    EpisodeEnded,
    EpisodePaused,
    EpisodeResumed,
    Event,
    FollowUpCompleted,
    MilestoneRecorded,
    Recorded,
    RecordErased,
    ResponsibilityConfirmed,
    ServicesChanged,
    VitalStatusDenied,
    VitalStatusReported,
)
from pathways.care.events_of_handovers import (
    CancelAsked,
    CancelRefused,
    HandoverChanged,
    HandoverEscalated,
    HandoverMarked,
    HandoverSettled,
    PlaceAwaited,
    PlaceHeld,
    PlaceReleased,
    QuestionAnswered,
    QuestionAsked,
    ReadBackCorrected,
    ReadBackGiven,
    ReadBackWaived,
    ReadinessExpired,
    ReadinessWaived,
    ReceiverChosen,
    ReceiverDeclined,
    ResponsibilityPassed,
)
from pathways.care.grants.events import (
    DistrictChanged,
    GrantEnded,
    GrantLeftToLapse,
    GrantMade,
    GrantRenewed,
    GrantWithdrawn,
    ServicesSwapped,
    SwapUndone,
)
from pathways.care.joint_visits.events import (
    JointVisitBooked,
    JointVisitCancelled,
    JointVisitDeclined,
    JointVisitLapsed,
    JointVisitProposed,
    JointVisitRecorded,
)
from pathways.care.meetings.events import MatterDecided, MatterRaised
from pathways.care.migrations.events import EpisodeMigrated
from pathways.care.orders.events import (
    ComplicationRecorded,
    MissedVisitActedOn,
    OrderChanged,
    OrderCompleted,
    OrderPlaced,
    OrderStopped,
    VisitRecorded,
)
from pathways.care.programme.events import (
    EnrolmentAwaited,
    EnrolmentOffered,
    EnrolmentPassedOn,
    EpisodeEnrolled,
    ProgrammePlaceFreed,
)
from pathways.errors import Failed
from pathways.logs import for_request
from pathways.operations.service import Operations
from pathways.settings import Settings
from pathways.store.announcements import Announced
from pathways.store.unit_of_work import UnitOfWork

INCIDENT_OPEN = "handslag.incident.open"
INCIDENT_OVER = "handslag.incident.over"

EVENTS = {
    "handslag.episode.began": "An episode began.",
    "handslag.episode.ended": "An episode ended; all that waited has stopped.",
    "handslag.episode.end-taken-back": "An end was recorded in error; what it stopped has come back.",
    "handslag.episode.responsibility-confirmed": "The responsible team knows that another one took the end back.",
    "handslag.episode.vital-status-reported": "Another network or organisation says that the patient died or lives.",
    "handslag.episode.vital-status-denied": "The responsible team says that such a report is wrong.",
    "handslag.episode.erased": "The record of an episode was erased, as old enough: do so with what you have of it.",
    "handslag.episode.migrated": "An episode goes by another version of its pathway, or by the one that replaces it.",
    "handslag.episode.paused": "An episode pauses.",
    "handslag.episode.resumed": "An episode goes on.",
    "handslag.episode.services-changed": "Other services pause now.",
    "handslag.handover.<state>": "A handover came into this state: requested, received, accepted, rejected, ready, "
    "on-hold, in-progress, completed, cancelled, failed or entered-in-error.",
    "handslag.handover.marked.<mark>": "A mark was made: delivered, seen, accepted, read-back, departed or arrived.",
    "handslag.handover.escalated": "Nobody answered in time; a further contact was asked.",
    "handslag.readiness.waived": "A named person goes ahead without something that should be in place.",
    "handslag.readiness.expired": "Something that was in place has to be looked at again.",
    "handslag.read-back.given": "The receiver has read back; the sender is to confirm or correct.",
    "handslag.read-back.corrected": "The sender has corrected the read-back; the receiver reads back again.",
    "handslag.read-back.waived": "A named person goes ahead without a confirmed read-back.",
    "handslag.question.asked": "The receiver has asked the sender something.",
    "handslag.question.answered": "The sender has answered.",
    "handslag.place.held": "A place at a unit is held.",
    "handslag.place.awaited": "No place is free: the request stands on the unit's waiting list.",
    "handslag.place.released": "A place, or a place on a waiting list, was given up.",
    "handslag.receiver.declined": "One of several receivers that were asked said no.",
    "handslag.receiver.chosen": "One of several receivers that were asked said yes; the others are no longer asked.",
    "handslag.cancel.asked": "After the departure, the sender asks the receiver to agree to cancel.",
    "handslag.cancel.refused": "The receiver did not agree to cancel.",
    "handslag.handover.settled": "Nobody took the handover, and the sender asks for no other now.",
    "handslag.responsibility.passed": "Responsibility passed from one team to another.",
    "handslag.milestone.recorded": "A milestone of the pathway was reached.",
    "handslag.enrolment.awaited": "The programme has no place: an episode waits for one.",
    "handslag.enrolment.offered": "A place has come free, and the team that waits first was told.",
    "handslag.enrolment.passed-on": "Nobody enrolled in time: the next in line was told of the place too.",
    "handslag.enrolment.enrolled": "An episode was enrolled in its programme.",
    "handslag.enrolment.place-freed": "An end gave a place of the programme to another.",
    "handslag.order.placed": "A treatment was ordered.",
    "handslag.order.changed": "An order was changed.",
    "handslag.order.stopped": "The remaining visits of an order were stopped.",
    "handslag.order.completed": "The last day of an order is over.",
    "handslag.visit.<outcome>": "Somebody said what became of a visit: done, missed or refused.",
    "handslag.visit.acted-on": "Somebody acted on a visit that was missed.",
    "handslag.complication.recorded": "A treatment had a complication; the patient is moved back.",
    "handslag.fixed-contact.named": "A fixed contact was named.",
    "handslag.fixed-contact.lost": "After a handover the fixed contact could not be kept.",
    "handslag.follow-up.completed": "A follow-up after an end was done.",
    "handslag.episode.district-changed": "The patient lives in another district.",
    "handslag.grant.made": "A package of services was granted.",
    "handslag.grant.renewed": "A grant goes on for longer.",
    "handslag.grant.left-to-lapse": "Somebody decided that a grant is not renewed.",
    "handslag.grant.withdrawn": "A grant was withdrawn before its end.",
    "handslag.grant.ended": "The time of a grant ran out.",
    "handslag.grant.swapped": "The citizen swapped time of one granted service for another.",
    "handslag.grant.swap-undone": "A swap no longer holds.",
    "handslag.matter.raised": "A team put an episode on the list of a meeting.",
    "handslag.matter.decided": "A meeting decided on an episode.",
    "handslag.joint-visit.proposed": "A team proposed a joint visit to another.",
    "handslag.joint-visit.booked": "Both sides have said yes to a joint visit.",
    "handslag.joint-visit.declined": "The other side said no to a joint visit.",
    "handslag.joint-visit.cancelled": "A joint visit was called off.",
    "handslag.joint-visit.lapsed": "The time of a joint visit came, and it was not answered.",
    "handslag.joint-visit.recorded": "It was recorded whether a joint visit was held.",
    INCIDENT_OPEN: "A channel takes no notices, or notices have reached nobody. It comes again while that is so.",
    INCIDENT_OVER: "What kept notices from leaving is over.",
}
"""The events that Handslag emits, for the reference."""

Told = Sequence[Mapping[str, Any]]
"""Events in the form that the Prefect server takes."""

FOUND_AFTER = timedelta(seconds=30)
"""How long after an event was sent it is looked for. The server stores what it has taken within five seconds."""

KEPT_FOR = timedelta(days=6)
"""What happened longer ago is not looked for: the server throws events away after seven days."""

_LOOKED_FOR_AT_ONCE = 50  # the server answers with no more
_log = logging.getLogger("handslag.announcing")


class EventFeed(Protocol):
    """Where events go."""

    def send(self, told: Told) -> None:
        """Hand events over. Raises Failed where they are not taken, all of them."""
        ...

    def stored(self, told: Told) -> frozenset[str]:
        """The ids of those among them that are stored there. Raises Failed where it does not say."""
        ...


class PrefectEvents:
    """The events of the Prefect server of these settings."""

    def __init__(self, settings: Settings) -> None:
        self._api = PrefectApi(settings)

    def send(self, told: Told) -> None:
        """As `EventFeed`: the server answers once it has the whole batch in its memory."""
        if self._api.ask("POST", "/events", told) is None:
            raise Failed("The Prefect server takes no events.", "Look at it with: handslag doctor.")

    def stored(self, told: Told) -> frozenset[str]:
        """As `EventFeed`."""
        found: set[str] = set()
        for batch in (told[at : at + _LOOKED_FOR_AT_ONCE] for at in range(0, len(told), _LOOKED_FOR_AT_ONCE)):
            times = [each["occurred"] for each in batch]
            wanted = {
                "id": {"id": [each["id"] for each in batch]},
                "occurred": {"since": min(times), "until": max(times)},
            }
            answer = self._api.ask("POST", "/events/filter", {"filter": wanted, "limit": _LOOKED_FOR_AT_ONCE})
            found |= {each["id"] for each in (answer or {}).get("events", ())}
        return frozenset(found)


async def announce(service: Operations, episode: str, *, feed: EventFeed | None = None) -> None:
    """Announce what has not been announced of one episode. Raises Failed where Prefect does not take it."""
    await asyncio.to_thread(_announce, service, [episode], feed or feed_of(service.settings))


async def announce_all(
    service: Operations, limit: int = 200, *, feed: EventFeed | None = None, most_at_once: int = 200
) -> None:
    """Announce what has not been announced of any episode, as `announce` does.

    `most_at_once`: how many events go in one request, give or take those of one episode.
    """
    await asyncio.to_thread(_announce, service, None, feed or feed_of(service.settings), limit, most_at_once)


@lru_cache(maxsize=1)
def feed_of(settings: Settings) -> EventFeed:
    """The events of the Prefect server of these settings."""
    return PrefectEvents(settings)


def _announce(
    service: Operations, episodes: Sequence[str] | None, feed: EventFeed, limit: int = 200, most_at_once: int = 200
) -> None:
    now = service.clock()
    with UnitOfWork(service.engine, writes=False) as work:
        unfinished = work.announcements.unfinished(limit, episodes=episodes)
    lost = _lost(service, [known for known in unfinished if _may_be_lost(known, now)], feed)
    told: list[Mapping[str, Any]] = []
    for known in unfinished:
        told += _claimed(service, known, lost.get(known.episode, ()), now)
        if len(told) >= most_at_once:
            feed.send(told)
            told = []
    if told:
        feed.send(told)


def _may_be_lost(known: Announced, now: datetime) -> bool:
    return known.sent_at is not None and known.is_on_the_way and abs(now - known.sent_at) >= FOUND_AFTER


def _lost(service: Operations, sent: Sequence[Announced], feed: EventFeed) -> Mapping[str, Told]:
    """What was sent and is not stored, by episode. Records of the others that all is."""
    told = {known.episode: _events(service, known.episode, known.stored, known.sent) for known in sent}
    stored = feed.stored([event for events in told.values() for event in events if _is_kept(service, event)])
    lost = {
        episode: [event for event in events if event["id"] not in stored and _is_kept(service, event)]
        for episode, events in told.items()
    }
    with UnitOfWork(service.engine) as work:
        for known in sent:
            if not lost[known.episode]:
                work.announcements.stored(known.episode, known.sent)
        work.commit()
    return {episode: events for episode, events in lost.items() if events}


def _claimed(service: Operations, known: Announced, lost: Told, now: datetime) -> Told:
    """What is to be sent of an episode: what was lost and what is new, if nobody else has claimed it meanwhile.

    Whoever dies between the claim and the sending has sent nothing: it is not found there, and sent later.
    """
    if known.latest == known.sent and not lost:
        return ()
    with UnitOfWork(service.engine, writes=False) as work:
        asked = work.episodes.requests(known.episode, after=known.sent)
    new = _events(service, known.episode, known.sent, known.latest)
    with UnitOfWork(service.engine) as work:
        if not work.announcements.claim(known, known.latest, now):
            return ()
        work.commit()
    for request in asked:
        with for_request(request):
            _log.info("What came of a request is announced.")
    return [*lost, *new]


def _events(service: Operations, episode: str, after: int, until: int) -> Told:
    with UnitOfWork(service.engine, writes=False) as work:
        history = work.episodes.history(episode, after=after)
    told = (as_prefect_takes_it(episode, recorded) for recorded in history if recorded.number <= until)
    return [event for event in told if event]


def _is_kept(service: Operations, event: Mapping[str, Any]) -> bool:
    return service.clock() - datetime.fromisoformat(event["occurred"]) < KEPT_FOR


def as_prefect_takes_it(episode: str, recorded: Recorded) -> Mapping[str, Any] | None:
    """An event as the Prefect server takes it, under an id of its own; None for what is not announced."""
    name, handover = name_of(recorded.event)
    if name is None:
        return None
    return {
        "id": str(uuid5(NAMESPACE_URL, f"handslag:{episode}:{recorded.number}")),
        "event": name,
        "occurred": recorded.at.isoformat(),
        "resource": {"prefect.resource.id": f"handslag.{'handover' if handover else 'episode'}.{handover or episode}"},
        "related": [{"prefect.resource.id": f"handslag.episode.{episode}", "prefect.resource.role": "episode"}],
        "payload": _payload(recorded.event),
    }


_NAMES: Mapping[type[Any], str] = {
    EpisodeBegan: "handslag.episode.began",
    EpisodeEnded: "handslag.episode.ended",
    EndTakenBack: "handslag.episode.end-taken-back",
    VitalStatusReported: "handslag.episode.vital-status-reported",
    VitalStatusDenied: "handslag.episode.vital-status-denied",
    RecordErased: "handslag.episode.erased",
    ResponsibilityConfirmed: "handslag.episode.responsibility-confirmed",
    EpisodePaused: "handslag.episode.paused",
    EpisodeResumed: "handslag.episode.resumed",
    EpisodeMigrated: "handslag.episode.migrated",
    ServicesChanged: "handslag.episode.services-changed",
    MilestoneRecorded: "handslag.milestone.recorded",
    EnrolmentAwaited: "handslag.enrolment.awaited",
    EnrolmentOffered: "handslag.enrolment.offered",
    EnrolmentPassedOn: "handslag.enrolment.passed-on",
    EpisodeEnrolled: "handslag.enrolment.enrolled",
    ProgrammePlaceFreed: "handslag.enrolment.place-freed",
    FollowUpCompleted: "handslag.follow-up.completed",
    OrderPlaced: "handslag.order.placed",
    OrderChanged: "handslag.order.changed",
    OrderStopped: "handslag.order.stopped",
    OrderCompleted: "handslag.order.completed",
    MissedVisitActedOn: "handslag.visit.acted-on",
    ComplicationRecorded: "handslag.complication.recorded",
    FixedContactNamed: "handslag.fixed-contact.named",
    FixedContactLost: "handslag.fixed-contact.lost",
    HandoverEscalated: "handslag.handover.escalated",
    ReadinessWaived: "handslag.readiness.waived",
    ReadinessExpired: "handslag.readiness.expired",
    ReadBackGiven: "handslag.read-back.given",
    ReadBackCorrected: "handslag.read-back.corrected",
    ReadBackWaived: "handslag.read-back.waived",
    QuestionAsked: "handslag.question.asked",
    QuestionAnswered: "handslag.question.answered",
    PlaceHeld: "handslag.place.held",
    PlaceAwaited: "handslag.place.awaited",
    PlaceReleased: "handslag.place.released",
    ReceiverDeclined: "handslag.receiver.declined",
    ReceiverChosen: "handslag.receiver.chosen",
    CancelAsked: "handslag.cancel.asked",
    CancelRefused: "handslag.cancel.refused",
    HandoverSettled: "handslag.handover.settled",
    ResponsibilityPassed: "handslag.responsibility.passed",
    DistrictChanged: "handslag.episode.district-changed",
    GrantMade: "handslag.grant.made",
    GrantRenewed: "handslag.grant.renewed",
    GrantLeftToLapse: "handslag.grant.left-to-lapse",
    GrantWithdrawn: "handslag.grant.withdrawn",
    GrantEnded: "handslag.grant.ended",
    ServicesSwapped: "handslag.grant.swapped",
    SwapUndone: "handslag.grant.swap-undone",
    MatterRaised: "handslag.matter.raised",
    MatterDecided: "handslag.matter.decided",
    JointVisitProposed: "handslag.joint-visit.proposed",
    JointVisitBooked: "handslag.joint-visit.booked",
    JointVisitDeclined: "handslag.joint-visit.declined",
    JointVisitCancelled: "handslag.joint-visit.cancelled",
    JointVisitLapsed: "handslag.joint-visit.lapsed",
    JointVisitRecorded: "handslag.joint-visit.recorded",
}


def name_of(event: Event) -> tuple[str | None, str | None]:
    """The name under which an event is announced, and its handover; no name for what is not announced."""
    handover: str | None = getattr(event, "handover", None)
    match event:
        case HandoverChanged(after=after):
            return f"handslag.handover.{after}", handover
        case HandoverMarked(mark=mark):
            return f"handslag.handover.marked.{mark}", handover
        case VisitRecorded(outcome=outcome):
            return f"handslag.visit.{outcome}", None
    name = _NAMES.get(type(event))
    return name, handover if name else None


def _payload(event: Event) -> dict[str, Any]:
    codes = {"level", "from_team", "to_team", "before", "after", "end", "step", "follow_up", "milestone"}
    codes |= {"pathway", "version", "grant", "package", "swap", "give", "get"}
    codes |= {"order", "visit", "because"}
    codes |= {"meeting", "decision", "district"}
    return event.model_dump(mode="json", include=codes)
