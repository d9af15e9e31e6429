"""Commands to begin with a pathway and a network of one's own: files with comments that pass every check."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from handslag.commands.definitions import file_of
from handslag.files import is_file, write_file
from handslag.printing import say
from pathways.clock import system_clock
from pathways.definition.reading import network_of, pathway_of, read_pathway
from pathways.definition.starters import network_to_begin_with, pathway_to_begin_with
from pathways.definition.texts import LANGUAGES
from pathways.errors import NotFound, Refused

new = typer.Typer(
    name="new", help="Write a pathway or a network to begin with: commented, and sound.", no_args_is_help=True
)
Folder = Annotated[Path, typer.Option("--to", help="Folder to write into.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(new, rich_help_panel="Pathways and networks")


@new.command("pathway")
def new_pathway(
    name: Annotated[str, typer.Argument(help="Name of the pathway: lower-case words joined by hyphens.")],
    language: Annotated[
        list[str] | None, typer.Option(help="Language of the texts, again for each; en comes too.")
    ] = None,
    begins: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day in force; left out: today.")
    ] = None,
    folder: Folder = Path(),
) -> None:
    """Write a small pathway with comments, which passes `handslag check`."""
    languages = list(dict.fromkeys([*(language or ["sv"]), "en"]))
    if not set(languages) <= set(LANGUAGES):
        raise NotFound("Handslag has no texts in that language.", f"Choose: {', '.join(LANGUAGES)}.")
    text = pathway_to_begin_with(name, languages, (begins or system_clock()).date())
    pathway_of(text, name)
    _write(folder / f"{name}.yaml", text)
    say(f"Then: handslag check {folder / name}.yaml, and handslag new network NAME --for {folder / name}.yaml")


@new.command("network")
def new_network(
    name: Annotated[str, typer.Argument(help="Name of the network: lower-case words joined by hyphens.")],
    pathway: Annotated[str, typer.Option("--for", help="The pathway that it is for: of the catalogue, or a file.")],
    folder: Folder = Path(),
) -> None:
    """Write a network with a team for each role of a pathway, and a unit for each level with places."""
    served = read_pathway(file_of(pathway))
    text = network_to_begin_with(name, served)
    network_of(text, name, {served.pathway: served})
    _write(folder / f"{name}.yaml", text)
    say("Put your own teams, hours and contact points into it.")


def _write(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises Refused or Failed."""
    if is_file(path):
        raise Refused("A file of that name is there already.", "Choose another name or folder: nothing is overwritten.")
    write_file(path, text)
    say(f"Wrote {path}")
