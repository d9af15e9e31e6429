"""Commands about the places of units: who is there and who waits, and closing and opening places."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from handslag.commands.acting import By, Json, Team, actor
from handslag.commands.asking import WORDS, words
from handslag.commands.installation import operations
from handslag.printing import as_json, local, say, table
from pathways.care.occupancy import Claim
from pathways.instants import local_instant
from pathways.operations.places import UnitView

Unit = Annotated[str, typer.Argument(help="A unit's key in the network file, such as korttids-norr.")]
InNetwork = Annotated[str | None, typer.Option("--network", help="The network, where several have a unit of that key.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(rich_help_panel="Seeing")(places)
    app.command("close-places", rich_help_panel="Pathways and networks")(close_places)
    app.command("open-places", rich_help_panel="Pathways and networks")(open_places)


def places(
    unit: Annotated[str | None, typer.Argument(help="A unit's key; left out: all units.")] = None,
    network: InNetwork = None,
    json: Json = False,
) -> None:
    """Show the places of units: which are occupied, held and closed, and who waits, in order.

    A waiting list goes by urgency, then by preference of the patient, then by time. A hold lasts until it is answered;
    the time beside it is when it passes on to somebody who waits and comes before, if nobody has answered by then.

    Example: handslag places korttids-norr
    """
    shown = operations().places.shown(unit, network)
    if json:
        as_json([_as_data(view) for view in shown])
        return
    for view in shown:
        _say(view)


def close_places(
    unit: Unit,
    places: Annotated[int, typer.Argument(help="How many of its places are closed from now on.", min=0)],
    team: Team,
    reason: Annotated[str, typer.Option(help="Why, in a few words.", parser=words, metavar=WORDS)] = "",
    until: Annotated[str, typer.Option(metavar="TIME", help="Local time, as '2026-12-24 16:45'.")] = "",
    by: By = None,
    network: InNetwork = None,
    json: Json = False,
) -> None:
    """Close places of your team's unit, for a time or until somebody opens them. Nobody loses a place by it.

    The number is that of all closed places: it takes the place of the number before. Where more are there, or are
    expected, than places stay open, you are told who they are.

    Example: handslag close-places korttids-norr 2 --reason - --as short-term-north
    """
    service = operations().places
    zone = ZoneInfo(service.shown(unit, network)[0].network.time_zone)
    ends_at = local_instant(until, zone) if until else None
    over = service.close(unit, places, actor(team, by), reason=reason, until=ends_at, network=network)
    _tell(unit, f"{places} places are closed", over, json)


def open_places(unit: Unit, team: Team, by: By = None, network: InNetwork = None, json: Json = False) -> None:
    """Open all places of your team's unit again. Those who wait get them in their order.

    Example: handslag open-places korttids-norr --as short-term-north
    """
    over = operations().places.close(unit, 0, actor(team, by), network=network)
    _tell(unit, "all places are open", over, json)


def _tell(unit: str, what: str, over: tuple[Claim, ...], json: bool) -> None:
    if json:
        as_json({"unit": unit, "what": what, "over": [claim.model_dump(mode="json") for claim in over]})
        return
    say(f"[bold]{unit}[/]: {what}.")
    if over:
        who = ", ".join(_who(claim) for claim in over)
        say(f"[yellow]More are there, or are expected, than places are open: {who}. They keep their places.[/]")


def _who(claim: Claim) -> str:
    return f"held for {claim.handover}" if claim.is_held else f"occupied by {claim.episode}"


def _say(view: UnitView) -> None:
    zone = view.network.time_zone
    held = sum(place.claim.is_held for place in view.taken)
    words = f"{view.unit.places} places: {len(view.taken) - held} occupied, {held} held, {view.closed} closed, "
    say(f"[bold]{view.key}[/] ({view.unit.team}): {words}{max(0, view.free)} free")
    if view.closing:
        until = f" until {local(view.closing.until, zone)}" if view.closing.until else ""
        say(f"  Closed since {local(view.closing.at, zone)}{until}: {escape(view.closing.reason)}")
    if view.free < 0:
        say(f"  [yellow]{-view.free} more than its open places.[/]")
    if view.taken:
        rows = table("", "place", "", "episode", "handover", "since", "until")
        for place in view.taken:
            claim, until = place.claim, local(place.until, zone)
            state = "held" if claim.is_held else "occupied"
            rows.add_row(str(place.number), state, claim.episode, claim.handover, local(place.since, zone), until)
        say(rows)
    if view.waiting:
        rows = table("", "waiting", "handover", "episode", "since", "why here")
        for number, entry in enumerate(view.waiting, 1):
            rows.add_row(str(number), entry.handover, entry.episode, local(entry.since, zone), entry.why)
        say(rows)


def _as_data(view: UnitView) -> dict[str, Any]:
    return {
        "network": view.network.network,
        "unit": view.key,
        "team": view.unit.team,
        "places": view.unit.places,
        "closed": view.closed,
        "free": view.free,
        "closing": view.closing.model_dump(mode="json") if view.closing else None,
        "taken": [
            {
                "number": place.number,
                "is_held": place.claim.is_held,
                "episode": place.claim.episode,
                "handover": place.claim.handover,
                "since": place.since.isoformat(),
                "until": place.until.isoformat() if place.until else None,
            }
            for place in view.taken
        ],
        "waiting": [{**entry.model_dump(mode="json"), "why": entry.why} for entry in view.waiting],
    }
