"""Cover for demonstrations and tests, which run at any hour: every desk and unit open, but for those named closed."""

from collections.abc import Collection
from datetime import date, time, timedelta

from pathways.definition.covers import Cover, CoverException, CoverHours, Weekday
from pathways.definition.networks import ContactPoint, Network

_OPEN = Cover(always=True)


def with_every_desk_open(network: Network, today: date, but: Collection[str] = ()) -> Network:
    """The same network with every desk and unit always open, but for contacts (by secret name) closed around `today`.

    It says nothing about the real hours: do not publish the result, only show it.
    """
    closed = Cover(
        hours=(CoverHours(days=tuple(Weekday), from_time=time(0), until_time=time(0)),),
        exceptions=tuple(CoverException(day=today + timedelta(days=days), closed=True) for days in (-1, 0, 1)),
    )

    def contact(point: ContactPoint) -> ContactPoint:
        return point.model_copy(update={"cover": closed if point.secret in but else None})

    teams = {
        name: team.model_copy(update={"cover": _OPEN, "contacts": tuple(contact(point) for point in team.contacts)})
        for name, team in network.teams.items()
    }
    units = {name: unit.model_copy(update={"hours": None}) for name, unit in network.units.items()}
    return network.model_copy(update={"teams": teams, "units": units})
