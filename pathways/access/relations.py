"""How a team stands to an episode: what it is to it now, or was until lately. Changes nothing.

A team that may not see an episode, as its patient has said, has no part in it, whatever it was before: see
`pathways.care.viewing`.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from pathways.access.table import Relation
from pathways.access.users import Membership
from pathways.care.concerned import parties, teams_for_role, teams_standing_in
from pathways.care.episodes import Episode, Handover
from pathways.care.recording import Context
from pathways.care.states import HandoverStatus
from pathways.definition.models import Pathway

UNRELATED = frozenset({Relation.UNRELATED})
STRENGTHS = (
    frozenset({Relation.RESPONSIBLE, Relation.SENDER, Relation.RECEIVER}),
    frozenset({Relation.CONSULTED, Relation.COVERING}),
    frozenset({Relation.INFORMED}),
)
"""The relations of now, the strongest first: each gives all that those after it give."""


def relations_of(
    context: Context, episode: Episode, membership: Membership, after: timedelta, acted_at: datetime | None = None
) -> frozenset[Relation]:
    """What the team of a membership is to an episode, without what adds nothing; ENDED for `after` once it is over.

    `acted_at`: when somebody last did something to the episode for that team. Never empty: UNRELATED stands alone.
    """
    team, context = membership.team, context.about(episode)
    if team is None or membership.network != episode.network or team not in context.network.teams:
        return UNRELATED
    found = frozenset(relation for relation, teams in _now(context, episode) if team in teams)
    if strongest := next((found & alike for alike in STRENGTHS if found & alike), None):
        return strongest
    ends = [until for teams, until in _ended(context, episode) if until is not None and team in teams]
    ends += [acted_at] if acted_at is not None else []
    return frozenset({Relation.ENDED}) if any(context.now < until + after for until in ends) else UNRELATED


def _now(context: Context, episode: Episode) -> Iterator[tuple[Relation, Collection[str]]]:
    """The teams of each relation at this moment. Of an episode that is over only follow-ups are left to do."""
    yield Relation.CONSULTED, {clock.owner for clock in episode.clocks.values()}
    if episode.has_ended:
        return
    yield Relation.RESPONSIBLE, (episode.stay.team,)
    if handover := episode.open_handover:
        sender, *receivers = parties(handover)
        yield Relation.SENDER, (sender,)
        yield Relation.RECEIVER, receivers
        yield Relation.INFORMED, [told.team for told in handover.stand_ins]
    yield Relation.CONSULTED, _with_a_task(context, episode)
    yield Relation.INFORMED, set(episode.care_team.values())
    for handover, until in _completed(episode):
        if until is None:
            yield Relation.INFORMED, _told_of(context, episode, handover)
    yield Relation.COVERING, teams_standing_in(context, episode)


def _ended(context: Context, episode: Episode) -> Iterator[tuple[Collection[str], datetime | None]]:
    """The teams that had a part, and when that ended; None where it goes on."""
    yield (*episode.care_team.values(), *_with_a_task(context, episode)), episode.ended_at
    for stay in episode.stays:
        level = context.pathway.levels.get(stay.level)  # None: of an earlier version
        consulted = (
            [each for role in level.consulted for each in teams_for_role(context, episode, role)] if level else []
        )
        yield (stay.team, *consulted), stay.until_at or episode.ended_at
    for handover in episode.handovers.values():
        if not handover.is_open:
            yield (*parties(handover), *(told.team for told in handover.stand_ins)), handover.changed_at
    for handover, until in _completed(episode):
        yield _told_of(context, episode, handover), until


def _with_a_task(context: Context, episode: Episode) -> set[str]:
    """The teams that are consulted, or to which the pathway gives something to do for a patient in their district."""
    pathway = context.pathway
    own = [*pathway.levels[episode.level].consulted, *(service.role for service in pathway.services.values())]
    found = {team for role in roles_with_a_task(pathway) for team in teams_for_role(context, episode, role)}
    nearby = {team for team in found if context.network.works_in(team, episode.district)}
    return nearby.union(*(teams_for_role(context, episode, role) for role in own))


def roles_with_a_task(pathway: Pathway) -> Iterator[str]:
    """The roles to which a pathway gives something to do, beside those of its levels, services and follow-ups."""
    for package in pathway.packages.values():
        yield from (*package.by, package.decides, *(role for roles in package.by_in.values() for role in roles))
    for treatment in pathway.treatments.values():
        yield from treatment.ordered_by
    for meeting in pathway.meetings.values():
        yield from (meeting.role, *meeting.sits_in)
    for clock in pathway.clocks.values():
        yield clock.role
    for measure in pathway.evaluation.measures.values() if pathway.evaluation else ():
        yield measure.role
    yield from pathway.swaps.by if pathway.swaps else ()
    yield from pathway.fixed_contact.roles if pathway.fixed_contact else ()
    yield from pathway.joint_visits.roles if pathway.joint_visits else ()


def _told_of(context: Context, episode: Episode, handover: Handover) -> set[str]:
    """The teams that were told that a handover is complete."""
    move = context.pathway.moves.get(handover.plan.move)  # None: of an earlier version
    return {team for role in (move.informs if move else ()) for team in teams_for_role(context, episode, role)}


def _completed(episode: Episode) -> Iterator[tuple[Handover, datetime | None]]:
    """The completed handovers, each with when the next one, or the end, took its place; None for the one that holds."""
    done = [each for each in episode.handovers.values() if each.status is HandoverStatus.COMPLETED]
    ends = [*(each.changed_at for each in done[1:]), episode.ended_at]
    yield from zip(done, ends, strict=False)
