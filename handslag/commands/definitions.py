"""Commands about pathways and networks: check them, draw them, publish them."""

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from handslag.commands.installation import operations
from handslag.files import is_file, write_file
from handslag.printing import as_json, say
from pathways.care.proof.proving import Prover
from pathways.clock import system_clock
from pathways.definition.drawing import mermaid, svg
from pathways.definition.explaining import explained
from pathways.definition.faults import Code, DefinitionError
from pathways.definition.models import Pathway
from pathways.definition.reading import read_definitions, read_pathway
from pathways.errors import NotFound
from pathways.operations.publishing import Outcome

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
_ROOT = Path(__file__).parents[2] / "pathways"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (check, diagram, apply):
        app.command(rich_help_panel="Pathways and networks")(command)


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; left out: all that come with Handslag.")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="CODE", help="Explain a code instead, with a faulty example and its mend.")
    ] = None,
    json: Json = False,
) -> None:
    """Check pathway and network files, and tell every fault with its place and how to mend it.

    A network is proved with its pathways: all that can happen to a patient is tried, over every hour of the coming
    year. What is found comes with an example.
    """
    if explain is not None:
        _explain(explain, json)
        return
    given = files or sorted(_ROOT.glob("catalogue/*.yaml")) + sorted(_ROOT.glob("networks/*.yaml"))
    today = system_clock().date()
    prover = Prover(today)
    try:
        pathways, networks = read_definitions(given, prover=prover)
    except DefinitionError as error:
        if not json:
            raise
        as_json([fault.model_dump(mode="json") for fault in error.faults])
        raise typer.Exit(1) from None
    if json:
        as_json([])
        return
    names = [f"pathway {p.pathway} of {p.version}" for p in pathways] + [f"network {n.network}" for n in networks]
    say("Sound: " + ", ".join(names) + ".")
    if networks:
        say(f"Proved: {prover.situations} situations tried, and every hour of the year from {today}.")


def _explain(code: str, json: bool) -> None:
    """Say why something is a fault, and show the smallest file that has it. Raises NotFound."""
    if code not in set(Code):
        close = get_close_matches(code, [each.value for each in Code], n=3)
        mend = f"Did you mean {' or '.join(close)}?" if close else "All of them are in docs/reference/faults.md."
        raise NotFound("There is no fault with that code.", mend)
    found = explained(Code(code))
    if json:
        as_json(found.model_dump(mode="json"))
        return
    say(f"[bold]{found.code}[/]: {found.why}")
    for heading, lines in (("Faulty", found.faulty), ("Told", found.told), ("Mended", found.mended)):
        if lines:
            say(f"\n{heading}:")
            say(escape("\n".join(f"    {line}" for line in lines.splitlines())))


def diagram(
    pathway: Annotated[str, typer.Argument(help="A pathway of the catalogue, or a file.")],
    language: Annotated[str, typer.Option(help="Language of the texts: sv, da or en.")] = "sv",
    folder: Annotated[Path, typer.Option("--to", help="Folder to write into.")] = Path(),
) -> None:
    """Draw a pathway: writes PATHWAY.LANGUAGE.mmd (Mermaid) and PATHWAY.LANGUAGE.svg."""
    drawn = read_pathway(file_of(pathway))
    _require_language(drawn, language)
    for ending, draw in (("mmd", mermaid), ("svg", svg)):
        path = folder / f"{drawn.pathway}.{language}.{ending}"
        write_file(path, draw(drawn, language))
        say(f"Wrote {path}")


def file_of(pathway: str) -> Path:
    """The file of a pathway: one that is named, or that of the catalogue. Raises NotFound."""
    for path in (Path(pathway), _ROOT / "catalogue" / f"{pathway}.yaml"):
        if is_file(path):
            return path
    known = ", ".join(sorted(path.stem for path in _ROOT.glob("catalogue/*.yaml")))
    raise NotFound("There is no pathway of that name.", f"Name a file, or one of: {known}.")


def _require_language(pathway: Pathway, language: str) -> None:
    if language not in pathway.languages:
        raise NotFound(f"{pathway.pathway} has no texts in that language.", f"Choose: {', '.join(pathway.languages)}.")


def apply(files: Annotated[list[Path], typer.Argument(help="Pathway and network files.")], json: Json = False) -> None:
    """Publish pathways and networks, and show what changes. Doing it again changes nothing."""
    published = operations().publishing.apply_files(files)
    if json:
        as_json(
            [
                {
                    "name": each.name,
                    "version": each.version,
                    "outcome": each.outcome,
                    "differences": [difference.sentence for difference in each.differences],
                    "warnings": list(each.warnings),
                }
                for each in published
            ]
        )
        return
    for each in published:
        say(f"[bold]{each.name}[/]{' of ' + each.version if each.version else ''}: {each.outcome}")
        for difference in each.differences:
            say(f"  {difference.sentence}")
        for warning in each.warnings:
            say(f"  [yellow]{warning}[/]")
    if any(each.outcome is not Outcome.UNCHANGED for each in published):
        say("The forms of the Prefect UI offer this after the next: handslag start.")
