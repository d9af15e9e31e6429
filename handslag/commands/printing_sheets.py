"""The command that makes the night sheet, for those who give care, and tells whether one that was made still holds."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from handslag.commands.acting import By, Json, Team, actor, perform
from handslag.commands.installation import operations
from handslag.printing import as_json, local, say
from pathways.care.actors import Actor
from pathways.care.commands import NoteNightSheet
from pathways.definition.texts import Language
from pathways.errors import Failed, Refused
from pathways.operations.night_sheets import Checked
from pathways.reports.night_sheets import html as html_of
from pathways.reports.night_sheets import pdf as pdf_of
from pathways.reports.paper import Printer

_SECTIONS = {
    "over": "whether the episode has ended",
    "paused": "whether it is paused",
    "who": "who the patient is",
    "where": "where the patient is, which team is responsible, or a handover that is under way",
    "cover": "who answers for the team",
    "limits": "the treatment limits",
    "state": "the phase of illness, or how ill the patient is",
    "contingency": "what to do if it gets worse",
    "kit": "the kit",
    "care_wish": "the preferred place of care",
    "death_wish": "the preferred place of death",
    "carer": "who cares at home",
    "relatives": "the relatives who may be called",
    "consent": "the consent to share",
    "is_death_reported": "whether a death is reported",
    "patient": "who the patient is, or the relatives who may be called",
}


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command("night-sheet", rich_help_panel="The patient behind it")(night_sheet)


def night_sheet(
    reference: Annotated[str, typer.Argument(help="The episode's reference, or that of a handover of it.")],
    team: Team,
    pdf: Annotated[Path | None, typer.Option(help="File for the PDF.", metavar="FILE")] = None,
    html: Annotated[Path | None, typer.Option(help="File for the page as HTML.", metavar="FILE")] = None,
    language: Annotated[Language | None, typer.Option(help="Left out: your team's language.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    check: Annotated[
        str | None, typer.Option(help="Make no sheet: say whether the one with this mark still holds.", metavar="MARK")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Make the page for the night: who answers, treatment limits, kit, contingency, wishes, relatives to call.

    It is one A4 page, for the folder that is used when the network is down. Without --pdf and --html it is a PDF in the
    current folder, named by the reference. It holds names and health data: only you can read the file; print it, then
    delete it. The history keeps that you made it. Its mark stands at the top: while the mark is right, so is the page.

    Example: handslag night-sheet E7K2-QM4T --as municipal-palliative-team

    Example: handslag night-sheet E7K2-QM4T --check K7QM-2F4T --as municipal-palliative-team
    """
    views, who = operations().views, actor(team, by)
    episode = views.show(views.reference(reference)).episode.reference
    if check is not None:
        _tell_check(episode, check, who, json)
        return
    targets = [file for file in (pdf, html) if file] or [Path(f"night-sheet-{episode}.pdf")]
    pdf = pdf or (None if html else targets[0])
    _require_writable(targets, force=force)
    _make(episode, who, language, pdf, html, json)


def _make(episode: str, who: Actor, language: Language | None, pdf: Path | None, html: Path | None, json: bool) -> None:
    service = operations()
    printer = Printer() if pdf else None
    sheet = service.night_sheets.read(episode, who, language)
    templates = service.settings.templates_folder
    made: dict[Path, bytes] = {}
    if pdf and printer:
        made[pdf] = pdf_of(sheet, templates, printer)
    if html:
        made[html] = html_of(sheet, templates).encode()
    perform(episode, NoteNightSheet(actor=who, mark=sheet.mark, number=sheet.number))
    for file, content in made.items():
        _write(file, content)
    if json:
        files = [str(file) for file in made]
        as_json({"episode": episode, "mark": sheet.mark, "number": sheet.number, "at": sheet.made_at, "files": files})
        return
    say(f"[bold]{episode}[/]: night sheet with the mark [bold]{sheet.mark}[/] in {', '.join(map(str, made))}.")
    say("It holds names and health data: print it, delete the file, and shred older sheets.")


def _require_writable(targets: list[Path], *, force: bool) -> None:
    for file in targets:
        if not file.absolute().parent.is_dir():
            raise Refused("There is no such folder to write the night sheet into.", "Name a file in a folder there is.")
        if file.is_dir():
            raise Refused("That is a folder, and no file for the night sheet.", "Name a file.")
        if os.path.lexists(file) and not force:
            raise Refused("A file of that name is there already.", "Name another one, or write over it with --force.")
    if len({file.absolute() for file in targets}) < len(targets):
        raise Refused("The PDF and the HTML cannot be one file.", "Name two.")


def _write(file: Path, content: bytes) -> None:
    """Write the file whole or not at all, for its owner alone."""
    try:
        with NamedTemporaryFile(dir=file.absolute().parent, prefix=".night-sheet-", delete=False) as temporary:
            try:
                temporary.write(content)
                temporary.flush()
                os.replace(temporary.name, file)
            except BaseException:
                os.unlink(temporary.name)
                raise
    except OSError as error:
        raise Failed(
            f"The night sheet could not be written ({type(error).__name__}).", "Name a file where you may write."
        ) from error


def _tell_check(episode: str, mark: str, who: Actor, json: bool) -> None:
    """Say whether a sheet still holds. Ends with status 1 where it does not."""
    service = operations()
    checked = service.night_sheets.check(episode, mark, who)
    if json:
        as_json({"episode": episode, **checked.__dict__, "answers": checked.answers and checked.answers.__dict__})
    else:
        _say_checked(episode, checked, service.views.network_of(episode).time_zone)
    raise typer.Exit(0 if checked.is_current else 1)


def _say_checked(episode: str, checked: Checked, zone: str) -> None:
    if checked.is_current:
        say(f"[bold]{episode}[/]: that night sheet still holds.")
    else:
        made = local(checked.made_at, zone)
        say(f"[bold]{episode}[/]: [bold red]the night sheet of {made} is out of date.[/] Changed since:")
        for section in checked.changed:
            say(f"  - {_SECTIONS[section]}")
        say(f"Make a new one, and shred the old: handslag night-sheet {episode}")
    if answers := checked.answers:
        until = f", until {local(answers.until_at, zone)}" if answers.until_at else ""
        say(f"Who answers now: {answers.contact}, {answers.team}{until}.")
