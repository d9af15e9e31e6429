"""Taking back an end that was recorded in error: what it stopped comes back as it was, and all are told."""

from pathways.care.clocks import started
from pathways.care.commands import ConfirmResponsibility, TakeBackEnd
from pathways.care.concerned import parties, teams_ever_concerned, teams_standing_in, teams_to_tell
from pathways.care.episodes import ClockKind, Episode, RunningClock, Stopped
from pathways.care.events import EndTakenBack, ResponsibilityConfirmed
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient_clocks import forget_a_kit_that_was_retrieved
from pathways.care.places import hold_again, is_full
from pathways.care.programme.admission import require_place_again, take_place_again
from pathways.care.recording import Recorder
from pathways.care.states import EpisodeStatus
from pathways.definition.durations import Duration, Unit
from pathways.errors import Refused

_KEY = ClockKind.RESPONSIBLE_AGAIN.value
_LIMIT = Duration(amount=1, unit=Unit.HOUR)
"""Within this the responsible team says that it knows: until then it may believe that nothing is to be done."""

_ANSWERED_BY_TAKING_BACK = frozenset({ClockKind.DEATH_REPORTED, ClockKind.RESPONSIBLE_AGAIN})
"""The clocks that do not come back: whoever takes the end back has answered the first, and starts the second anew."""


def take_back_end(recorder: Recorder, command: TakeBackEnd) -> None:
    """Take back the end of an episode. Raises Refused.

    The follow-ups, and all else that the end started, are withdrawn. Where a death had followed another end, that one
    holds again. Where the place that was held has gone to another patient meanwhile, the handover waits for one again.
    The clocks run on to the limits that they had: those that went by meanwhile are marked as late, and are acted on at
    once. Notices that the end withdrew are not sent again: everyone concerned is told that the episode goes on, and
    finds there what waits for them.
    """
    context, episode = recorder.context, recorder.episode
    stopped = _require_end(recorder, command)
    _require_still_there(recorder, stopped)
    if not stopped.end:
        require_place_again(recorder)
    late = tuple(
        clock.key
        for clock in stopped.clocks
        if episode.ended_at is not None and episode.ended_at < clock.due_at <= context.now
    )
    recorder.record(EndTakenBack(late=late))
    if not stopped.end:
        take_place_again(recorder)
    waited_for = teams_to_tell(context, recorder.episode)
    for key in tuple(recorder.episode.clocks):
        recorder.stop(key, withdrawn=True)
    recorder.withdraw_notices()
    for clock in stopped.clocks:
        if clock.kind not in _ANSWERED_BY_TAKING_BACK:
            recorder.start(clock)
    hold_again(recorder)
    forget_a_kit_that_was_retrieved(recorder)
    again = _clock_of_who_is_responsible_again(recorder)
    for team in dict.fromkeys((*waited_for, *teams_to_tell(context, recorder.episode))):
        if again and again.owner == team:
            recorder.owe(NoticeKind.END_TAKEN_BACK, team, subject=again.key, due_at=again.due_at)
        else:
            recorder.owe(NoticeKind.END_TAKEN_BACK, team)


def _clock_of_who_is_responsible_again(recorder: Recorder) -> RunningClock | None:
    """Let a clock run until the responsible team says that it knows; none where it took the end back itself."""
    episode = recorder.episode
    if episode.has_ended or recorder.actor.team == episode.stay.team:
        return None
    clock = started(
        recorder.context,
        key=_KEY,
        kind=ClockKind.RESPONSIBLE_AGAIN,
        subject=episode.reference,
        owner=episode.stay.team,
        limit=_LIMIT,
        repeat=_LIMIT,
    )
    recorder.start(clock)
    return clock


def confirm_responsibility(recorder: Recorder, command: ConfirmResponsibility) -> None:
    """Say that the responsible team knows that it is so again. Raises Refused."""
    clock = recorder.episode.clocks.get(_KEY)
    if clock is None:
        raise Refused(
            "Cannot confirm this in episode {episode}: no other team has taken back its end, or it is confirmed.",
            "Nothing needs to be done.",
            episode=recorder.episode.reference,
        )
    if command.actor.team != clock.owner or command.actor.is_program:
        raise Refused(
            "Cannot confirm this in episode {episode}: a person of {team} does.",
            "Ask {team} to confirm it.",
            episode=recorder.episode.reference,
            team=clock.owner,
        )
    recorder.record(ResponsibilityConfirmed())


def follow(recorder: Recorder) -> None:
    """Whatever a person of the responsible team records says that it knows. It waits for nobody who has handed over."""
    clock, actor = recorder.episode.clocks.get(_KEY), recorder.actor
    if clock is None or not recorder.events:
        return
    has_passed = clock.owner != recorder.episode.stay.team
    if has_passed or (actor.team == clock.owner and not actor.is_program):
        recorder.withdraw_notices(subject=_KEY)
        recorder.stop(_KEY, withdrawn=has_passed)


def _require_end(recorder: Recorder, command: TakeBackEnd) -> Stopped:
    episode = recorder.episode
    if not episode.has_ended:
        raise Refused(
            "Cannot take back the end of episode {episode}: it has not ended.",
            "Nothing needs to be done.",
            episode=episode.reference,
        )
    teams = (*teams_ever_concerned(recorder.context, episode), *teams_standing_in(recorder.context, episode))
    if command.told_in is None and recorder.actor.team not in teams:
        raise Refused(
            "Cannot take back the end of episode {episode}: your team has had no part in it.",
            "Ask {team}, which was responsible.",
            episode=episode.reference,
            team=episode.stay.team,
        )
    if episode.stopped is None:
        raise Refused(
            "Cannot take back the end of episode {episode}: what it stopped was not kept then.",
            "Begin a new episode.",
            episode=episode.reference,
        )
    return episode.stopped


def _require_still_there(recorder: Recorder, stopped: Stopped) -> None:
    """What comes back needs its teams and units in the network as it is now."""
    network, episode = recorder.context.network, recorder.episode
    needed = {*_teams(episode, stopped), *_units(episode, stopped)}
    was_there = not stopped.end and stopped.status is not EpisodeStatus.WAITLIST  # else no place there was taken
    if episode.stay.unit and was_there and is_full(recorder.context, episode.stay.unit):
        raise Refused(
            "Cannot take back the end of episode {episode}: the place at {unit} has gone to another patient.",
            "Make room there first, or begin a new episode where the patient is.",
            episode=episode.reference,
            unit=episode.stay.unit,
        )
    gone = sorted(needed - set(network.teams) - set(network.units))
    if gone:
        raise Refused(
            "Cannot take back the end of episode {episode}: {teams} left the network meanwhile, or may not see it.",
            "Begin a new episode.",
            episode=episode.reference,
            teams=tuple(gone),
        )


def _teams(episode: Episode, stopped: Stopped) -> set[str]:
    open_then = parties(stopped.handover) if stopped.handover else ()
    return {episode.stay.team, *open_then, *(clock.owner for clock in stopped.clocks)}


def _units(episode: Episode, stopped: Stopped) -> set[str]:
    asked = stopped.handover.asked if stopped.handover else ()
    return {unit for unit in (episode.stay.unit, *(each.unit for each in asked)) if unit}
