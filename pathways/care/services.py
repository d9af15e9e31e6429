"""Services: what others do for the patient at some levels. They pause at all others, and while the episode pauses."""

from collections.abc import Iterable

from pathways.care.concerned import teams_for_role
from pathways.care.episodes import Episode
from pathways.care.events import ServicesChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Recorder
from pathways.care.states import EpisodeStatus
from pathways.definition.models import Pathway


def paused_services(pathway: Pathway, episode: Episode) -> tuple[str, ...]:
    """The services that pause now, in the definition's order: all while the episode does or waits to
    be enrolled, else by its level."""
    is_on_hold = episode.status in (EpisodeStatus.ON_HOLD, EpisodeStatus.WAITLIST)
    return tuple(name for name, each in pathway.services.items() if is_on_hold or episode.level not in each.levels)


def adjust_services(recorder: Recorder, *, is_told: bool = True) -> tuple[str, ...]:
    """Record which services pause now, if that has changed, and tell those who do them; gives the teams told.

    What was not yet sent to them about the change before is withdrawn: a late `pauses` must not follow on `goes on`.
    """
    before = recorder.episode.paused_services
    after = paused_services(recorder.context.pathway, recorder.episode)
    if before == after:
        return ()
    recorder.record(ServicesChanged(paused=after))
    if not is_told:
        return ()
    owed = [(team, NoticeKind.SERVICES_PAUSED) for team in _teams(recorder, set(after) - set(before))]
    owed += [(team, NoticeKind.SERVICES_RESUMED) for team in _teams(recorder, set(before) - set(after))]
    told = tuple(dict.fromkeys(team for team, _kind in owed if team != recorder.actor.team))
    for team in told:
        recorder.withdraw_notices(subject=_subject(team))
    for team, kind in owed:
        if team in told:
            recorder.owe(kind, team, subject=_subject(team))
    return told


def _subject(team: str) -> str:
    return f"services/{team}"


def _teams(recorder: Recorder, services: Iterable[str]) -> tuple[str, ...]:
    pathway, episode = recorder.context.pathway, recorder.episode
    granted = {name for grant in episode.grants.values() for name in grant.minutes}
    to_grant = {name for package in pathway.packages.values() for name in package.services} - granted
    roles = [each.role for name, each in pathway.services.items() if name in services and name not in to_grant]
    teams = [team for role in roles for team in teams_for_role(recorder.context, recorder.episode, role)]
    return tuple(dict.fromkeys(teams))
