"""Who answers for a team from now on, turn by turn: what a night sheet prints of cover. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pathways.cover.rotas import Rota
from pathways.definition.networks import Network
from pathways.reports.contents import team_name

_AHEAD = timedelta(hours=24)
_MOST = 5


@dataclass(frozen=True)
class Duty:
    """A contact point that answers, by its team's name, from one instant to another (UTC). None: as far as is known.

    `phone`: where it is called, if the network says so.
    """

    team: str
    contact: str
    phone: str | None
    from_at: datetime
    until_at: datetime | None


def duties(network: Network, rota: Rota, team: str, now: datetime) -> tuple[Duty, ...]:
    """Who answers now, and then, for a day and a night ahead and at most five turns; none for a team that has left."""
    found: list[Duty] = []
    at: datetime | None = now
    while at is not None and at < now + _AHEAD and len(found) < _MOST and team in network.teams:
        answering = rota.who_answers(team, at)
        name, phone = team_name(network, answering.team), network.phone_of(answering.team, answering.contact)
        until_at = answering.until_at if answering.until_at != at else None
        if found and (found[-1].team, found[-1].contact) == (name, answering.contact):
            found[-1] = Duty(name, answering.contact, phone, found[-1].from_at, until_at)
        else:
            found.append(Duty(name, answering.contact, phone, at, until_at))
        at = until_at
    return tuple(found)
