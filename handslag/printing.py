"""How the command line prints: words in colour for people, JSON for programs."""

import json
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

_WIDE = 1000
"""Characters: where nobody looks at a terminal, as in a pipe, no line is folded."""


TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
"""The ways in which a person may write a local time."""


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def say(words: str | Table) -> None:
    """Print a line or a table."""
    _console().print(words)


def warn(words: str) -> None:
    """Print a line beside the output, for people: programs that read the output do not see it."""
    Console(stderr=True, soft_wrap=True).print(words, style="yellow", markup=False, highlight=False)


def as_json(data: Any) -> None:
    """Print data as JSON; what JSON has no form for is written as text."""
    _console().print(json.dumps(data, indent=2, default=str, ensure_ascii=False), markup=False)


def table(title: str, *columns: str) -> Table:
    """An empty table with these columns."""
    made = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def local(instant: datetime | None, zone: str) -> str:
    """An instant in local time to the second, or a dash."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S") if instant else "–"
