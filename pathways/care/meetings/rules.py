"""Raising a matter for a meeting, and recording what the meeting decided on it.

What a team has raised has a clock: it runs to the end of the day of the next meeting, and tells the team whose meeting
it is if nothing was decided then, and again each week.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from pathways.care.clocks import until
from pathways.care.commands import Command
from pathways.care.concerned import teams_concerned, teams_for_role
from pathways.care.episodes import ClockKind
from pathways.care.grants.rules import require_role
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.care.meetings.events import MatterDecided, MatterRaised
from pathways.care.meetings.matters import matters
from pathways.care.meetings.values import AtMeeting
from pathways.care.recording import Context, Recorder
from pathways.care.roll_outs import is_in_roll_out
from pathways.cover.meeting_days import meeting_from
from pathways.definition.durations import Duration, Unit, first_instant
from pathways.definition.meetings import Ground, Meeting
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of

_EACH_WEEK = Duration(amount=1, unit=Unit.WEEK)


def matter_key(meeting: str) -> str:
    """The key of the clock by which a meeting decides on what was raised for it."""
    return f"{ClockKind.MATTER}/{meeting}"


def next_meeting(context: Context, meeting: Meeting, day: date | None = None) -> datetime:
    """When the next meeting begins (UTC): the first on `day`, or today, or later."""
    return meeting_from(meeting, context.network.country, context.zone, day or context.today)


def raise_matter(recorder: Recorder, command: RaiseMatter) -> None:
    """Put the episode on the list of a meeting. Raises Refused. For every team that has a part in it now."""
    context, episode = recorder.context, recorder.episode
    meeting = _meeting(recorder, command.meeting)
    if episode.has_ended:
        raise Refused(
            "Cannot raise episode {episode}: it has ended.",
            "Take the end back if it was an error.",
            episode=episode.reference,
        )
    if Ground.RAISED not in meeting.grounds or not is_in_roll_out(context, episode, meeting.only_in):
        raise Refused(
            "Cannot raise episode {episode}: that meeting does not take up such matters of this patient.",
            "Ring those whom it concerns.",
            episode=episode.reference,
        )
    if recorder.actor.team not in teams_concerned(context, episode):
        raise Refused(
            "Cannot raise episode {episode}: your team has no part in it.",
            "Ask {team}, which is responsible.",
            episode=episode.reference,
            team=episode.stay.team,
        )
    if episode.meetings.get(command.meeting, AtMeeting()).raised_at:
        raise Refused(
            "Episode {episode} is on that list already.", "Nothing needs to be done.", episode=episode.reference
        )
    recorder.record(MatterRaised(meeting=command.meeting))
    recorder.start(
        until(
            context,
            key=matter_key(command.meeting),
            kind=ClockKind.MATTER,
            subject=command.meeting,
            owner=(*teams_for_role(context, episode, meeting.role), episode.stay.team)[0],
            due_at=_end_of_the_day(context, _first_after_now(context, meeting)),
            repeat=_EACH_WEEK,
        )
    )


def decide_matter(recorder: Recorder, command: DecideMatter) -> None:
    """Record what a meeting decided on the episode: it leaves the list. Raises Refused. For those who sit in it."""
    context, episode = recorder.context, recorder.episode
    meeting = _meeting(recorder, command.meeting)
    require_role(recorder, (meeting.role, *meeting.sits_in), Phrase("decide for that meeting"))
    if command.decision not in meeting.decisions:
        raise Refused(
            "Cannot record that on episode {episode}: it is no decision of that meeting.",
            "Choose one of: {choices}.",
            episode=episode.reference,
            choices=tuple(meeting.decisions),
        )
    if not matters(context, episode, command.meeting):
        raise Refused(
            "Cannot decide on episode {episode}: it is not on the list of that meeting.",
            "Look at the list.",
            command="handslag triage",
            episode=episode.reference,
        )
    recorder.record(MatterDecided(meeting=command.meeting, decision=command.decision))
    key = matter_key(command.meeting)
    if key in episode.clocks:
        recorder.withdraw_notices(subject=key)
        recorder.stop(key)


def _meeting(recorder: Recorder, name: str) -> Meeting:
    known = recorder.context.pathway.meetings
    if name not in known:
        raise Refused(
            "Episode {episode} is on no list of a meeting of that name.",
            one_of(known, Phrase("Its pathway has no meetings.")),
            episode=recorder.episode.reference,
        )
    return known[name]


def _first_after_now(context: Context, meeting: Meeting) -> datetime:
    at = next_meeting(context, meeting)
    return at if at > context.now else next_meeting(context, meeting, context.today + timedelta(days=1))


def _end_of_the_day(context: Context, at: datetime) -> datetime:
    day = at.astimezone(context.zone).date() + timedelta(days=1)
    return first_instant(datetime.combine(day, time(), context.zone), context.zone)


RULES: Mapping[type[Command], Callable[[Recorder, Any], None]] = {
    RaiseMatter: raise_matter,
    DecideMatter: decide_matter,
}
