"""What the command line prints in tables: what a terminal would obey stands there as its code."""

import pytest
from rich.text import Text

from handslag.printing import say, table


def test_the_cells_of_a_table_show_what_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]) -> None:
    rows = table("Title \x1b[2J", "first", "second")
    rows.add_row("a\x1b]0;owned\x07", Text("b\x1b[31mc\u202ed"))
    rows.add_row(None, "plain")
    say(rows)
    printed = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
    for shown in ("Title \\u001b[2J", "a\\u001b]0;owned\\u0007", "b\\u001b[31mc\\u202ed", "plain"):
        assert shown in printed
