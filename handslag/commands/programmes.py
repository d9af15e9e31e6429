"""Commands of a programme: enrol, keep waiting, see who has a place and who waits, and record what was measured."""

from datetime import datetime
from typing import Annotated, Any

import typer

from handslag.commands.acting import By, Episode, Json, Team, actor, episode_reference, instant, perform, tell
from handslag.commands.installation import operations
from handslag.printing import TIMES, as_json, local, say, table
from pathways.care.programme.commands import Enrol, KeepWaiting, RecordMeasurement
from pathways.care.programme.values import InProgrammeLine
from pathways.operations.programmes import ProgrammeView


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    panel = "Programmes"
    app.command("enrol", rich_help_panel=panel)(enrol)
    app.command("keep-waiting", rich_help_panel=panel)(keep_waiting)
    app.command("enrolment", rich_help_panel=panel)(enrolment)
    app.command("measure", rich_help_panel=panel)(measure)


def enrol(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Enrol an episode that waits for a place in its programme. For the team that is responsible for the wait.

    Handslag tells your team when a place is free for it, and never enrols anybody by itself.

    Example: handslag enrol E7K2-QM4T --as discharge-coordination
    """
    reference = episode_reference(episode)
    perform(reference, Enrol(actor=actor(team, by)))
    tell(reference, "is enrolled", json)


def keep_waiting(episode: Episode, team: Team, by: By = None, json: Json = False) -> None:
    """Say that a wait for a place still makes sense. Handslag asks again later.

    Where it makes none any longer, end the wait with: handslag end.

    Example: handslag keep-waiting E7K2-QM4T --as discharge-coordination
    """
    reference = episode_reference(episode)
    perform(reference, KeepWaiting(actor=actor(team, by)))
    tell(reference, "goes on waiting", json)


def measure(
    episode: Episode,
    name: Annotated[str, typer.Argument(help="The measure, such as self-reliance.", metavar="MEASURE")],
    value: Annotated[float, typer.Argument(help="The number that its instrument gave.")],
    team: Team,
    at: Annotated[
        datetime | None, typer.Option(help="When it was measured, if not now: local time.", formats=TIMES)
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Record what was measured for the evaluation of a programme. Measured again in the same window, the last counts.

    Example: handslag measure E7K2-QM4T self-reliance 65 --as training-team --at 2026-03-02
    """
    reference = episode_reference(episode)
    measured_at = instant(at, reference)
    command = RecordMeasurement(actor=actor(team, by), measure=name, value=value, at=measured_at)
    perform(reference, command)
    tell(reference, f"has its {name} recorded", json)


def enrolment(
    pathway: Annotated[str, typer.Argument(help="The pathway, such as jammerbugt-tryg-hjemkomst.")],
    network: Annotated[str | None, typer.Option(help="Only this network. Left out: each that carries it.")] = None,
    json: Json = False,
) -> None:
    """Show a programme: its places, who has one, and who waits, in order.

    The list is sorted by time alone. The first is told when a place is free; where nobody enrols in time, the next is
    told too, and the place goes to whoever of those enrols first.

    Example: handslag enrolment jammerbugt-tryg-hjemkomst
    """
    views = operations().programmes.shown(pathway, network)
    if json:
        as_json([_as_data(view) for view in views])
        return
    for view in views:
        _say(view)


def _say(view: ProgrammeView) -> None:
    zone, there = view.network.time_zone, view.occupancy
    places = "no cap" if view.cap is None else f"{view.cap} places: {len(there.taken)} taken, {view.free} free"
    say(f"[bold]{view.pathway.pathway}[/] in {view.network.network}: {places}, {len(there.waiting)} waiting")
    if there.taken:
        say(f"  Enrolled: {', '.join(there.taken)}")
    if there.waiting:
        rows = table("Waiting, by time", "", "episode", "team", "since", "why here")
        for number, entry in enumerate(there.waiting, 1):
            rows.add_row(str(number), entry.episode, entry.team, local(entry.since, zone), _why(entry, zone))
        say(rows)


def _why(entry: InProgrammeLine, zone: str) -> str:
    if entry.passed_on_at:
        return f"has waited longest, but nobody enrolled in time: passed on {local(entry.passed_on_at, zone)}"
    if entry.offered_at:
        return f"told that a place is free, {local(entry.offered_at, zone)}"
    return "by the time since when it waits"


def _as_data(view: ProgrammeView) -> dict[str, Any]:
    return {
        "network": view.network.network,
        "pathway": view.pathway.pathway,
        "version": view.pathway.version,
        "cap": view.cap,
        "free": view.free,
        "enrolled": list(view.occupancy.taken),
        "waiting": [entry.model_dump(mode="json") for entry in view.occupancy.waiting],
    }
