"""Commands about the installation itself, such as demo, start and doctor. Also opens the operations for all others."""

from functools import lru_cache
from typing import Annotated

import typer

from handslag.printing import as_json, say, table, warn
from pathways.errors import Failed
from pathways.operations.at_rest import sealing_engine
from pathways.operations.service import Operations
from pathways.settings import new_keys, settings_from_environment
from pathways.store.database import open_engine
from pathways.store.schema import is_current
from pathways.store.schema import upgrade as upgrade_schema

SECONDS_TO_SEND = 5.0
"""How long a command waits for the notices that it owes: a person waits with it."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (demo, start, upgrade, doctor, deliver, keys, reseal):
        app.command(rich_help_panel="Running it")(command)


@lru_cache(maxsize=1)
def operations() -> Operations:
    """The operations of this installation, which wake flow runs through the Prefect server's API."""
    from flows.waking import Waker  # not needed by every command

    settings = settings_from_environment()
    engine = open_engine(settings.database_url)
    if not is_current(engine):
        raise Failed("The database is not of this version of Handslag.", "Bring it up to date with: handslag upgrade.")
    return Operations.opened(settings, engine, Waker(settings, engine).wake)


def let_notices_leave() -> None:
    """Wait a little for the notices that the command owes; say where one has not left. The program ends after that."""
    if operations.cache_info().currsize and not operations().courier.finish(SECONDS_TO_SEND):
        warn("Not every notice has left. Where Handslag runs, it tries again; else: handslag deliver.")


def deliver() -> None:
    """Send the notices that wait and may be tried now. Where Handslag runs, it does so by itself."""
    delivered = operations().delivery.deliver()
    say(f"{len(delivered.sent)} notices were sent, {len(delivered.not_sent)} could not be.")


def demo(
    story: Annotated[
        list[str] | None,
        typer.Option("--story", help="A pathway whose story is told; may be given again for a further one."),
    ] = None,
    leave: Annotated[
        bool, typer.Option("--exit", help="End once the story is told; status 0 if all went well.")
    ] = False,
) -> None:
    """Show everything on this machine: a made-up patient's way along a pathway, in a minute or two.

    Without --story it is palliative care, from home to hospital and home again.
    """
    from handslag.demo import tell
    from handslag.stories.shelf import STORIES

    raise typer.Exit(tell(story or list(STORIES)[:1], stays=not leave))


def start() -> None:
    """Start Handslag: bring the database up to date, then run the Prefect server and the resident worker."""
    from handslag.running import run_until_stopped

    raise typer.Exit(run_until_stopped(settings_from_environment()))


def upgrade() -> None:
    """Make the database, or bring it up to date. `handslag start` does it too; doing it again changes nothing."""
    upgrade_schema(sealing_engine(settings_from_environment()))
    say("The database is up to date.")


def doctor(json: Json = False) -> None:
    """Look at everything that Handslag needs, and say of each that it is well or what to do."""
    from handslag.doctor import examine

    findings = examine()
    if json:
        as_json([finding.__dict__ for finding in findings])
    else:
        rows = table("Handslag", "what", "", "what to do")
        for finding in findings:
            rows.add_row(finding.what, "[green]ok[/]" if finding.is_well else "[red]not well[/]", finding.advice)
        say(rows)
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


def keys() -> None:
    """Print fresh keys for a new installation, as lines for its environment. Keep them safe."""
    for name, value in new_keys().items():
        say(f"{name}={value}")


def reseal() -> None:
    """Seal every patient's record, and the key of every episode's texts, with the first of HANDSLAG_KEYS.

    Then an old key can be taken out of the ring. A text that stands in clear is sealed as well.
    """
    done = operations()
    say(f"{done.patients.reseal()} records and {done.texts.reseal()} keys of texts are sealed with the first key.")
