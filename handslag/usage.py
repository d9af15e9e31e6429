"""Wrong usage in words that repeat nothing of what was typed: it may hold a name, and terminals and logs keep it."""

from typing import Any

import typer
from typer.core import TyperGroup

_UsageError: Any = typer.BadParameter.__mro__[1]  # Typer has its own copy of click, and no name for this in public
_SAYS_WHAT_FITS = ("is not one of", "does not match the format")


class QuietGroup(TyperGroup):
    """The program's commands, with errors of usage that say what is wrong and not what was typed."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the words of the call. Words that the terminal could not give us as letters are refused."""
        if any("\ud800" <= letter <= "\udfff" for word in args for letter in word):
            raise _UsageError("A word holds half a character. Set the terminal to UTF-8, and type it again.", ctx)
        try:
            return super().parse_args(ctx, args)
        except _UsageError as error:
            _repeat_nothing(error)
            raise

    def invoke(self, ctx: Any) -> Any:
        """Do the command."""
        try:
            return super().invoke(ctx)
        except _UsageError as error:
            _repeat_nothing(error)
            raise


def _repeat_nothing(error: Any) -> None:
    said: str = error.message
    if possibilities := getattr(error, "possibilities", None):
        error.possibilities = sorted(possibilities)
    if said.startswith("No such option"):
        error.message = "There is no such option."
    elif said.startswith("No such command"):
        suggested = f" Did you mean{said.rpartition('Did you mean')[2]}" if "Did you mean" in said else ""
        error.message = f"There is no such command.{suggested}"
    elif said.startswith("Got unexpected extra argument"):
        error.message = "These are too many words. Put quotes around words that belong together."
    elif getattr(error, "param", None) is not None:
        fits = next((phrase for phrase in _SAYS_WHAT_FITS if phrase in said), None)
        if fits:
            error.message = f"This {fits}{said.rpartition(fits)[2]}"
        elif "'" in said or '"' in said:
            error.message = "This cannot be read."
