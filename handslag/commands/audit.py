"""Commands about the audit log as a whole: prove it, hand it out, remove what is older than it has to be."""

import csv
import json as json_module
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from handslag.commands.acting import Json
from handslag.commands.installation import operations
from handslag.files import new_file
from handslag.printing import as_json, say
from pathways.audit.chain import Finding
from pathways.errors import Refused
from pathways.instants import local_instant
from pathways.operations.audit import Examined, Reviewer

audit = typer.Typer(
    no_args_is_help=True,
    help="The log of who saw or changed what about patients: prove that it is whole, look through it, hand it out.\n\n"
    "Whoever looks into it is in it, too.",
)
InNetwork = Annotated[str, typer.Argument(help="The network whose log it is.")]
ByReviewer = Annotated[
    str, typer.Option("--by", envvar="HANDSLAG_BY", help="Your name and profession, kept in the log.", prompt="Name")
]
Since = Annotated[str, typer.Option(metavar="TIME", help="Local time, as '2026-12-24 16:45'; left out: all.")]
_SPREADSHEETS_CALCULATE = ("=", "+", "-", "@", "\t")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(audit, name="audit", rich_help_panel="The audit log")


def reviewer(by: str) -> Reviewer:
    """Whoever reads the log on the command line, as it takes their word for it."""
    if not by.strip():
        raise Refused("Whoever reads the log is named in it.", "Say who you are with --by.")
    return Reviewer(login="command-line", name=by.strip(), role="command-line")


@audit.command()
def verify(
    network: Annotated[str | None, typer.Option("--network", help="Only the log of this network.")] = None,
    json: Json = False,
) -> None:
    """Prove that no entry was changed, removed, moved or added by something else than Handslag.

    Every entry is sealed together with the one before. That the end was not cut off is proved with a head, the last
    entry that this machine wrote, which lies in the data folder. Ends with status 1 if something is wrong.

    Example: handslag audit verify
    """
    examined = operations().audit.verify(network)
    if json:
        as_json([_as_data(each) for each in examined])
    else:
        for each in examined:
            _tell(each)
        if not examined:
            say("The log is empty.")
    raise typer.Exit(1 if any(each.findings for each in examined) else 0)


@audit.command()
def export(
    network: InNetwork,
    file: Annotated[Path, typer.Argument(help="A new file, whose name ends in .csv or .jsonl.")],
    by: ByReviewer,
    since: Since = "",
    until: Since = "",
    json: Json = False,
) -> None:
    """Write the entries of a network's log into a new file, with their numbers and seals. Only you can read it.

    Times within it are in UTC. With `.jsonl` each line is an entry as JSON; with `.csv` a line break or a sign that a
    spreadsheet would calculate with is made harmless.

    Example: handslag audit export jonkoping-demo march.jsonl --since "2026-03-01 00:00" --by "Lo Exempel, reviewer"
    """
    if file.suffix not in (".csv", ".jsonl"):
        raise Refused("The name of the file does not tell its form.", "End it in .csv or .jsonl.")
    zone = ZoneInfo(operations().views.network(network).time_zone)
    first, last = (local_instant(text, zone) if text else None for text in (since, until))
    with new_file(file) as opened, TextIOWrapper(opened, encoding="utf-8", newline="") as text:
        write = _csv(text) if file.suffix == ".csv" else _json_lines(text)
        count = operations().audit.export(write, network, reviewer(by), first, last)
    if json:
        as_json({"network": network, "entries": count, "file": str(file)})
        return
    say(f"[bold]{escape(network)}[/]: {count} entries in {escape(str(file))}.")


@audit.command("remove-old")
def remove_old(
    network: InNetwork,
    before: Annotated[str, typer.Option(metavar="TIME", help="Local time; more than five years ago.")],
    by: ByReviewer,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    json: Json = False,
) -> None:
    """Remove the entries of a network's log from before a time, which is more than five years ago.

    What stays can be proved as before. The database itself refuses to remove an entry that is younger. Entries that are
    not whole stay: they are evidence.

    Example: handslag audit remove-old jonkoping-demo --before "2020-01-01 00:00" --by "Lo Exempel, reviewer"
    """
    instant = local_instant(before, ZoneInfo(operations().views.network(network).time_zone))
    if not yes:
        typer.confirm("Nobody can bring them back. Are they to be removed?", abort=True)
    count = operations().audit.remove_old(network, instant, reviewer(by))
    if json:
        as_json({"network": network, "removed": count})
        return
    say(f"[bold]{escape(network)}[/]: {count} entries were removed.")


def _json_lines(opened: IO[str]) -> Callable[[Mapping[str, Any]], None]:
    def write(entry: Mapping[str, Any]) -> None:
        opened.write(json_module.dumps(entry, ensure_ascii=False) + "\n")

    return write


def _csv(opened: IO[str]) -> Callable[[Mapping[str, Any]], None]:
    written = csv.writer(opened)
    heads: list[str] = []

    def write(entry: Mapping[str, Any]) -> None:
        if not heads:
            heads.extend(entry)
            written.writerow(heads)
        written.writerow([_harmless(entry[head]) for head in heads])

    return write


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return value
    line = " ".join(value.splitlines())
    return f"'{line}" if line.startswith(_SPREADSHEETS_CALCULATE) else line


def _tell(examined: Examined) -> None:
    first, last = examined.first, examined.last.number
    held = f"entries {first} to {last}" if last >= first else "no entries"
    say(f"[bold]{escape(examined.network)}[/]: {held}, {'[red]not whole[/]' if examined.findings else 'whole'}.")
    for finding in examined.findings:
        say(f"  [red]{_entries(finding)}: {finding.fault.meaning}.[/]")
    if not examined.is_end_known:
        say("  [yellow]This machine has written none of it: it cannot tell whether the end was cut off.[/]")


def _entries(finding: Finding) -> str:
    return f"Entry {finding.first}" if finding.first == finding.last else f"Entries {finding.first} to {finding.last}"


def _as_data(examined: Examined) -> dict[str, object]:
    return {
        "network": examined.network,
        "first": examined.first,
        "last": examined.last.number,
        "seal": examined.last.seal,
        "is_whole": not examined.findings,
        "is_end_known": examined.is_end_known,
        "findings": [finding.__dict__ for finding in examined.findings],
    }
