"""What is about a person is asked for, or read from standard input: everybody on the machine can read arguments."""

import sys

import typer

from pathways.errors import Refused


def asked(prompt: str, *, is_hidden: bool = False) -> str:
    """What a person types at a terminal; else the next line of standard input. Raises Refused where there is none."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=is_hidden)).strip()
    line = sys.stdin.readline().strip()
    if not line:
        raise Refused(f"{prompt}: nothing was given.", "Write it on a line of its own on standard input, in order.")
    return line
