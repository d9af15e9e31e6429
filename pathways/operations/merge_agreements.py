"""Which organisations have said that two records are of one patient, and which have yet to say so."""

from datetime import datetime

from pathways.definition.networks import Network
from pathways.operations.people import Held
from pathways.people.statements import Agreement


def still_to_agree(
    network: Network, organisation: str | None, ours: Held, theirs: Held, now: datetime
) -> tuple[str, ...]:
    """The organisations that have to say as well, before two records become one, that they are of one patient.

    `organisation`: whose person says so now. Nobody where records are shared.
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
    return tuple(each for each in network.organisations if each in concerned - agreed - {organisation})


def agreed_to(one: Held, other: Held, now: datetime) -> tuple[Agreement, ...]:
    """What has been said of one record, and still holds: that it and the other one are of one patient."""
    return tuple(each for each in one.person.agreements if each.holds(other.person.identifiers, now))
