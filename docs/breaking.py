"""Reads the broken definitions of the tests: what is wrong in each as a few lines, and the same lines mended.

python -m docs.breaking      writes anew what is told of each, after a sentence has changed
"""

import re
import sys
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

from pathways.care.proof.proving import Prover
from pathways.definition.faults import Code, DefinitionError
from pathways.definition.reading import read_definitions

BROKEN = Path(__file__).parents[1] / "tests/broken"
BEGIN = date(2026, 11, 22)
"""The year over which the broken definitions are proved begins here, so that their examples stay the same."""

_MOST_LINES = 16


def examples() -> dict[str, dict[str, str]]:
    """By code: the faulty lines with those that hold them, what is told of them, and the mended lines."""
    sound = [_lines(path) for path in sorted((BROKEN / "sound").glob("*.yaml"))]
    found = {}
    for code in Code:
        path = BROKEN / f"{code}.yaml"
        if path.is_file():
            faulty = _lines(path)
            others = [lines for lines in sound if lines != faulty]
            mended = max(others, key=lambda lines: SequenceMatcher(None, lines, faulty, autojunk=False).ratio())
            told = re.search(r"^# told: (.*)$", path.read_text("utf-8", errors="replace"), re.MULTILINE)
            wrong, right = _difference(faulty, mended)
            found[code.value] = {"faulty": wrong, "told": told[1] if told else "", "mended": right}
    return found


def _lines(path: Path) -> list[str]:
    """The lines of a file without the comments at its top."""
    lines = path.read_text("utf-8", errors="replace").splitlines()
    while lines and lines[0].startswith("#"):
        del lines[0]
    return lines


def _difference(faulty: list[str], mended: list[str]) -> tuple[str, str]:
    """The lines in which the two differ, each with the lines that hold it."""
    wrong: set[int] = set()
    right: set[int] = set()
    for what, a, b, c, d in SequenceMatcher(None, faulty, mended, autojunk=False).get_opcodes():
        if what != "equal":
            wrong |= set(range(a, b)) or _beside(a, faulty)
            right |= set(range(c, d)) or _beside(c, mended)
    return _shown(faulty, wrong), _shown(mended, right)


def _beside(place: int, lines: list[str]) -> set[int]:
    """The line before something that is not there, so that its place can be seen."""
    return {max(0, min(place, len(lines)) - 1)} if lines else set()


def _shown(lines: list[str], places: set[int]) -> str:
    wanted = set(places)
    for place in places:
        depth = _depth(lines[place])
        for before in range(place - 1, -1, -1):
            if lines[before].strip() and _depth(lines[before]) < depth:
                wanted.add(before)
                depth = _depth(lines[before])
    return "\n".join(lines[place] for place in sorted(wanted)[:_MOST_LINES])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def retell() -> list[str]:
    """Write anew, at the top of every broken definition, what is told of it; gives the names of those that changed."""
    changed = []
    for path in sorted(BROKEN.glob("*.yaml")):
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            text = file.read()
        code, line = re.findall(r"^# expected: (\S+) on line (\d+)$", text, re.MULTILINE)[0]
        beside = re.findall(r"^# with: (.*)$", text, re.MULTILINE)
        files = [path, *(BROKEN / "sound" / name for name in ", ".join(beside).split(", ") if name)]
        told = _told(path, files, code, int(line))
        head, _, rest = text.partition("# told: ")
        new = f"{head}# told: {told}\n{rest.partition(chr(10))[2]}"
        if told and new != text:
            path.write_text(new, encoding="utf-8", errors="surrogateescape", newline="")
            changed.append(path.name)
    return changed


def _told(path: Path, files: list[Path], code: str, line: int) -> str:
    """What is told of the fault that is expected there; empty where there is none."""
    try:
        read_definitions(files, prover=Prover(BEGIN))
    except DefinitionError as error:
        found = [each for each in error.faults if (each.code, each.line, each.file) == (code, line, str(path))]
        return " ".join(f"{fault.sentence} {fault.mend}" for fault in found[:1])
    return ""


if __name__ == "__main__":
    sys.stdout.write("".join(f"Told anew: {name}\n" for name in retell()))
