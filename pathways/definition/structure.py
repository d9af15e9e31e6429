"""From plain values to a model: every key and value that does not fit becomes a fault that says what belongs there."""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pathways.definition.documents import Document, Value, short
from pathways.definition.durations import Duration
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.frozen import Frozen

Model = TypeVar("Model", bound=Frozen)

_STAND_INS: Mapping[Any, str] = {Duration: "1 h", date: "2000-01-01", time: "00:00"}
_EXAMPLES: Mapping[Any, str] = {
    Duration: "a limit, such as 2 h",
    date: "a date, such as 2026-01-31",
    time: 'a time of day, such as "07:30"',
}
_KINDS: Mapping[Any, tuple[str, str]] = {
    str: ("a text", "Write a text, in quotes where it looks like a number or like true or false."),
    bool: ("true or false", "Write true or false, without quotes."),
    int: ("a whole number", "Write a whole number, without quotes."),
    tuple: ("a list", "Write a list, such as [one, two]."),
    Mapping: ("a mapping", "Write keys with their values, such as {sv: Hemma, en: Home}."),
}


@dataclass(frozen=True)
class Fitted(Generic[Model]):
    """What fitting values to a model gave: the findings, and the model where one could be made.

    Where a limit, date or time was faulty, another stands in its place so that the rest can be checked:
    `stood_in` are the paths of those. A model with findings is for checking only.
    """

    model: Model | None
    findings: tuple[Finding, ...]
    stood_in: frozenset[KeyPath]


def fit(document: Document, kind: type[Model]) -> Fitted[Model]:
    """Fit a document's values to the model, and say of each value that does not fit what belongs there."""
    model, errors = _validated(document.value, kind)
    findings = [_finding(error, kind, document) for error in errors if not _is_told(error, document)]
    stood_in: set[KeyPath] = set()
    if model is None:
        value = copy.deepcopy(document.value)
        for error in sorted(errors, key=lambda each: _wrong_key(each, kind) is not None):  # what they hold goes last
            stood_in |= _mended(value, error, kind)
        model, _ = _validated(value, kind)
    return Fitted(model, tuple(dict.fromkeys(findings)), frozenset(stood_in))


def meant(word: str, choices: Sequence[str], otherwise: str = "") -> str:
    """The mend of a wrong word: the choice that is close to it, or else `otherwise`, or else all choices."""
    close = get_close_matches(word, choices, n=1)
    if close:
        return f"Did you mean `{close[0]}`?"
    return otherwise or f"Choose from: {', '.join(choices) or 'nothing; none is declared'}."


def _validated(value: Value, kind: type[Model]) -> tuple[Model | None, list[ErrorDetails]]:
    try:
        return kind.model_validate_json(json.dumps(value), strict=True, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, error.errors(include_url=False, include_context=False)


def _is_told(error: ErrorDetails, document: Document) -> bool:
    path = error["loc"]
    return path in document.doubtful or (error["type"] == "missing" and path[:-1] in document.doubtful)


def _wrong_key(error: ErrorDetails, kind: type[Model]) -> KeyPath | None:
    """The path of a key that is none of the few words that may stand there; None where the error is another."""
    path = error["loc"]
    if error["type"] != "enum" or path[-1] != "[key]" or get_origin(_target(kind, path[:-2])[1]) is not Mapping:
        return None
    return path[:-1]


def _finding(error: ErrorDetails, kind: type[Model], document: Document) -> Finding:
    wrong_key = _wrong_key(error, kind)
    if wrong_key is not None:
        choices, _ = get_args(_target(kind, wrong_key[:-1])[1])
        code, sentence, mend = _misfit(choices, str(wrong_key[-1]))
        return Finding(code, wrong_key, str(wrong_key[-1]), sentence, mend, at_key=True)
    path, belongs = _target(kind, error["loc"])
    name = str(path[-1]) if path else ""
    if error["type"] == "extra_forbidden":
        keys = _keys_of(_target(kind, path[:-1])[1])
        return Finding(
            code=Code.UNKNOWN_KEY,
            path=path,
            words=name,
            sentence=f"`{name}` means nothing here.",
            mend=meant(name, keys),
            at_key=True,
        )
    if error["type"] == "missing" and path == error["loc"]:
        sentence, mend = f"`{name}` is missing.", f"Add `{name}:` with {_example(belongs)}."
        return Finding(code=Code.MISSING_KEY, path=path[:-1], words=name, sentence=sentence, mend=mend, at_key=True)
    code, sentence, mend = _misfit(belongs, document.spot(path).words)
    return Finding(code=code, path=path, words=document.spot(path).words, sentence=sentence, mend=mend)


def _misfit(belongs: Any, words: str) -> tuple[Code, str, str]:
    """What is wrong with a value that is not what belongs in its place, and what to write."""
    said = f"`{short(words)}`" if words else "This"
    if belongs is Duration:
        mend = "Write a whole number and a unit (s, min, h, day, week, month), from 1 s to 10 years, such as 30 min."
        return Code.IMPOSSIBLE_DURATION, f"{said} is not a limit.", mend
    if belongs is date:
        mend = "Write year-month-day, such as 2026-01-31, of the years 1900 to 2199."
        return Code.WRONG_DATE, f"{said} is not a date.", mend
    if belongs is time:
        mend = 'Write hour:minute, such as "07:30"; midnight is "00:00".'
        return Code.WRONG_TIME, f"{said} is not a time of day.", mend
    if isinstance(belongs, type) and issubclass(belongs, StrEnum):
        return Code.WRONG_CHOICE, f"{said} is not a choice here.", meant(words, [choice.value for choice in belongs])
    expected, mend = _kind_of(belongs)
    return Code.WRONG_TYPE, f"{said} is not {expected}.", mend


def _example(belongs: Any) -> str:
    if belongs in _EXAMPLES:
        return _EXAMPLES[belongs]
    if isinstance(belongs, type) and issubclass(belongs, StrEnum):
        return f"one of {', '.join(belongs)}"
    return _kind_of(belongs)[0]


def _kind_of(belongs: Any) -> tuple[str, str]:
    if isinstance(belongs, type) and issubclass(belongs, BaseModel):
        return "a mapping", f"Write keys with their values: {', '.join(_keys_of(belongs))}."
    return _KINDS[get_origin(belongs) or belongs]


def _target(kind: Any, path: Sequence[str | int]) -> tuple[KeyPath, Any]:
    """The path, and the type that belongs at its end."""
    for step in path:
        kind = _inside(kind, step)
    return tuple(path), kind


def _inside(kind: Any, step: str | int) -> Any:
    """The type that belongs at one step below `kind`, without `Annotated` and `| None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        found = fields.get(str(step))
        return _bare(found.annotation) if found else None
    return _bare(get_args(kind)[-1 if get_origin(kind) is Mapping else 0])


def _bare(kind: Any) -> Any:
    return _bare(get_args(kind)[0]) if get_origin(kind) in (Annotated, Union, UnionType) else kind


def _keys_of(kind: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]


def _mended(value: Any, error: ErrorDetails, kind: type[Model]) -> set[KeyPath]:
    """Take out a key that does not belong, or put a stand-in for a faulty limit, date or time. The paths of these."""
    wrong_key = _wrong_key(error, kind)
    path, belongs = (wrong_key, None) if wrong_key is not None else _target(kind, error["loc"])
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    if error["type"] == "extra_forbidden" or wrong_key is not None:
        del holder[path[-1]]
        return set()
    if belongs not in _STAND_INS:
        return set()
    holder[path[-1]] = _STAND_INS[belongs]
    return {path}
