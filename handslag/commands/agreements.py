"""Commands about agreements: which is in force, what changes from one to another, and whose a task is."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from handslag.commands.installation import operations
from handslag.commands.migrating import names_in
from handslag.files import is_file, write_file
from handslag.printing import as_json, say, table
from pathways.definition.change_kinds import by_kind, kind_of, title_in
from pathways.definition.differences import differences
from pathways.definition.models import Pathway
from pathways.definition.reading import read_pathway
from pathways.definition.renaming import require_names, with_names
from pathways.definition.texts import Language
from pathways.errors import Refused
from pathways.operations.agreements import Answer
from pathways.reports.changes import Changes, html
from pathways.settings import templates_folder

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
InLanguage = Annotated[Language, typer.Option(help="The language of the titles.")]
At = Annotated[str | None, typer.Option("--at", metavar="DATE", help="The day, as 2022-01-01; left out: today.")]
OfNetwork = Annotated[str | None, typer.Option("--network", help="Only in this network.")]
_PARTS = {
    "responsible": "responsible",
    "carries_out": "carries it out",
    "consulted": "is consulted",
    "informed": "is informed",
}


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (agreements, diff, who):
        app.command(rich_help_panel="Pathways and networks")(command)


def agreements(at: At = None, network: OfNetwork = None, json: Json = False) -> None:
    """List the versions of the pathways of each network, and which of them is in force."""
    listed = operations().agreements.listed(_day(at), network)
    if json:
        as_json(
            [
                {
                    "network": each.network,
                    "pathway": each.term.pathway.pathway,
                    "version": each.term.pathway.version,
                    "first_day": each.term.first,
                    "begins_at": each.begins_at.isoformat(),
                    "last_day": each.term.last,
                    "is_in_force": each.holds,
                    "parties": list(each.term.pathway.agreement.parties),
                    "review": each.term.pathway.agreement.review,
                }
                for each in listed
            ]
        )
        return
    rows = table("Agreements", "network", "pathway", "first day", "last day", "in force", "to be reviewed")
    for each in listed:
        review = each.term.pathway.agreement.review
        rows.add_row(
            each.network,
            each.term.pathway.pathway,
            str(each.term.first),
            str(each.term.last or "–"),
            "[green]yes[/]" if each.holds else "no",
            str(review or "–"),
        )
    say(rows)


def diff(
    old: Annotated[str, typer.Argument(help="A file, or a published version: NAME@DATE, or NAME for its last.")],
    new: Annotated[str, typer.Argument(help="The same for what comes after it.")],
    language: Annotated[
        Language, typer.Option(help="The language of the titles, and of the whole page.")
    ] = Language.SWEDISH,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OLD=NEW", help="A level, move or clock that is called otherwise in NEW."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="Write it as an HTML page as well.")
    ] = None,
    json: Json = False,
) -> None:
    """Say in words what changes from one version to another: limits, responsibilities, moves, items.

    With `--map`, what is only called otherwise counts as the same, and what changes in it is told.

    Example: handslag diff cooperation-agreement@2013-01-01 jamtland-primary-care@2022-01-01 --page changes.html
    """
    names, before, after = names_in(mapped or []), _version(old), _version(new)
    require_names(before, after, names)
    before = with_names(before, names)
    found = differences(before, after)
    if page:
        write_file(page, html(Changes(before, after, language), templates_folder()))
    if json:
        as_json(
            {
                "old": {"pathway": before.pathway, "version": before.version},
                "new": {"pathway": after.pathway, "version": after.version},
                "changes": [
                    {"kind": kind_of(each), "path": each.path, "old": each.old, "new": each.new, "said": each.sentence}
                    for each in found
                ],
            }
        )
        return
    say(f"[bold]{title_in(before.title, language)}[/], {before.pathway} of {before.version}")
    say(f"→ [bold]{title_in(after.title, language)}[/], {after.pathway} of {after.version}")
    for kind, changes in by_kind(found).items():
        say(f"[bold]{kind.capitalize()}[/]")
        for each in changes:
            say(f"  {each.sentence}")
    if not found:
        say("Nothing changes.")
    if page:
        say(f"Wrote {page}")


def who(
    task: Annotated[str, typer.Argument(help="A task of the agreement, such as wound-care.")],
    level: Annotated[str | None, typer.Option(help="The level; left out: every level.")] = None,
    at: At = None,
    network: OfNetwork = None,
    language: InLanguage = Language.SWEDISH,
    json: Json = False,
) -> None:
    """Say whose a task is: who is responsible, carries it out, is consulted and informed, by the agreement in force.

    Example: handslag who wound-care --level home-care --at 2022-01-01
    """
    answers = operations().agreements.who(task, level, _day(at), network)
    if json:
        as_json([_as_data(answer) for answer in answers])
        return
    for answer in answers:
        pathway = answer.pathway
        titles = (title_in(text, language) for text in (pathway.tasks[task].title, pathway.levels[answer.level].title))
        say(f"[bold]{', '.join(titles)}[/] ({answer.network.network} on {answer.day})")
        say(f"  By {title_in(pathway.title, language)}, {pathway.pathway} of {pathway.version}:")
        for party in answer.parties:
            names = "; ".join(_team(answer, team) for team in party.teams)
            say(f"  {_PARTS[party.part]}: [bold]{title_in(pathway.roles[party.role], language)}[/]: {names}")


def _team(answer: Answer, key: str) -> str:
    team = answer.network.teams[key]
    return f"{team.name} ({answer.network.organisations[team.organisation].name})"


def _as_data(answer: Answer) -> dict[str, object]:
    return {
        "task": answer.task,
        "level": answer.level,
        "network": answer.network.network,
        "day": answer.day,
        "pathway": answer.pathway.pathway,
        "version": answer.pathway.version,
        "parties": [
            {
                "part": party.part,
                "role": party.role,
                "teams": [
                    {
                        "team": key,
                        "name": answer.network.teams[key].name,
                        "organisation": answer.network.teams[key].organisation,
                    }
                    for key in party.teams
                ],
            }
            for party in answer.parties
        ],
    }


def _version(text: str) -> Pathway:
    """The version in a file, or the published one that is named. Raises DefinitionError or NotFound."""
    if is_file(Path(text)) or text.endswith((".yaml", ".yml")):
        return read_pathway(Path(text))
    name, _at, day = text.partition("@")
    return operations().agreements.version(name, _day(day or None))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Refused("That is no date.", "Write year-month-day, such as 2022-01-01.")
