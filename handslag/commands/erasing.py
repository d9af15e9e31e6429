"""The command that erases the records which the rule of their network no longer has kept, and shows them before."""

from typing import Annotated

import typer
from rich.markup import escape

from handslag.commands.acting import Json
from handslag.commands.audit import ByReviewer, reviewer
from handslag.commands.installation import operations
from handslag.printing import as_json, say, table


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(rich_help_panel="Running it")(erase)


def erase(
    network: Annotated[str, typer.Argument(help="The network whose records they are.")],
    by: ByReviewer,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="An episode that is kept all the same, as for a complaint; may be given again."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    json: Json = False,
) -> None:
    """Erase the records of episodes whose last entry is older than the `retention_years` of their network.

    Gone are all texts of the episode and whose it is, and the patient of whom no other episode is left. Codes and times
    stay, and so does the audit log, in which each erasure is noted. Nobody can bring them back, but from a backup.

    Examples: handslag erase jonkoping-demo --preview --by "Lo Exempel, archivist"

    handslag erase jonkoping-demo --keep E7QM-2F4T --by "Lo Exempel, archivist"
    """
    who, erasing, kept = reviewer(by), operations().erasing, keep or []
    found = [each for each in erasing.erasable(network) if each.episode not in kept]
    if preview:
        if json:
            as_json([{"episode": each.episode, "last_entry_at": each.last_entry_at.isoformat()} for each in found])
            return
        rows = table(f"{escape(network)}: would be erased", "episode", "last entry (UTC)")
        for each in found:
            rows.add_row(each.episode, f"{each.last_entry_at:%Y-%m-%d %H:%M}")
        say(rows if found else f"[bold]{escape(network)}[/]: nothing is old enough to be erased.")
        return
    if found and not yes:
        typer.confirm(f"Nobody can bring them back. Are the records of {len(found)} episodes to be erased?", abort=True)
    erased = erasing.erase(network, who, kept)
    if json:
        as_json({"network": network, "erased": list(erased)})
        return
    say(f"[bold]{escape(network)}[/]: the records of {len(erased)} episodes were erased.")
