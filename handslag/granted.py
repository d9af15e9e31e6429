"""What is granted and how the sides meet, in words for `handslag show`: grants, swaps, meetings, joint visits."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from handslag.printing import local
from pathways.care.grants.rules import weekly_minutes
from pathways.care.grants.values import Grant, GrantStatus
from pathways.operations.views import EpisodeView


def granted_lines(view: EpisodeView) -> Iterator[str]:
    """Where the citizen lives, how the sides meet, what the week holds now, and every grant, one a line."""
    episode, zone = view.episode, view.network.time_zone
    if episode.district:
        yield f"District: {episode.district}; inside the roll-outs: {', '.join(view.roll_outs) or 'none'}"
    yield from _meeting_lines(view, zone)
    if not episode.grants:
        return
    yield f"Granted now, a week: {_minutes(weekly_minutes(episode)) or 'nothing'}"
    for grant in episode.grants.values():
        yield _grant_line(view, grant, zone)
        for swap in grant.swaps:
            undone = f", undone {local(swap.undone_at, zone)}" if swap.undone_at else ""
            gave, got = f"{swap.give} {swap.gave} min", f"{swap.get} {swap.got} min"
            yield f"  swap {swap.number}, {local(swap.at, zone)}: {gave} for {got}{undone}"


def _meeting_lines(view: EpisodeView, zone: str) -> Iterator[str]:
    for name, found in view.matters.items():
        for matter in found:
            yield f"On the list of {name}: {matter.ground}, {matter.subject}, since {local(matter.at, zone)}"
        standing = view.episode.meetings.get(name)
        if standing and standing.decided_at:
            yield f"Decided at {name}, {local(standing.decided_at, zone)}: {standing.decision}"
    for visit in view.episode.joint_visits.values():
        yield f"{visit.name} of {visit.team} with {visit.with_team}, {local(visit.at, zone)}: {visit.status}"


def _grant_line(view: EpisodeView, grant: Grant, zone: str) -> str:
    last = local(grant.ends_at - timedelta(seconds=1), zone)
    package = view.pathway.packages.get(grant.package)
    renewed = f", renewed {grant.renewals} of {package.renewals}" if package else ""
    decided = ", left to lapse" if grant.lapses and grant.status is GrantStatus.IN_FORCE else ""
    return f"{grant.name}: {_minutes(grant.granted)}, until {last}; {grant.status}{renewed}{decided}"


def _minutes(minutes: Mapping[str, int]) -> str:
    return ", ".join(f"{service} {each} min" for service, each in minutes.items())
