"""How the command line prints: words in colour for people, JSON for programs."""

import json
import re
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

_WIDE = 1000
"""Characters: where nobody looks at a terminal, as in a pipe, no line is folded."""


TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
"""The ways in which a person may write a local time."""


_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys instead of showing it, or cannot show; all but the end of a line."""


def visible(words: str) -> str:
    """The words with each character that cannot be seen as its code, as JSON writes it: a file name may hold any."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", words)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _WIDE)


class Rows(Table):
    """A table in whose cells each character that cannot be seen stands as its code."""

    def add_row(self, *cells: RenderableType | None, **given: Any) -> None:
        """Add a row."""
        super().add_row(*(_cell(each) for each in cells), **given)


def _cell(cell: RenderableType | None) -> RenderableType | None:
    if isinstance(cell, Text):
        cell.plain = visible(cell.plain)
        return cell
    return visible(cell) if isinstance(cell, str) else cell


def say(words: str | Rows) -> None:
    """Print a line or a table."""
    _console().print(visible(words) if isinstance(words, str) else words)


def warn(words: str) -> None:
    """Print a line beside the output, for people: programs that read the output do not see it."""
    _print_beside(words, "yellow")


def end_with(words: str) -> None:
    """Print, beside the output, why nothing comes of a command."""
    _print_beside(words, "red")


def _print_beside(words: str, style: str) -> None:
    Console(stderr=True, soft_wrap=True).print(visible(words), style=style, markup=False, highlight=False)


def as_json(data: Any) -> None:
    """Print data as JSON; what JSON has no form for is written as text."""
    _console().print(visible(json.dumps(data, indent=2, default=str, ensure_ascii=False)), markup=False)


def table(title: str, *columns: str) -> Rows:
    """An empty table with these columns."""
    made = Rows(title=visible(title), title_justify="left", show_edge=False, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def happened(at: datetime, entered_at: datetime | None, zone: str) -> str:
    """When something happened, in local time; of what was entered late also when it was entered."""
    return local(at, zone) if entered_at is None else f"{local(at, zone)} (entered late, {local(entered_at, zone)})"


def local(instant: datetime | None, zone: str) -> str:
    """An instant in local time to the second, or a dash."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S") if instant else "–"
