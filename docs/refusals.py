"""Finds the words of refusals in the code: what is said of what was refused or failed, and what is put into it.

They stand where they are raised, as plain English with named places: `Refused("No place is free at {unit}.", …)`.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).parents[1]
ROOMS = ("pathways/**/*.py", "desk/**/*.py")
"""Where words are raised that a page may show. What `handslag` raises is only read on a command line, in English."""

_PUT_TOGETHER = "its words are put together: name places in them, and give values for those"
_NOT_MARKED = "what stands there, or is put in, holds words that are not marked: make them Phrase(…)"

_SPOKEN = {"Phrase": 1, "Refused": 2, "NotFound": 2, "Stale": 2, "Failed": 2, "TooOften": 2}
"""What says something, and how many of its first arguments are words."""


@dataclass(frozen=True)
class Said:
    """What one place in the code says: `where` (file:line), the English, the places filled, and what is wrong."""

    where: str
    templates: tuple[str, ...]
    values: frozenset[str]
    faults: tuple[str, ...]


def said(root: Path = ROOT) -> Iterator[Said]:
    """All that is said in the code under these rooms, in its order."""
    for room in ROOMS:
        for file in sorted(root.glob(room)):
            yield from said_in(file.read_text(encoding="utf-8"), str(file.relative_to(root)))


def said_in(code: str, name: str) -> Iterator[Said]:
    """All that is said in the code of one file."""
    tree = ast.parse(code)
    assigned: dict[str, list[ast.expr]] = {}
    for each in ast.walk(tree):
        if isinstance(each, ast.Assign):
            for target in each.targets:
                assigned.setdefault(ast.unparse(target), []).append(each.value)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _SPOKEN:
            yield _said(call, call.func.id, f"{name}:{call.lineno}", assigned)


def places(template: str) -> frozenset[str]:
    """The names of the places in a template."""
    return frozenset(name for _text, name, _form, _conversion in Formatter().parse(template) if name is not None)


def _said(call: ast.Call, kind: str, where: str, assigned: Mapping[str, Sequence[ast.expr]]) -> Said:
    words = [leaf for each in call.args[: _SPOKEN[kind]] for leaf in _leaves(each)]
    templates = tuple(each.value for each in words if isinstance(each, ast.Constant) and isinstance(each.value, str))
    given = {each.arg: each.value for each in call.keywords if each.arg and each.arg != "command"}
    wanted: frozenset[str] = frozenset().union(*map(places, templates))
    faults = [_PUT_TOGETHER for each in words if _is_put_together(each)]
    named = (value for each in words for value in assigned.get(ast.unparse(each), ()))
    faults += [_NOT_MARKED for value in named for leaf in _leaves(value) if _holds_words(leaf)]
    for each in given.values():
        known = (each, *assigned.get(ast.unparse(each), ()))
        faults += [_NOT_MARKED for value in known for leaf in _leaves(value) if _holds_words(leaf)]
    faults += [f"nothing is put into {{{name}}}" for name in sorted(wanted - set(given))]
    if len(templates) == len(words):
        faults += [f"{{{name}}} stands nowhere" for name in sorted(set(given) - wanted)]
    return Said(where, templates, frozenset(given), tuple(faults))


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.IfExp():
            yield from _leaves(node.body)
            yield from _leaves(node.orelse)
        case ast.BoolOp():
            for each in node.values:
                yield from _leaves(each)
        case _:
            yield node


def _is_put_together(words: ast.expr) -> bool:
    """Whether words were made of parts, so that no translation of them is found."""
    by_a_method = isinstance(words, ast.Call) and isinstance(words.func, ast.Attribute)
    return isinstance(words, ast.JoinedStr | ast.BinOp) or by_a_method


def _holds_words(value: ast.expr) -> bool:
    """Whether what is put in holds letters of its own, which are words that nobody marked."""
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    texts = [each.value for each in parts if isinstance(each, ast.Constant)]
    return any(letter.isalpha() for text in texts if isinstance(text, str) for letter in text)
