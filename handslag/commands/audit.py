"""Commands about the audit log: who saw or changed what about patients."""

from typing import Annotated

import typer
from rich.markup import escape

from handslag.commands.acting import Json
from handslag.commands.installation import operations
from handslag.printing import as_json, say
from pathways.audit.chain import Finding
from pathways.operations.audit import Examined

audit = typer.Typer(
    no_args_is_help=True,
    help="Prove that the log of who saw or changed what about patients is whole.",
)
Network = Annotated[str | None, typer.Option("--network", help="Only the log of this network.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(audit, name="audit", rich_help_panel="The audit log")


@audit.command()
def verify(network: Network = None, json: Json = False) -> None:
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
