"""What is about a person is asked for, or read from standard input: everybody on the machine can read arguments."""

import sys
from pathlib import Path

import typer

from pathways.errors import Refused

ASK = "-"
"""Given for words: ask for them or, without a terminal, read the next line of standard input."""

WORDS = "-|@FILE"
"""How words are given: asked for, or read from a file. Never as an argument."""


def asked(prompt: str, *, is_hidden: bool = False) -> str:
    """What a person types at a terminal; else the next line of standard input. Raises Refused where there is none."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=is_hidden)).strip()
    line = sys.stdin.readline().strip()
    if not line:
        raise Refused(f"{prompt}: nothing was given.", "Write it on a line of its own on standard input, in order.")
    return line


def words(given: str) -> str:
    """Read words of one's own, for an option or an argument: `-` asks for them, `@FILE` reads a file. Raises Refused.

    Nothing else is taken: the words of a call can be read by everybody on this machine while it runs.
    """
    if not given:
        return given
    if given == ASK:
        return asked("In your own words")
    if not given.startswith("@"):
        raise Refused(
            "Words of your own are no argument: everybody on this machine can read those.",
            "Write - and give each on a line of standard input, in the order of the call, or @FILE.",
        )
    try:
        return Path(given[1:]).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError):
        raise Refused("The file with the words cannot be read.", "Name a file of text in UTF-8, after @.") from None
