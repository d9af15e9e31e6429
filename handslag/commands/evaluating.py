"""The command that writes the evaluation of a programme: a page with plots, the plots alone, and the numbers."""

import json as json_module
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

import typer

from handslag.commands.acting import Json
from handslag.commands.installation import operations
from handslag.printing import as_json, say
from pathways.definition.texts import Language
from pathways.errors import Failed, Refused
from pathways.operations.service import Operations
from pathways.reports.evaluations import Report, data, html, plots


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command("evaluate", rich_help_panel="Programmes")(evaluate)


def evaluate(
    pathway: Annotated[str, typer.Argument(help="The pathway, such as jammerbugt-tryg-hjemkomst.")],
    to: Annotated[Path, typer.Option(help="The folder to write into.", metavar="FOLDER")],
    network: Annotated[str | None, typer.Option(help="Only this network. Left out: each that carries it.")] = None,
    language: Annotated[Language | None, typer.Option(help="Left out: the pathway's first.")] = None,
    json: Json = False,
) -> None:
    """Write the evaluation of a programme: what was measured before, during and after, as a page, as plots and as JSON.

    It tells of groups: how many observations there are, their medians and quartiles, and the change. It names nobody;
    of fewer than five it tells only that. Few observations are said to be few, and no effect is claimed. Files of the
    same names are written over.

    Example: handslag evaluate jammerbugt-tryg-hjemkomst --to reports
    """
    if not to.is_dir():
        raise Refused("There is no such folder to write the evaluation into.", "Make it, or name another.")
    service = operations()
    files, numbers = written(service, service.evaluations.report(pathway, network, language), to)
    if json:
        as_json({"files": [str(file) for file in files], "evaluation": numbers})
        return
    say(f"[bold]{pathway}[/]: the evaluation is in {', '.join(map(str, files))}.")


def written(service: Operations, report: Report, folder: Path) -> tuple[list[Path], dict[str, Any]]:
    """Write a report into a folder; gives the files, the page first, and the numbers. Raises Failed."""
    pathway, templates = report.content.pathway.pathway, service.settings.templates_folder
    numbers = data(report)
    made = {f"evaluation-{pathway}.html": html(report, templates)}
    made[f"evaluation-{pathway}.json"] = json_module.dumps(numbers, indent=2, ensure_ascii=False) + "\n"
    for name, plot in plots(report, templates).items():
        made[f"evaluation-{pathway}-{name}.svg"] = plot
    for name, content in made.items():
        _write(folder / name, content)
    return [folder / name for name in made], numbers


def _write(file: Path, content: str) -> None:
    """Write the file whole or not at all."""
    try:
        with NamedTemporaryFile("w", dir=file.parent, prefix=".evaluation-", delete=False, encoding="utf-8") as made:
            made.write(content)
        os.chmod(made.name, 0o644)
        os.replace(made.name, file)
    except OSError as error:
        raise Failed(
            f"The evaluation could not be written ({type(error).__name__}).", "Name a folder where you may write."
        ) from error
