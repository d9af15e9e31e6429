"""How a request stands at the units that it asks, in words for the command line."""

from collections.abc import Iterator, Sequence

from handslag.printing import local
from pathways.care.clocks import hold_key
from pathways.care.episodes import Handover, PlaceStanding
from pathways.definition.models import Level
from pathways.operations.views import EpisodeView


def place_lines(view: EpisodeView, handover: Handover) -> Iterator[str]:
    """One line for each unit at which the open handover holds a place or waits for one, and what is offered instead."""
    zone = view.network.time_zone
    for asked in handover.asked if handover.is_open else ():
        if asked.unit is None or asked.place is None:
            continue
        if asked.place is PlaceStanding.HELD:
            clock = view.episode.clocks.get(hold_key(handover.reference, asked.unit))
            until = f", at least until {local(clock.next_at, zone)}" if clock else ""
            yield f"A place at {asked.unit} is held since {local(asked.since, zone)}{until}"
            continue
        line = view.lines[asked.unit]
        number = view.number_in_line(handover.reference, asked.unit)
        why = f"{line[number - 1].why}, since {local(asked.since, zone)}"
        yield f"Waits for a place at {asked.unit}: number {number} of {len(line)} ({why})"
    if fallback := view.offered_instead(handover.reference):
        yield f"There is no place. The pathway offers {fallback} instead. To choose it:"
        if handover.is_open:
            yield f"  handslag cancel {handover.reference} --reason - --as {handover.plan.from_team}"
        yield from _asking(view, handover, fallback)


def _asking(view: EpisodeView, handover: Handover, name: str) -> Iterator[str]:
    """The whole command that asks for what is offered instead, as it can be typed, and what else could be chosen."""
    made, move = handover.plan, view.pathway.moves[name]
    options = {
        "--urgency": _first(made.urgency, tuple(move.urgencies)),
        "--reason": _first(made.reason, move.reasons),
        **_receivers(view, view.pathway.levels[move.to], move.to),
    }
    given = " ".join(f"{option} {found[0]}" for option, found in options.items())
    asked = f"handslag request {view.episode.reference} {name} {given} --as {made.from_team}"
    yield f"  {asked} --replaces {handover.reference}"
    if others := [f"{option} {' or '.join(found[1:])}" for option, found in options.items() if found[1:]]:
        yield f"  Possible too: {'; '.join(others)}"


def _first(wanted: str, possible: Sequence[str]) -> Sequence[str]:
    """What was asked for before; where that is not possible, all that is."""
    return (wanted,) if wanted in possible else possible


def _receivers(view: EpisodeView, level: Level, name: str) -> dict[str, Sequence[str]]:
    """The units or teams among which a request must name one, by the option that does so."""
    teams = view.context.network.teams_in(level.responsible)
    if level.places:
        units = view.context.network.units.items()
        return {"--unit": [key for key, unit in units if unit.level == name and unit.team in teams]}
    is_known = len(teams) == 1 or view.episode.care_team.get(level.responsible) in teams
    return {} if is_known else {"--to": teams}
