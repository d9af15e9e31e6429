"""Who has a competence at a given time, and when somebody next has; and when a unit is open. Instants given are UTC.

One person has all that is wanted, or it does not count: two who have half of it each cannot give one treatment.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pathways.cover.hours import open_in_month
from pathways.cover.rotas import OnDuty, Rota
from pathways.cover.timelines import Timeline
from pathways.definition.frozen import Frozen
from pathways.definition.networks import CareUnit, Network


class NextOnDuty(Frozen):
    """A contact point that will be on duty, and from when (UTC)."""

    team: str
    contact: str
    from_at: datetime


def able(network: Network, rota: Rota, team: str, wanted: Collection[str], at: datetime) -> tuple[OnDuty, ...]:
    """Who of the team, and then of the team that covers it, is on duty and has all that is wanted."""
    return tuple(duty for each in _own(network, team) for duty in _able_of(network, rota, each, wanted, at))


def able_elsewhere(
    network: Network, rota: Rota, team: str, wanted: Collection[str], at: datetime
) -> tuple[OnDuty, ...]:
    """Who of all other teams of the network is on duty and has all that is wanted."""
    own = _own(network, team)
    return tuple(
        duty for each in network.teams if each not in own for duty in _able_of(network, rota, each, wanted, at)
    )


def next_able(network: Network, rota: Rota, team: str, wanted: Collection[str], at: datetime) -> NextOnDuty | None:
    """Who of the team, or of the one that covers it, comes on duty first after `at` (aware); None: not in a year."""
    found = []
    for each in _own(network, team):
        for contact in network.teams[each].contacts:
            timeline, now = rota.timeline(each, contact), at.astimezone(UTC)
            is_able = set(wanted) <= set(contact.competences) and not timeline.is_open(now)
            if is_able and (opens_at := timeline.changes_at(now)):
                found.append(NextOnDuty(team=each, contact=contact.name, from_at=opens_at))
    return min(found, key=lambda duty: duty.from_at, default=None)


def unit_is_open(network: Network, unit: CareUnit, at: datetime) -> bool:
    """Whether a unit is open at an instant. One without hours always is."""
    return unit.hours is None or unit.hours.always or _hours_of(network, unit).is_open(at.astimezone(UTC))


def unit_opens_at(network: Network, unit: CareUnit, at: datetime) -> datetime | None:
    """When a unit that is closed at an instant next opens; None: not within a year."""
    return _hours_of(network, unit).changes_at(at.astimezone(UTC))


def _own(network: Network, team: str) -> tuple[str, ...]:
    """The team and the one that covers it, of those that the network has."""
    known = network.teams.get(team)
    return tuple(each for each in (team, known.covered_by) if each in network.teams and each) if known else ()


def _able_of(network: Network, rota: Rota, team: str, wanted: Collection[str], at: datetime) -> Iterator[OnDuty]:
    contacts = {each.name: each for each in network.teams[team].contacts}
    for duty in rota.on_duty(team, at):
        if set(wanted) <= set(contacts[duty.contact].competences):
            yield duty


def _hours_of(network: Network, unit: CareUnit) -> Timeline:
    cover, zone = unit.hours, ZoneInfo(network.time_zone)
    return Timeline(lambda month: open_in_month(cover, network.country, zone, month) if cover else ())
