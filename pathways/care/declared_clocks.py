"""The clocks that a pathway declares itself, and the milestones that a team records by hand to start and stop them.

They follow from the events of a decision, whichever it is: `follow` is called once for each. A clock belongs to the
patient's team with its role, and goes along when that changes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from pathways.care.clocks import declared_key, declared_name
from pathways.care.commands import RecordMilestone
from pathways.care.concerned import teams_ever_concerned, teams_for_role
from pathways.care.episodes import ClockKind, Episode, RunningClock
from pathways.care.events import ClockChanged, EpisodeBegan, EpisodeEnded, Event, MilestoneRecorded
from pathways.care.events_of_handovers import ResponsibilityPassed
from pathways.care.programme.events import EpisodeEnrolled
from pathways.care.recording import Context, Recorder
from pathways.care.roll_outs import is_in_roll_out
from pathways.definition.durations import first_instant
from pathways.definition.models import DeclaredClock, Trigger
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def record(recorder: Recorder, command: RecordMilestone) -> None:
    """Record that a milestone was reached, now or earlier. Raises Refused.

    For every team that has, or has had, a part in the episode. After the end only what a clock still waits for.
    """
    context, episode = recorder.context, recorder.episode
    at = command.at or context.now
    _require_milestone(context, episode, command.milestone)
    fault = _not_theirs(recorder) or _impossible(context, episode, command.milestone, at)
    if fault:
        why, mend = fault
        raise Refused(
            "Cannot record this milestone in episode {episode}: {why}.", mend, episode=episode.reference, why=why
        )
    takes_back = context.pathway.milestones[command.milestone].takes_back
    recorder.record(MilestoneRecorded(milestone=command.milestone, at=at.astimezone(UTC), takes_back=takes_back))


def follow(recorder: Recorder) -> None:
    """Start and stop the clocks that the pathway declares, after what has been recorded; nothing where nothing was."""
    for recorded in recorder.events:
        event = recorded.event
        at = event.at if isinstance(event, MilestoneRecorded) else recorded.true_at
        if isinstance(event, MilestoneRecorded) and event.takes_back:
            _withdraw(recorder, event.takes_back)
        for trigger in _triggers(recorder.episode, event):
            _stop(recorder, trigger, at)
            if not recorder.episode.has_ended or isinstance(event, EpisodeEnded):
                _start(recorder, trigger, at)
    if recorder.events:
        _follow_the_care_team(recorder)


def start_now(recorder: Recorder, name: str) -> None:
    """Start one clock that the pathway declares, whatever starts it otherwise."""
    recorder.start(_started(recorder, name, recorder.episode.reference, recorder.context.now))


def due_at(context: Context, clock: DeclaredClock, at: datetime) -> datetime:
    """When a clock that starts at this instant is due (UTC). A time of day is one of the network's time zone."""
    local = at.astimezone(context.zone)
    is_later = clock.later is not None and local.time() > clock.later.after
    limit = clock.later.limit if clock.later and is_later else clock.limit
    if limit:
        return limit.after(at, context.zone)
    midnight = datetime.combine(local.date() + timedelta(days=(clock.end_of_day or 0) + 1), time(), context.zone)
    return first_instant(midnight, context.zone)


def _triggers(episode: Episode, event: Event) -> Iterator[Trigger]:
    match event:
        case EpisodeBegan(level=level) if episode.enrolment is None:
            yield Trigger(begins=True)
            yield Trigger(level=level)
        case EpisodeEnrolled():
            yield Trigger(begins=True)
            yield Trigger(level=episode.stays[0].level)
        case ResponsibilityPassed(handover=handover) if episode.handovers[handover].plan.begins:
            return  # the stay at the level has begun with the episode
        case ResponsibilityPassed(handover=handover, level=level):
            yield Trigger(leaves=episode.handovers[handover].plan.from_level)
            yield Trigger(level=level)
        case EpisodeEnded(end=end):
            yield Trigger(end=end)
        case MilestoneRecorded(milestone=milestone):
            yield Trigger(milestone=milestone)


def _start(recorder: Recorder, trigger: Trigger, at: datetime) -> None:
    """Start what starts at this. A clock that runs already runs on: what came first counts."""
    context, episode = recorder.context, recorder.episode
    for name, clock in context.pathway.clocks.items():
        is_new = trigger in clock.starts and declared_key(name) not in episode.clocks
        if is_new and is_in_roll_out(context, episode, clock.only_in):
            recorder.start(_started(recorder, name, trigger.milestone or episode.reference, at))


def _started(recorder: Recorder, name: str, subject: str, at: datetime) -> RunningClock:
    clock = recorder.context.pathway.clocks[name]
    due = due_at(recorder.context, clock, at)
    return RunningClock(
        key=declared_key(name),
        kind=ClockKind.DECLARED,
        subject=subject,
        owner=_owner(recorder.context, recorder.episode, clock),
        started_at=at,
        due_at=due,
        next_at=due,
        repeat=clock.repeat,
    )


def _stop(recorder: Recorder, trigger: Trigger, at: datetime) -> None:
    """Stop what stops at this: met or late as of when it happened, not of when it was written down."""
    for key, clock in _declared(recorder.episode):
        if trigger in recorder.context.pathway.clocks[declared_name(key)].stops:
            _withdraw_what_was_told(recorder, clock)
            recorder.stop(key, at=at)


def _withdraw(recorder: Recorder, milestone: str) -> None:
    """Withdraw what a milestone started that no longer holds."""
    for key, clock in _declared(recorder.episode):
        if clock.subject == milestone:
            _withdraw_what_was_told(recorder, clock)
            recorder.stop(key, withdrawn=True)


def _withdraw_what_was_told(recorder: Recorder, clock: RunningClock) -> None:
    if clock.passed:
        recorder.withdraw_notices(subject=clock.key)


def _follow_the_care_team(recorder: Recorder) -> None:
    context, episode = recorder.context, recorder.episode
    for key, clock in _declared(episode):
        owner = _owner(context, episode, context.pathway.clocks[declared_name(key)])
        if owner != clock.owner:
            _withdraw_what_was_told(recorder, clock)
            recorder.record(ClockChanged(clock=clock.model_copy(update={"owner": owner})))


def _owner(context: Context, episode: Episode, clock: DeclaredClock) -> str:
    """The patient's team with the clock's role. Where an episode was begun for that role, its beginner until then."""
    if episode.awaits_its_first_team and clock.role == context.pathway.levels[episode.level].responsible:
        return episode.stay.team
    return (*teams_for_role(context, episode, clock.role), episode.stay.team)[0]


def _declared(episode: Episode) -> tuple[tuple[str, RunningClock], ...]:
    return tuple((key, clock) for key, clock in episode.clocks.items() if clock.kind is ClockKind.DECLARED)


def _require_milestone(context: Context, episode: Episode, milestone: str) -> None:
    known = context.pathway.milestones
    if milestone not in known:
        raise Refused(
            "Cannot record this milestone in episode {episode}: its pathway has none of that name.",
            one_of(known, Phrase("Ask those who keep the pathway to name one.")),
            episode=episode.reference,
        )


def _not_theirs(recorder: Recorder) -> tuple[Phrase, Phrase] | None:
    episode, team = recorder.episode, recorder.actor.team
    owners = {clock.owner for _key, clock in _declared(episode)}
    if team in owners or team in teams_ever_concerned(recorder.context, episode):
        return None
    return Phrase("your team has had no part in it"), Phrase("Ask {team} to record it.", team=episode.stay.team)


def _impossible(context: Context, episode: Episode, milestone: str, at: datetime) -> tuple[Phrase, Phrase] | None:
    """Why a milestone cannot have been reached then, and what to do; None where it can."""
    if at > context.now:
        return Phrase("it cannot have been reached then"), Phrase("Give a time that has been, or leave it out for now.")
    taken_back = context.pathway.milestones[milestone].takes_back
    if taken_back and taken_back not in episode.milestones:
        return Phrase("what it takes back has not been recorded, or was taken back"), Phrase(
            "Nothing needs to be done."
        )
    running = [declared_name(key) for key, _clock in _declared(episode)]
    awaited = {trigger.milestone for name in running for trigger in context.pathway.clocks[name].stops}
    if episode.has_ended and milestone not in awaited:
        return Phrase("it has ended, and nothing waits for that"), Phrase("Take the end back if it was an error.")
    return None
