"""Values with something in every field: in each text of care a marker of its own."""

import types
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from enum import Enum
from itertools import count
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from pathways.care.actors import Actor, ActorKind
from pathways.care.texts_of_care import is_sealed
from pathways.definition.durations import Duration

MARKER = "Kaskelott"
"""In every text of care that is made here, and nowhere else."""

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
_NUMBERS = count(1)
_PLAIN: dict[Any, Any] = {
    int: 1,
    float: 1.5,
    bool: True,
    date: AT.date(),
    datetime: AT,
    time: time(8),
    Duration: "1 h",
}


def every(kind: Any) -> Iterator[Any]:
    """A filled value of each kind that a union allows; of any other kind, one."""
    if get_origin(kind) is Annotated:
        yield from every(get_args(kind)[0])
    elif get_origin(kind) in (Union, types.UnionType):
        for each in get_args(kind):
            if each is not type(None):
                yield from every(each)
    else:
        yield filled(kind)


def filled(kind: Any, model: type[BaseModel] | None = None, name: str = "", inside: tuple[Any, ...] = ()) -> Any:
    """A value of this kind; of a model, with a marker in each text of care. A model that holds itself does so once."""
    if kind is Actor:
        return Actor(kind=ActorKind.PERSON, team="t", name="Nn", via="command-line")
    if kind is str:
        return f"{MARKER} {next(_NUMBERS)}" if model and is_sealed(model, name) else "x"
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return filled(parts[0], model, name, inside)
    if origin is Literal:
        return parts[0]
    if origin in (Union, types.UnionType):
        wanted = [each for each in parts if each is not type(None)]
        is_again = len(wanted) < len(parts) and wanted[0] in inside
        return None if is_again else filled(wanted[0], model, name, inside)
    if parts:
        return _of_many(origin, parts, model, name, inside)
    if issubclass(kind, Enum):
        return next(iter(kind))
    fields = {key: filled(field.annotation, kind, key, (*inside, kind)) for key, field in kind.model_fields.items()}
    return kind.model_validate(fields)


def _of_many(origin: Any, parts: Any, model: Any, name: str, inside: tuple[Any, ...]) -> Any:
    if origin is tuple:
        wanted = parts[:1] if parts[-1] is Ellipsis else parts
        return tuple(filled(each, model, name, inside) for each in wanted)
    key = "k" if parts[0] is str else filled(parts[0])
    return {key: filled(parts[1], model, name, inside)}
