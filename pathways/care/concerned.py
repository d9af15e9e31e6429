"""Which teams an episode concerns: who is told, and who may say what happens to it. Changes nothing."""

from collections.abc import Iterable, Iterator

from pathways.care.episodes import Episode, Handover
from pathways.care.recording import Context


def teams_for_role(context: Context, episode: Episode, role: str) -> tuple[str, ...]:
    """The patient's own team for a role; where none has been named, or it has left the network, every team with it."""
    teams = context.network.teams_in(role)
    named = episode.care_team.get(role)
    return (named,) if named in teams else teams


def teams_concerned(context: Context, episode: Episode) -> tuple[str, ...]:
    """The teams with a part in the episode now, each once.

    They are: the responsible one, the parties to an open handover with each that is asked and those who were told of it
    in their stead, those who are consulted, and those who do something for the patient at some level.
    """
    teams = [episode.stay.team]
    if handover := episode.open_handover:
        teams += [*parties(handover), *(told.team for told in handover.stand_ins)]
    for role in (*context.pathway.levels[episode.level].consulted, *_roles_with_services(context)):
        teams += teams_for_role(context, episode, role)
    return _in_the_network(context, teams)


def teams_to_tell(context: Context, episode: Episode) -> tuple[str, ...]:
    """The teams that hear when an episode pauses, goes on, ends or follows other rules, each once.

    They are those with a part in it now, and others that wait for something in it or prepare for it: of which a clock
    wants something, that are one side of a joint visit, or that ordered a treatment which is not over.
    """
    owners = [clock.owner for clock in episode.clocks.values()]
    sides = [team for visit in episode.joint_visits.values() if visit.is_open for team in (visit.team, visit.with_team)]
    ordering = [str(order.ordered_by.team) for order in episode.orders.values() if order.is_open]
    return _in_the_network(context, (*teams_concerned(context, episode), *owners, *sides, *ordering))


def teams_ever_concerned(context: Context, episode: Episode) -> tuple[str, ...]:
    """The teams that have, or have had, a part in the episode, each once: those of now, of any stay or handover, and
    the care team. What is important may become known to any of them."""
    teams = [*teams_concerned(context, episode), *(stay.team for stay in episode.stays), *episode.care_team.values()]
    levels = [context.pathway.levels.get(stay.level) for stay in episode.stays]  # None: of an earlier version
    consulted = (role for level in levels if level for role in level.consulted)
    for role in dict.fromkeys(consulted):
        teams += teams_for_role(context, episode, role)
    for handover in episode.handovers.values():
        teams += [*parties(handover), *(told.team for told in handover.stand_ins)]
    return _in_the_network(context, teams)


def teams_standing_in(context: Context, episode: Episode) -> tuple[str, ...]:
    """The teams that answer now for one with a part in the episode which is closed: who covers it, and the last resort.

    They may read the night sheet and record a death. What else is to be done, they do as the team that they cover.
    """
    rota = context.rota
    closed = [team for team in teams_concerned(context, episode) if not rota.is_open(team, context.now)]
    return tuple(dict.fromkeys(rung.team for team in closed for rung in rota.ladder(team, context.now)))


def parties(handover: Handover) -> Iterator[str]:
    """The teams that know of a handover: the sender and, once they have been asked, the receivers."""
    yield handover.plan.from_team
    if handover.requested_at is not None:
        yield handover.plan.to_team
        yield from (asked.team for asked in handover.asked)


def _roles_with_services(context: Context) -> Iterator[str]:
    return (service.role for service in context.pathway.services.values())


def _in_the_network(context: Context, teams: Iterable[str]) -> tuple[str, ...]:
    return tuple(team for team in dict.fromkeys(teams) if team in context.network.teams)
