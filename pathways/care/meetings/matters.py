"""Which matters of an episode stand on the list of a meeting now. Follows from the state alone; changes nothing.

What is decided leaves the list; what is not stays on it, and so comes back the next week.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from pathways.care.clocks import declared_name
from pathways.care.episodes import ClockKind, Episode
from pathways.care.grants.rules import grants_in_force
from pathways.care.meetings.values import AtMeeting, Matter
from pathways.care.recording import Context
from pathways.care.roll_outs import is_in_roll_out
from pathways.definition.meetings import Ground

_OF_GRANTS = frozenset({ClockKind.GRANT_DECISION, ClockKind.GRANT_END, ClockKind.MATTER})


def matters(context: Context, episode: Episode, meeting: str) -> tuple[Matter, ...]:
    """What of an episode stands on the list of a meeting now, the oldest first; nothing after its end."""
    defined = context.pathway.meetings.get(meeting)
    if defined is None or episode.has_ended or not is_in_roll_out(context, episode, defined.only_in):
        return ()
    now = (matter for matter in _undecided(context, episode, meeting) if _since(context, matter) <= context.now)
    return tuple(sorted(now, key=lambda matter: (matter.at, matter.ground, matter.subject)))


def on_list_at(context: Context, episode: Episode) -> datetime | None:
    """The moment from which something of an episode may stand on the list of a meeting, if nothing changes until then.

    Before it, nothing does. None: never. Whether the meeting takes it up in that roll-out is not looked at.
    """
    if episode.has_ended:
        return None
    found = (matter for meeting in context.pathway.meetings for matter in _undecided(context, episode, meeting))
    return min((_since(context, matter) for matter in found), default=None)


def _undecided(context: Context, episode: Episode, meeting: str) -> Iterator[Matter]:
    """What a meeting has not decided on, and what will come to it."""
    decided_at = episode.meetings.get(meeting, AtMeeting()).decided_at
    for ground in context.pathway.meetings[meeting].grounds:
        for matter in _FOUND[ground](context, episode, meeting):
            if decided_at is None or matter.at > decided_at:
                yield matter


def _since(context: Context, matter: Matter) -> datetime:
    """From when a matter stands on the list. Only a grant that ends comes onto it by the passing of time alone."""
    return matter.at if matter.ground is Ground.GRANT_ENDING else min(matter.at, context.now)


def _raised(context: Context, episode: Episode, meeting: str) -> Iterator[Matter]:
    raised_at = episode.meetings.get(meeting, AtMeeting()).raised_at
    if raised_at is not None:
        yield Matter(ground=Ground.RAISED, subject=episode.reference, at=raised_at)


def _ending(context: Context, episode: Episode, meeting: str) -> Iterator[Matter]:
    for grant in grants_in_force(episode):
        package = context.pathway.packages.get(grant.package)
        if package is not None and not grant.lapses:
            asked_at = max(package.ask.before(grant.ends_at, context.zone), grant.granted_at)
            yield Matter(ground=Ground.GRANT_ENDING, subject=grant.name, at=asked_at)


def _granted(context: Context, episode: Episode, meeting: str) -> Iterator[Matter]:
    for grant in grants_in_force(episode):
        package = context.pathway.packages.get(grant.package)
        team = context.network.teams.get(grant.granted_by.team or "")
        if package is not None and (team is None or team.role != package.decides):
            yield Matter(ground=Ground.GRANTED, subject=grant.name, at=grant.granted_at)


def _swapped(context: Context, episode: Episode, meeting: str) -> Iterator[Matter]:
    for grant in grants_in_force(episode):
        for swap in grant.standing_swaps:
            yield Matter(ground=Ground.SWAPPED, subject=f"{grant.name}/{swap.number}", at=swap.at)


def _passed(context: Context, episode: Episode, meeting: str) -> Iterator[Matter]:
    for clock in episode.clocks.values():
        if clock.passed and clock.kind not in _OF_GRANTS:
            name = declared_name(clock.key) if clock.kind is ClockKind.DECLARED else clock.kind.value
            yield Matter(ground=Ground.LIMIT_PASSED, subject=name, at=clock.due_at)


_FOUND: Mapping[Ground, Callable[[Context, Episode, str], Iterator[Matter]]] = {
    Ground.RAISED: _raised,
    Ground.GRANT_ENDING: _ending,
    Ground.GRANTED: _granted,
    Ground.SWAPPED: _swapped,
    Ground.LIMIT_PASSED: _passed,
}
