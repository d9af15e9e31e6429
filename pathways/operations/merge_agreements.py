"""Which organisations have said that two records are of one patient, and which have yet to say so."""

from collections.abc import Collection
from datetime import datetime

from pathways.care.concerned import teams_concerned
from pathways.care.episodes import Episode
from pathways.care.recording import Context
from pathways.definition.networks import Network
from pathways.operations.people import Held
from pathways.people.statements import Agreement


def teams_that_answer(context: Context, episode: Episode) -> tuple[str, ...]:
    """The teams that may say in an episode that its patient has another record too; sorted.

    Of one that is over, only those with something left to do there. Whoever may not see the episode is none of them.
    """
    owners = {clock.owner for clock in episode.clocks.values()}
    teams = owners if episode.has_ended else owners.union(teams_concerned(context, episode))
    return tuple(sorted(team for team in teams if team in context.network.teams))


def still_to_agree(
    network: Network, organisation: str | None, ours: Held, theirs: Held, now: datetime, answering: Collection[str]
) -> tuple[str, ...]:
    """The organisations that have to say as well, before two records become one, that they are of one patient.

    `organisation`: whose person says so now. Nobody where records are shared. `answering`: the teams that may say so in
    one of the episodes; what no team of it can answer, an organisation is not waited for.
    """
    if not network.keeps_organisations_apart:
        return ()
    concerned = {
        one
        for held in (ours, theirs)
        for one in (
            *(each.organisation for each in held.person.statements),
            *(network.organisation_of(each.stay.team) for each in held.episodes.values()),
        )
    }
    agreed = {each.organisation for each in (*agreed_to(ours, theirs, now), *agreed_to(theirs, ours, now))}
    able = {network.organisation_of(team) for team in answering}
    return tuple(each for each in network.organisations if each in (concerned & able) - agreed - {organisation})


def agreed_to(one: Held, other: Held, now: datetime) -> tuple[Agreement, ...]:
    """What has been said of one record, and still holds: that it and the other one are of one patient."""
    return tuple(each for each in one.person.agreements if each.holds(other.person.identifiers, now))
