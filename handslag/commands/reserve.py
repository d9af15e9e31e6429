"""The command that writes the reserve routine's blank forms, to print before an outage."""

from pathlib import Path
from typing import Annotated

import typer

from desk.rendering import Reader
from desk.reserve_forms import ReserveForm, form_html, languages_of
from handslag.commands.installation import operations
from handslag.printing import say
from pathways.definition.texts import Language


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command("reserve-forms", rich_help_panel="The patient behind it")(reserve_forms)


def reserve_forms(
    network: Annotated[str, typer.Argument(help="The network, such as jonkoping-demo.")],
    folder: Annotated[Path, typer.Option(help="Folder for the pages, made if it is not there.")] = Path(),
    language: Annotated[Language | None, typer.Option(help="Left out: each language of the network's teams.")] = None,
) -> None:
    """Write the blank forms of the reserve routine, to print: to begin, to hand over, to end, for each pathway.

    They ask what the pages ask on which they are typed in afterwards. They hold nothing of any patient.

    Example: handslag reserve-forms jonkoping-demo --folder forms
    """
    service = operations()
    known = service.publishing.network(network)
    board = service.boards.board(known.network, team=None, limit=1)
    templates, now = service.settings.templates_folder, service.clock()
    folder.mkdir(parents=True, exist_ok=True)
    for spoken in (language,) if language else languages_of(known):
        reader = Reader(spoken, known.time_zone, now)
        for name, pathway in board.pathways.items():
            for form in ReserveForm:
                file = folder / f"{name}.{form}.{spoken}.html"
                file.write_text(form_html(templates, reader, known, pathway, form), encoding="utf-8")
                say(str(file))
