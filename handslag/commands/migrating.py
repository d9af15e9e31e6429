"""The command that moves running episodes to the version in force, or to the pathway that replaces theirs."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer
from rich.markup import escape

from handslag.commands.acting import By, Json
from handslag.commands.installation import operations
from handslag.printing import as_json, say
from pathways.care.actors import Actor, ActorKind
from pathways.care.migrations.fates import Fate, Matter
from pathways.errors import Refused
from pathways.operations.migrating import Passed, WantedMigration


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(rich_help_panel="Pathways and networks")(migrate)


def migrate(
    pathway: Annotated[str, typer.Argument(help="The pathway whose running episodes are to move.")],
    to: Annotated[
        str,
        typer.Option(
            "--to", help="The date of its version in force, or the pathway that replaces it: NAME or NAME@DATE."
        ),
    ],
    network: Annotated[str | None, typer.Option(help="Only the episodes of this network.")] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OLD=NEW", help="A level, move or clock that is called otherwise there."),
    ] = None,
    let_go: Annotated[
        list[str] | None,
        typer.Option("--let-go", metavar="CLOCK", help="A clock that is no longer wanted where nothing declares it."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is only shown.")] = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Show what moving to another version does to each running episode; with `--yes`, move them.

    A new version holds for new episodes; those under way stay on the version that they began under, until this moves
    them. Nothing moves but the rules: the responsible team, the place, the open handover and the limits of clocks that
    run stay as they are. What does not fit the new version is listed with the reason, and stays.

    Each episode moves in one go or not at all. If it is interrupted, run it again: it goes on where it stopped.

    Example: handslag migrate small --to 2027-01-01 --map home=at-home --yes --by "Eva, care developer"
    """
    wanted = _wanted(pathway, to, network, mapped or [], let_go or [])
    actor = Actor(kind=ActorKind.PERSON, name=by, via="command-line")
    if yes and not by:
        raise Refused("Who moves episodes is kept with each of them.", "Say who you are with --by.")
    migrations = operations().migrations
    passed: list[Passed] = []
    for each in migrations.carried_out(wanted, actor) if yes else migrations.shown(wanted, actor):
        passed.append(each)
        if not json:
            _say(each, is_done=yes)
    if json:
        as_json([asdict(each) | {"matters": [m.model_dump(mode="json") for m in each.matters]} for each in passed])
    else:
        _sum_up(passed, is_done=yes)


def names_in(mapped: Iterable[str]) -> dict[str, str]:
    """Names that are mapped, as a person writes them: OLD=NEW. Raises Refused."""
    names = [each.partition("=") for each in mapped]
    if not all(old and new for old, _is, new in names):
        raise Refused("A name is mapped as OLD=NEW.", "Write for example --map home=at-home.")
    return {old: new for old, _is, new in names}


def _wanted(
    pathway: str, to: str, network: str | None, mapped: Iterable[str], let_go: Iterable[str]
) -> WantedMigration:
    name, _at, day = to.rpartition("@") if "@" in to else (pathway, "", to)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        name, day = to, ""
    try:
        version = date.fromisoformat(day) if day else None
    except ValueError:
        raise Refused("That is no date.", "Write year-month-day, such as 2027-01-01.") from None
    return WantedMigration(
        pathway=pathway,
        to=name,
        version=version,
        network=network,
        names=names_in(mapped),
        let_go=tuple(let_go),
    )


def _say(passed: Passed, *, is_done: bool) -> None:
    moves = "moved" if passed.is_moved else "would move"
    said = f"[yellow]stays on {passed.from_version}[/]" if passed.left_because else f"{moves} to {passed.to_version}"
    say(f"[bold]{passed.episode}[/] ({passed.network}) {said}.")
    if passed.left_because:
        say(f"  {escape(passed.left_because)}")
    if not is_done or passed.left_because:
        for matter in passed.matters:
            say(f"  {_in_words(matter)}")


def _in_words(matter: Matter) -> str:
    becomes = f", now {matter.becomes}" if matter.becomes else ""
    why = f": {matter.why}" if matter.fate is Fate.NEEDS_A_PERSON else ""
    return escape(f"{matter.what} {matter.name}: {matter.fate.replace('-', ' ')}{becomes}{why}")


def _sum_up(passed: list[Passed], *, is_done: bool) -> None:
    left = sum(each.left_because is not None for each in passed)
    if not passed:
        say("No episode is on another version.")
        return
    say(f"{len(passed) - left} {'moved' if is_done else 'would move'}, {left} need{'s' * (left == 1)} a person.")
    if not is_done and left < len(passed):
        say("Nothing has changed. Do it with: --yes --by NAME.")
