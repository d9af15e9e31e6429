"""How a request stands at the units that it asks, in words for the command line."""

from collections.abc import Iterator

from handslag.printing import local
from pathways.care.clocks import hold_key
from pathways.care.episodes import Handover, PlaceStanding
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
        before = "cancel this one, then " if handover.is_open else ""
        yield (
            f"There is no place. The pathway offers {fallback} instead: to choose it, {before}"
            f"handslag request {view.episode.reference} {fallback} --replaces {handover.reference}"
        )
