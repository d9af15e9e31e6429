"""Coming into a programme: criteria that are confirmed, places that are never more than the cap, and the wait for one.

Who else has a place or waits comes with the context, read under lock. Nobody is enrolled by itself, and nobody takes a
place that somebody before them waits for; a place that is not taken in time is told to the next as well.
"""

from datetime import datetime, time, timedelta

from pathways.care.actors import ActorKind
from pathways.care.clocks import started, until
from pathways.care.commands import (
    BeginEpisode,
    Command,
    DenyVitalStatus,
    EndEpisode,
    PassClock,
    RecordFact,
    ReportVitalStatus,
    TakeBackEnd,
)
from pathways.care.commands import NotePatientChange as NoteChange
from pathways.care.episodes import ClockKind, Episode, RunningClock
from pathways.care.events import ClockPassed
from pathways.care.grants.rules import grant_package
from pathways.care.notice_kinds import NoticeKind
from pathways.care.places import require_free
from pathways.care.programme.commands import Enrol, KeepWaiting, OfferEnrolment, RecordMeasurement
from pathways.care.programme.events import (
    CriteriaConfirmed,
    EnrolmentAwaited,
    EnrolmentOffered,
    EnrolmentOfferWithdrawn,
    EnrolmentPassedOn,
    EpisodeEnrolled,
    ProgrammePlaceFreed,
    ProgrammePlaceTaken,
    WaitConfirmed,
)
from pathways.care.programme.values import ProgrammeOccupancy
from pathways.care.recording import Context, Recorder
from pathways.care.services import adjust_services
from pathways.care.states import EpisodeStatus
from pathways.definition.durations import Duration, first_instant
from pathways.errors import Refused
from pathways.phrases import Phrase

WAIT_KEY, OFFER_KEY = ClockKind.WAIT.value, ClockKind.OFFER.value
"""The keys of the clocks of a wait: an episode has at most one of each."""

_WHILE_WAITING = (
    Enrol,
    KeepWaiting,
    OfferEnrolment,
    EndEpisode,
    TakeBackEnd,
    ReportVitalStatus,
    DenyVitalStatus,
    RecordFact,
    RecordMeasurement,
    NoteChange,
    PassClock,
)
"""What may be done to an episode that waits. All else needs it to be enrolled."""


def looks_at_places(episode: Episode | None, command: Command) -> bool:
    """Whether a decision on this command must know who has a place in the programme and who waits."""
    match command:
        case BeginEpisode() | Enrol() | OfferEnrolment() | TakeBackEnd():
            return True
        case PassClock(key=key) if episode and key in episode.clocks:
            return episode.clocks[key].kind is ClockKind.OFFER
    return False


def require_enrolled_for(episode: Episode, command: Command) -> None:
    """An episode that waits is enrolled before anything is done for its patient. Raises Refused."""
    if episode.status is EpisodeStatus.WAITLIST and not isinstance(command, _WHILE_WAITING):
        raise Refused(
            "Cannot do this to episode {episode}: it waits for a place in its programme.",
            "Enrol it when a place is free, or end the wait.",
            command=f"handslag enrol {episode.reference}, handslag end {episode.reference}",
            episode=episode.reference,
        )


def must_wait(context: Context, command: BeginEpisode) -> bool:
    """Whether an episode that begins has to wait for a place. Raises Refused where it cannot begin at all."""
    _require_criteria(context, command)
    rules, cap = context.pathway.enrolment, _cap(context)
    if rules is None or cap is None or _free(context, command.reference) > _ahead(context, command.reference):
        return False
    if rules.waiting_list is None:
        raise Refused(
            "No place is free in {pathway}: all {cap} are taken.",
            "See who has them.",
            command="handslag enrolment",
            pathway=context.pathway.pathway,
            cap=cap,
        )
    return True


def admit(recorder: Recorder, command: BeginEpisode, *, waits: bool) -> None:
    """Enrol an episode that has just begun, or let it wait. Nothing where the pathway has no programme."""
    rules = recorder.context.pathway.enrolment
    if rules is None:
        return
    recorder.record(CriteriaConfirmed(criteria=tuple(dict.fromkeys(command.criteria))))
    if waits and rules.waiting_list:
        recorder.record(EnrolmentAwaited())
        _ask_again(recorder, rules.waiting_list.ask_again)
    else:
        recorder.record(EpisodeEnrolled(place_of=rules.cap))


def enrol(recorder: Recorder, command: Enrol) -> None:
    """Enrol an episode that waits, if a place is free for it. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    _require_waiting(recorder, Phrase("enrol"))
    if _is_over(context):
        raise Refused(
            "Cannot enrol episode {episode}: its programme ended on {day}.",
            "Begin anew where a later version is in force, or end the wait.",
            command="handslag end",
            episode=episode.reference,
            day=str(context.pathway.in_force_until),
        )
    if not _may_have_place(recorder):
        ahead, free = _ahead(context, episode.reference), _free(context, episode.reference)
        places = Phrase("1 place is free") if free == 1 else Phrase("{free} places are free", free=free)
        why = (
            Phrase("no place is free")
            if free < 1
            else Phrase("{ahead} wait before it, and {places}", ahead=ahead, places=places)
        )
        raise Refused(
            "Cannot enrol episode {episode}: {why}.",
            "Your team is told as soon as a place is free for it.",
            episode=episode.reference,
            why=why,
        )
    if episode.stay.unit:
        require_free(context, episode.stay.unit)
    recorder.record(EpisodeEnrolled(place_of=_cap(context)))
    for key in (WAIT_KEY, OFFER_KEY):
        recorder.stop(key)
        recorder.withdraw_notices(subject=key)
    adjust_services(recorder, is_told=False)  # as at a beginning: nobody has begun with them
    grant_what_is_enrolled_for(recorder)


def grant_what_is_enrolled_for(recorder: Recorder) -> None:
    """Grant whoever has just been enrolled the package of the programme, where it has one."""
    rules = recorder.context.pathway.enrolment
    if rules and rules.package and recorder.episode.status is EpisodeStatus.ACTIVE:
        grant_package(recorder, rules.package)


def keep_waiting(recorder: Recorder, command: KeepWaiting) -> None:
    """Record that the wait still makes sense; it is asked again later. Raises Refused."""
    _require_waiting(recorder, Phrase("keep on the waiting list"))
    ask_again = recorder.episode.clocks[WAIT_KEY].repeat
    recorder.record(WaitConfirmed())
    recorder.stop(WAIT_KEY)
    recorder.withdraw_notices(subject=WAIT_KEY)
    _ask_again(recorder, ask_again)


def offer(recorder: Recorder, command: OfferEnrolment) -> None:
    """Tell the team of a free place, where this episode is next in line for one. Otherwise there is nothing to do.

    Raises Refused for a person: Handslag itself keeps the line.
    """
    episode, rules = recorder.episode, recorder.context.pathway.enrolment
    if recorder.actor.kind is ActorKind.PERSON:
        raise Refused(
            "Cannot offer a place to episode {episode}: that is for Handslag itself to do.",
            "Enrol it, if a place is free for it.",
            command="handslag enrol",
            episode=episode.reference,
        )
    is_offered = episode.enrolment is not None and episode.enrolment.offered_at is not None
    waits = episode.status is EpisodeStatus.WAITLIST
    if not waits or is_offered or not (rules and rules.waiting_list) or not _may_have_place(recorder):
        return
    recorder.record(EnrolmentOffered())
    limit = rules.waiting_list.enrol_within
    recorder.start(
        started(
            recorder.context,
            key=OFFER_KEY,
            kind=ClockKind.OFFER,
            subject=episode.reference,
            owner=episode.stay.team,
            limit=limit,
            repeat=limit,
        )
    )
    _tell_of_place(recorder, recorder.episode.clocks[OFFER_KEY])


def pass_offer(recorder: Recorder, clock: RunningClock) -> None:
    """Nobody has enrolled in time: the next in line may, and the team is told again. A place that is gone is none."""
    if not _may_have_place(recorder):
        recorder.stop(clock.key, withdrawn=True)
        recorder.withdraw_notices(subject=clock.key)
        recorder.record(EnrolmentOfferWithdrawn())
        return
    next_at = clock.repeat.after(recorder.context.now, recorder.context.zone)
    recorder.record(ClockPassed(key=clock.key, times=clock.passed + 1, next_at=next_at))
    if clock.passed == 0:
        recorder.record(EnrolmentPassedOn())
    _tell_of_place(recorder, clock)


def leave(recorder: Recorder, ending: str) -> None:
    """After an end: the place goes to another, unless that end uses it up."""
    rules, episode = recorder.context.pathway.enrolment, recorder.episode
    frees = rules is None or rules.frees is None or ending in rules.frees
    if episode.enrolment and episode.enrolment.place_of and frees:
        recorder.record(ProgrammePlaceFreed())


def require_place_again(recorder: Recorder) -> None:
    """An end is taken back only while the place that it freed is free. Raises Refused."""
    episode, cap = recorder.episode, _cap(recorder.context)
    if cap is not None and _gave_up_its_place(episode) and _free(recorder.context, episode.reference) < 1:
        raise Refused(
            "Cannot take back the end of episode {episode}: its place in the programme has gone to another.",
            "Begin a new episode, which waits for a place; see who has one.",
            command="handslag enrolment",
            episode=episode.reference,
        )


def take_place_again(recorder: Recorder) -> None:
    """After an end was taken back: take the place again that it freed."""
    cap = _cap(recorder.context)
    if cap is not None and _gave_up_its_place(recorder.episode):
        recorder.record(ProgrammePlaceTaken(place_of=cap))


def _gave_up_its_place(episode: Episode) -> bool:
    enrolment = episode.enrolment
    return enrolment is not None and enrolment.enrolled_at is not None and enrolment.place_of is None


def _require_criteria(context: Context, command: BeginEpisode) -> None:
    wanted = context.pathway.enrolment.criteria if context.pathway.enrolment else {}
    if any(name not in wanted for name in command.criteria):
        raise Refused(
            "An episode of {pathway} has no criterion of that name.",
            Phrase("Choose among: {choices}.", choices=tuple(wanted)) if wanted else Phrase("Leave the criteria out."),
            pathway=context.pathway.pathway,
        )
    missing = [name for name in wanted if name not in command.criteria]
    if missing:
        raise Refused(
            "An episode of {pathway} cannot begin: not confirmed as met is {criteria}.",
            "Whoever does not meet one cannot be enrolled; confirm each that is met.",
            command="--criterion",
            pathway=context.pathway.pathway,
            criteria=tuple(missing),
        )


def _require_waiting(recorder: Recorder, verb: Phrase) -> None:
    episode = recorder.episode
    if episode.status is not EpisodeStatus.WAITLIST:
        raise Refused(
            "Cannot {verb} episode {episode}: it does not wait.",
            "Nothing needs to be done.",
            verb=verb,
            episode=episode.reference,
        )
    if recorder.actor.team != episode.stay.team:
        raise Refused(
            "Cannot {verb} episode {episode}: your team is not responsible for the wait.",
            "Ask {team}, which is.",
            verb=verb,
            episode=episode.reference,
            team=episode.stay.team,
        )


def _ask_again(recorder: Recorder, limit: Duration) -> None:
    """Let the clock run by which a wait is looked at again: after this limit, or when the programme has ended."""
    context, episode = recorder.context, recorder.episode
    due_at = limit.after(context.now, context.zone)
    if context.pathway.in_force_until and not _is_over(context):
        midnight = datetime.combine(context.pathway.in_force_until + timedelta(days=1), time(), context.zone)
        due_at = min(due_at, first_instant(midnight, context.zone))
    recorder.start(
        until(
            context,
            key=WAIT_KEY,
            kind=ClockKind.WAIT,
            subject=episode.reference,
            owner=episode.stay.team,
            due_at=due_at,
            repeat=limit,
        )
    )


def _is_over(context: Context) -> bool:
    """Whether the last day of the programme has gone by, where the network is."""
    last = context.pathway.in_force_until
    return last is not None and context.today > last


def _tell_of_place(recorder: Recorder, clock: RunningClock) -> None:
    recorder.owe(
        NoticeKind.PROGRAMME_PLACE_FREE, clock.owner, subject=clock.key, due_at=clock.due_at, times=clock.passed + 1
    )


def _may_have_place(recorder: Recorder) -> bool:
    context, reference = recorder.context, recorder.episode.reference
    return not _is_over(context) and _free(context, reference) > _ahead(context, reference)


def _occupancy(context: Context) -> ProgrammeOccupancy:
    return context.programme or ProgrammeOccupancy()


def _cap(context: Context) -> int | None:
    return context.pathway.enrolment.cap if context.pathway.enrolment else None


def _free(context: Context, episode: str) -> int:
    """Places of a programme with a cap that nobody else has."""
    return (_cap(context) or 0) - sum(each != episode for each in _occupancy(context).taken)


def _ahead(context: Context, episode: str) -> int:
    """How many wait before this episode to whom a free place is still left; for one that begins all of these."""
    waiting = _occupancy(context).waiting
    own = next((entry.order for entry in waiting if entry.episode == episode), None)
    return sum(entry.passed_on_at is None and (own is None or entry.order < own) for entry in waiting)
