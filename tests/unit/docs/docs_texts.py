"""The texts of the documentation, taken apart for the tests: pages, code blocks, links, commands and variables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_SAVED = re.compile(r"Save this as `(?P<path>[^`]+)`:\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_INLINE = re.compile(r"`(?P<text>[^`]+)`")
_VARIABLE = re.compile(r"\bHANDSLAG_[A-Z_]+")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: what stands after the fence, such as `sh elsewhere`, and its text without indentation."""

    info: str
    text: str


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in their order."""
    return [
        Block(found["info"].strip(), found["text"].replace("\n" + found["indent"], "\n"))
        for found in _FENCE.finditer(text)
    ]


def saved_files(text: str) -> dict[str, str]:
    """The files that a page tells its reader to save, by path."""
    return {found["path"]: found["text"] for found in _SAVED.finditer(text)}


def relative_links(text: str) -> Iterator[str]:
    """The links of a page that lead to a file or a heading of this project."""
    for found in _LINK.finditer(_without_blocks(text)):
        if not re.match(r"[a-z]+:", found["target"]):
            yield found["target"]


def anchors(path: Path) -> set[str]:
    """The names under which parts of a file can be linked to: a page's headings, the lines of any other file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".md":
        return {f"L{number}" for number, _line in enumerate(text.splitlines(), 1)}
    headings = (found["text"] for found in _HEADING.finditer(_without_blocks(text)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(text: str) -> Iterator[str]:
    """Every command line `handslag …` of a page, in shell blocks and between backticks."""
    for block in blocks(text):
        if block.info.startswith("sh"):
            yield from (part for line in shell_lines(block.text) for part in _handslag_in(line))
    for found in _INLINE.finditer(_without_blocks(text)):
        yield from _handslag_in(found["text"])


def shell_lines(text: str) -> list[str]:
    """The lines of a shell block, continued ones joined, without comments and empty ones."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def variables(text: str) -> set[str]:
    """Every environment variable of Handslag that a page names."""
    return set(_VARIABLE.findall(text))


def _handslag_in(line: str) -> Iterator[str]:
    found = re.search(r"""(?:^|[$(/ ])handslag ([a-z-]+\b(?:"[^"]*"|'[^']*'|[^|>)"'])*)""", line)
    if found and not re.search(r"(createdb|createuser|pg_dump|chown)", line):
        yield found[1].strip()


def _without_blocks(text: str) -> str:
    return _FENCE.sub("", text)
