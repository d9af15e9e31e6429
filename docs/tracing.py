"""From an agreement to its pathway: a page for each, which ties every rule of the text to what carries it out.

`docs/agreements/NAME.toml` holds the rules in our own words, in the order of the text, and for each the key paths in
the definition (`moves/home-to-short-term/reasons`; in another file `jonkoping-demo:units/ryhov`). The pages are made
from that; a key path that leads nowhere is an error.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pathways.definition.documents import Document, document_of
from pathways.definition.faults import KeyPath

ROOT = Path(__file__).parents[1]
_RULES = ROOT / "docs/agreements"
_KEYS = {"rule", "where", "at", "how", "outside"}


class TraceError(Exception):
    """A rule that leads nowhere. `str(error)` says which, in one sentence."""


def trace_pages() -> dict[str, str]:
    """Every page: its path under docs, and its text. Raises TraceError."""
    return {f"agreements/{path.stem}.md": _page(path) for path in sorted(_RULES.glob("*.toml"))}


def _page(path: Path) -> str:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    own = path.stem
    parts = [
        f"# {told['title']}",
        f"**The text:** {told['source']}",
        told.get("about", ""),
        f"The pathway: [`{_file_of(own).name}`](../../{_file_of(own).relative_to(ROOT)}). "
        "Each rule of the text, in our words and in its order, and the lines that carry it out:",
        "\n\n".join(_rule(number, rule, own) for number, rule in enumerate(told["rule"], 1)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _rule(number: int, rule: Mapping[str, Any], own: str) -> str:
    name = f"{own}.toml, rule {number}"
    if unknown := set(rule) - _KEYS:
        raise TraceError(f"{name}: {', '.join(sorted(unknown))} means nothing here; the keys are {sorted(_KEYS)}.")
    if bool(rule.get("at")) == bool(rule.get("outside")):
        raise TraceError(f"{name}: say either `at` which lines carry it out, or why it is `outside`.")
    lines = [f"**{number}. {rule['rule']}** *({rule['where']})*"]
    if "outside" in rule:
        return "\n".join([*lines, f"Outside Handslag: {rule['outside']}"])
    return "\n".join([*lines, rule["how"], "", *(f"- {line}" for line in _places(rule["at"], own, name))])


def _places(paths: list[str], own: str, name: str) -> Iterator[str]:
    for written in paths:
        stem, _, keys = written.rpartition(":")
        file = _file_of(stem or own)
        line = _line(file, keys, name)
        text = file.read_text(encoding="utf-8").splitlines()[line - 1].strip()
        elsewhere = f" in {file.name}" if stem else ""
        yield f"[`{keys}`](../../{file.relative_to(ROOT)}#L{line}){elsewhere}: `{text}`"


def _line(file: Path, keys: str, name: str) -> int:
    document = _document(file)
    path: KeyPath = tuple(int(key) if key.isdigit() else key for key in keys.split("/"))
    spot = document.keys.get(path) or document.values.get(path)
    if spot is None:
        raise TraceError(f"{name}: {file.name} has nothing at {keys}.")
    return spot.line


def _file_of(stem: str) -> Path:
    for folder in ("catalogue", "networks"):
        found = sorted((ROOT / "pathways" / folder).glob(f"{stem}.yaml")) or sorted(
            (ROOT / "pathways" / folder).glob(f"{stem}.*.yaml")
        )
        if found:
            return found[-1]
    raise TraceError(f"There is no definition {stem}.")


@cache
def _document(file: Path) -> Document:
    return document_of(file.read_text(encoding="utf-8"), file.name)
