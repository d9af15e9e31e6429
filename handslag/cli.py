"""The command line: `handslag …`. It puts the commands together and turns errors into one sentence and an exit code.

Exit codes: 0 done · 1 refused, or faults found · 2 the call's words are off · 3 the world broke · 4 settings unsafe.
"""

import sys
from enum import IntEnum
from importlib.metadata import version
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from handslag.commands import (
    agreements,
    audit,
    beginning,
    care,
    communication,
    covering,
    definitions,
    ending,
    erasing,
    evaluating,
    granting,
    installation,
    meeting,
    migrating,
    milestones,
    orders,
    patient,
    people,
    places,
    printing_sheets,
    programmes,
    readiness,
    reserve,
    reviewing,
    seeing,
    users,
)
from handslag.printing import end_with
from handslag.usage import QuietGroup
from pathways.definition.faults import DefinitionError, shown_file
from pathways.errors import Failed, HandslagError, Refused, SettingsError

app = typer.Typer(
    name="handslag",
    cls=QuietGroup,
    help="Handslag carries patients' pathways from home to hospital and back, one handover at a time.\n\n"
    "A handover is done when the other side has taken it, not when a message was sent.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Exit codes: 0 done, 1 refused or faults found, 2 wrong usage, 3 something is broken, 4 unsafe settings.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"Handslag {version('handslag')}")  # noqa: T201 - the one line that is wanted
        raise typer.Exit


@app.callback()
def _program(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options of the program itself, and let the notices leave before it ends."""
    context.call_on_close(installation.let_notices_leave)


for group in (
    installation,
    definitions,
    agreements,
    beginning,
    migrating,
    care,
    readiness,
    communication,
    patient,
    milestones,
    orders,
    people,
    printing_sheets,
    reserve,
    seeing,
    places,
    programmes,
    covering,
    ending,
    evaluating,
    granting,
    meeting,
    audit,
    erasing,
    reviewing,
    users,
):
    group.register(app)


class ExitCode(IntEnum):
    """How the program ends."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    BROKEN = 3
    UNSAFE = 4


def main() -> None:
    """Run the command line. An error that Handslag knows becomes one sentence; the exit code tells its kind."""
    try:
        app()
    except HandslagError as error:
        _end(error)
    except ValidationError as error:
        _end(_refusal(error))
    except OSError as error:
        _end(_failure(error))
    except DBAPIError:  # from where no unit of work stands around it, such as a look at the schema
        _end(Failed("The database does not answer.", "Look at it with: handslag doctor."))


def _refusal(error: ValidationError) -> Refused:
    """What does not fit, by the names of the parts, without what was given."""
    names = dict.fromkeys(str(place).replace("_", "-") for fault in error.errors() for place in fault["loc"][:1])
    return Refused(f"What was given does not fit: {', '.join(names) or error.title}.", "Correct it; see --help.")


def _failure(error: OSError) -> Failed:
    """What the machine does not give: a folder that cannot be written, a disk that is full, no free port."""
    where = f" {shown_file(error.filename)}" if isinstance(error.filename, str) else ""
    return Failed(
        f"The machine refuses{where}: {error.strerror or type(error).__name__}.",
        "See whose it is and whether the disk is full. The logs are in the folder of HANDSLAG_DATA_FOLDER.",
    )


def _end(error: HandslagError) -> None:
    end_with(str(error))
    sys.exit(_exit_code(error))


def _exit_code(error: HandslagError) -> ExitCode:
    match error:
        case Refused() | DefinitionError():
            return ExitCode.REFUSED
        case SettingsError():
            return ExitCode.UNSAFE
        case Failed():
            return ExitCode.BROKEN
    return ExitCode.BROKEN


if __name__ == "__main__":
    main()
