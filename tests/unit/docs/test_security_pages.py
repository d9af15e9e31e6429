"""The pages on security name what holds each promise: every test and file that they name is there."""

import re
from collections import Counter
from functools import cache

import pytest
from docs_texts import ROOT

from pathways.access.table import Role

THREATS = (ROOT / "docs/security.md").read_text("utf-8")
STANDARD = (ROOT / "docs/asvs.md").read_text("utf-8")
_NAMED = re.compile(r"\b(tests/[\w/]+\.py)(?:::(\w+))?")
_FILE = re.compile(r"(?<![\w/])((?:[\w-]+/)*[\w-]+\.(?:py|md|toml|lock|html|js)|Makefile)\b")
_ROW = re.compile(r"^\| V(\d+\.\d+)\.(\d+) \| ([^|]+) \| (met|not met|not applicable) \| ([^|]+) \|$", re.MULTILINE)

_COUNTS = """
1.1=2 1.2=9 1.3=11 1.4=3 1.5=2 2.1=3 2.2=3 2.3=4 2.4=1 3.2=2 3.3=4 3.4=6 3.5=5 3.7=2 4.1=3 4.2=1 4.3=2
4.4=4 5.1=1 5.2=3 5.3=2 5.4=3 6.1=3 6.2=12 6.3=4 6.4=4 6.5=5 6.6=3 6.8=4 7.1=3 7.2=4 7.3=2 7.4=5 7.5=2
7.6=2 8.1=2 8.2=3 8.3=1 8.4=1 9.1=3 9.2=4 10.1=2 10.2=2 10.3=4 10.4=11 10.5=5 10.6=2 10.7=3 11.1=2 11.2=3
11.3=3 11.4=4 11.5=1 11.6=1 12.1=3 12.2=2 12.3=4 13.1=1 13.2=5 13.3=2 13.4=5 14.1=2 14.2=4 14.3=3 15.1=3
15.2=3 15.3=7 16.1=1 16.2=5 16.3=4 16.4=3 16.5=3 17.1=1 17.2=4 17.3=2
"""
OF_LEVELS_1_AND_2 = {name: int(count) for name, _, count in (each.partition("=") for each in _COUNTS.split())}
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; in each they come before those of level 3."""
DOORS = {"desk pages", "API", "command line", "Prefect UI and its API", "notices", "calendars"}
WHO = {
    *("a nurse of another team", "a coordinator of another county", "a program with a token", "an administrator"),
    *("another user of the host", "a web page in the same browser", "a mail scanner that follows links"),
    *("an attacker on the network", "who finds a phone or laptop", "who steals a backup"),
}


@cache
def text_of(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


@pytest.mark.parametrize("page", [THREATS, STANDARD], ids=["threats", "standard"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    named = _NAMED.findall(page)
    assert named
    missing = [f"{file}::{test}" for file, test in named if test and f"def {test}(" not in text_of(file)]
    assert missing == []
    assert all((ROOT / file).is_file() for file, _ in named)


def test_every_threat_names_who_wants_what_and_one_test_that_holds_it() -> None:
    table = THREATS.partition("| who | wants |")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:] if line]
    assert {row[0] for row in rows} >= WHO
    for row in rows:
        assert len(row) == 4
        assert _NAMED.fullmatch(row[3]), row


def test_every_door_and_every_role_is_named() -> None:
    table = THREATS.partition("| door | who |")[2].partition("\n\n")[0]
    assert {line.split("|")[1].strip() for line in table.splitlines()[2:]} == DOORS
    assert [role for role in Role if f"`{role}`" not in table] == []


def test_every_requirement_of_the_level_is_judged_once() -> None:
    rows = _ROW.findall(STANDARD)
    assert len(rows) == STANDARD.count("\n| V") == sum(OF_LEVELS_1_AND_2.values())
    sections = {name: sorted(int(row[1]) for row in rows if row[0] == name) for name in OF_LEVELS_1_AND_2}
    assert sections == {name: list(range(1, count + 1)) for name, count in OF_LEVELS_1_AND_2.items()}


def test_what_is_met_names_a_test_or_a_file_that_is_there_and_the_sums_are_true() -> None:
    rows = _ROW.findall(STANDARD)
    for *number, _, status, why in rows:
        files = _FILE.findall(why)
        assert status != "met" or files, number
        assert [file for file in files if not (ROOT / file).is_file()] == [], number
    counts = Counter(status for *_, status, _ in rows)
    told = f"{counts['met']} met, {counts['not met']} not met, {counts['not applicable']} not applicable"
    assert told in STANDARD
