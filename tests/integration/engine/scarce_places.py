"""A day on which places are scarce: so many at each unit, and requests for them in a line."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine, text

from engine.world import MUNICIPAL, NETWORK, PATHWAY, Day, a_day, demonstration, person, settings
from pathways.care.actors import Actor
from pathways.care.commands import ChangeHandover, WantedHandover
from pathways.care.episodes import Handover
from pathways.care.states import Action
from pathways.definition.networks import Network
from pathways.operations.beginning import Begin

NORTH_UNIT, SOUTH_UNIT = "korttids-norr", "korttids-soder"


def with_places(places: Mapping[str, int]) -> Network:
    """The network of the demonstration, with so many places at these units."""
    _, network = demonstration()
    units = {
        key: unit.model_copy(update={"places": places[key]}) if key in places else unit
        for key, unit in network.units.items()
    }
    return network.model_copy(update={"units": units})


def a_scarce_day(engine: Engine, folder: Path, **places: int) -> Day:
    """A day with this many places at the units, written with `_` for `-`."""
    day = a_day(engine, settings(folder))
    day.operations.publishing.apply([], [with_places({key.replace("_", "-"): n for key, n in places.items()})])
    return day


def asks(day: Day, *units: str, urgency: str = "planned", episode: str | None = None) -> str:
    """The reference of a new request from home to units of the short-term level."""
    wanted = WantedHandover(move="home-to-short-term", urgency=urgency, reason="relief", to_units=units)
    return day.operations.plan_handover(episode or day.begun(), MUNICIPAL, wanted)


def handover(day: Day, reference: str) -> Handover:
    return day.operations.views.show(reference).handover(reference)


def held(day: Day, reference: str) -> tuple[str, ...]:
    return handover(day, reference).held_units


def answer(day: Day, reference: str, action: Action, actor: Actor, unit: str | None = None) -> None:
    command = ChangeHandover.model_validate(
        {"actor": actor, "handover": reference, "action": action, "reason": "no-place", "unit": unit}
    )
    day.operations.perform(reference, command)


def begun_at(day: Day, level: str, unit: str) -> str:
    """The reference of a new episode at a unit, begun by its own team."""
    own = person(demonstration()[1].units[unit].team)
    return day.operations.begin_episode(Begin(PATHWAY, NETWORK, level, unit=unit), own)[0].reference


def claims(day: Day) -> list[tuple[str, int, str, str | None]]:
    """Unit, number, episode and handover of all places that are taken."""
    with day.operations.engine.connect() as connection:
        rows = connection.execute(text("SELECT unit, number, episode, handover FROM place_claim ORDER BY 1, 2"))
        return [tuple(row) for row in rows]


def waits(day: Day) -> list[tuple[str, str]]:
    """Unit and handover of all who wait."""
    with day.operations.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT unit, handover FROM place_wait ORDER BY 1, 2"))]
