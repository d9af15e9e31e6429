"""Commands about records that are old: which the rule of their network has erased, which are kept, and erasing them."""

from typing import Annotated

import typer
from rich.markup import escape

from handslag.commands.acting import Episode, Json, episode_reference
from handslag.commands.asking import WORDS, words
from handslag.commands.audit import ByReviewer, reviewer
from handslag.commands.installation import operations
from handslag.printing import as_json, say, table


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (erase, keep_record):
        app.command(rich_help_panel="Running it")(command)


def erase(
    network: Annotated[str, typer.Argument(help="The network whose records they are.")],
    by: ByReviewer,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what is old enough, and what is kept.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    json: Json = False,
) -> None:
    """Erase the records of episodes whose last entry is older than the `retention_years` of their network.

    Gone are all texts of the episode and whose it is, and the patient of whom no other episode is left. Codes and times
    stay, and so does the audit log, in which each erasure is noted. Nobody can bring them back, but from a backup. What
    is to be kept, as for a complaint: handslag keep-record.

    Example: handslag erase jonkoping-demo --preview --by "Lo Exempel, archivist"
    """
    who, erasing = reviewer(by), operations().erasing
    old = erasing.old(network)
    if preview:
        if json:
            as_json([{**each.__dict__, "last_entry_at": each.last_entry_at.isoformat()} for each in old])
            return
        rows = table(f"{escape(network)}: old enough", "episode", "last entry (UTC)", "kept by")
        for each in old:
            rows.add_row(each.episode, f"{each.last_entry_at:%Y-%m-%d %H:%M}", escape(each.kept_by or ""))
        say(rows if old else f"[bold]{escape(network)}[/]: nothing is old enough to be erased.")
        return
    count = sum(each.kept_by is None for each in old)
    if count and not yes:
        typer.confirm(f"Nobody can bring them back. Are the records of {count} episodes to be erased?", abort=True)
    erased = erasing.erase(network, who)
    if json:
        as_json({"network": network, "erased": list(erased)})
        return
    say(f"[bold]{escape(network)}[/]: the records of {len(erased)} episodes were erased.")


def keep_record(
    episode: Episode,
    by: ByReviewer,
    because: Annotated[
        str, typer.Option(parser=words, metavar=WORDS, help="Why, such as a complaint under way: it stands in the log.")
    ] = "",
    lift: Annotated[bool, typer.Option("--lift", help="It need not be kept any longer.")] = False,
) -> None:
    """Keep the record of an episode however old it gets, until that is lifted: no erasing takes it.

    Example: handslag keep-record E7K2-QM4T --because - --by "Lo Exempel, archivist"
    """
    who, erasing, reference = reviewer(by), operations().erasing, episode_reference(episode)
    if lift:
        erasing.keep_no_longer(reference, who)
        say(f"{reference}: its record is erased when it is old enough.")
        return
    erasing.keep(reference, because, who)
    say(f"{reference}: its record is kept until that is lifted.")
