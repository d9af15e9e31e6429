"""The form of a pathway and of a network file as JSON Schema: with it, editors complete, explain and check.

A schema knows the form only: what it refuses, the loader refuses too. What the parts of a file say of each other it
cannot know; that is for `handslag check`.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from pathways.definition.durations import PLURAL_UNITS, Duration, Unit
from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.texts import LANGUAGES

KINDS: Mapping[str, type[Frozen]] = {"pathway": Pathway, "network": Network}
"""What a file can define, by its first key."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DAY = "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_TIME_OF_DAY = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_SAID: Mapping[str, str] = {
    "pathway": "The name of the pathway: lower-case words joined by hyphens.",
    "in_force_from": "The first day on which the pathway is in force. To change a published pathway, give a new date.",
    "languages": "The languages in which every text is written: sv, da, en.",
    "title": "What people read, in every language of the pathway.",
    "parties": "The organisations that have agreed.",
    "replaces": "The earlier agreements that this one replaces.",
    "roles": "Who takes part. A role becomes real teams in the network file.",
    "role": "One of the pathway's roles.",
    "responsible": "The role that is responsible at this level: exactly one.",
    "consulted": "Roles that are asked for advice at this level.",
    "begin_at": "The levels at which an episode may begin.",
    "draft_limit": "How long a handover may lie begun but not sent, before the sender is told.",
    "reasons": "Why a handover is asked for.",
    "rejections": "Why a receiver may say no. `no-place` is the one that leads on to a move's `if_no_place`.",
    "waivers": "Why somebody goes ahead without something that is asked for.",
    "side": "Which side sees to it: sender or receiver.",
    "from": "The levels at which the move may begin; of hours, the time at which they begin.",
    "to": "The level to which the move leads.",
    "urgencies": "How quickly it must go: the name of each urgency, with its limits.",
    "ready": "Readiness items that must be in place before the patient moves.",
    "informs": "Roles that are told when the handover is done.",
    "if_no_place": "The move that is offered when the receiver has no place.",
    "answer": "By when the receiver says yes or no, from the request.",
    "arrive": "By when the responsibility has passed, from the request.",
    "within": "Within what time, from the start.",
    "repeat": "How often a limit that has passed is told again.",
    "then": "The follow-ups that this end starts.",
    "levels": "The levels that it is about.",
    "limit": "How long it may take.",
    "starts": "What starts the clock; several are several entries.",
    "stops": "What stops the clock; several are several entries.",
    "any": "A list of conditions of which one is enough.",
    "all": "A list of conditions that must all be true.",
    "network": "The name of the network: lower-case words joined by hyphens.",
    "country": "ISO 3166 code of the country, for its holidays: SE, DK.",
    "time_zone": "A name of the IANA time zone database, such as Europe/Stockholm.",
    "pathways": "The pathways that this network carries out, by name.",
    "name": "What it is called.",
    "kind": "What it is.",
    "language": "The language in which the team is written to.",
    "team": "A team of the network.",
    "contact": "One of the team's contact points, by name.",
    "contacts": "Its contact points, in the order in which they are tried.",
    "places": "How many places it has; of a level: whether the patient stays at a unit that has places.",
    "level": "A level of the pathway.",
    "days": "Days of the week: mon, tue, wed, thu, fri, sat, sun.",
    "until": "The time at which the hours end. At or before `from` means on the next day.",
    "day": "The date that differs.",
}
"""What keys mean whose model does not say so."""


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file whose first key is `kind`: `pathway` or `network`."""
    model = KINDS[kind]
    schema = model.model_json_schema(by_alias=True)
    parts = schema.pop("$defs")
    parts["Duration"] = _limit()
    parts.pop("Unit", None)
    made = {"$schema": _DIALECT, "title": f"A {kind} file of Handslag", **_explained(schema, model)}
    found = _models_in(model)
    made["$defs"] = {
        name: _explained(part, found[name]) if name in found else _plain(part) for name, part in sorted(parts.items())
    }
    return made


def _limit() -> dict[str, Any]:
    units = "|".join(_amounts(unit) for unit in Unit)
    return {
        "type": "string",
        "description": "A whole number and a unit: s, min, h, day, week or month, such as 30 min or 3 days.",
        "pattern": rf"^\s*(?=[0-9]{{1,9}}[^0-9])0*({units})\s*$",
        "examples": ["30 min", "4 h", "1 day", "6 weeks", "6 months"],
    }


def _amounts(unit: Unit) -> str:
    return f"({_up_to(Duration.most_of(unit))}) ?{unit.value}{'s?' if unit in PLURAL_UNITS else ''}"


def _up_to(most: int) -> str:
    """A pattern for the whole numbers from 1 to `most`, without leading noughts."""
    digits = str(most)
    shorter = [f"[1-9][0-9]{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    begun = []
    for place, digit in enumerate(digits):
        least = 1 if place == 0 else 0
        if int(digit) > least:
            left = len(digits) - place - 1
            begun.append(f"{digits[:place]}[{least}-{int(digit) - 1}][0-9]{{{left}}}")
    return "|".join((*shorter, *begun, digits))


def _explained(part: dict[str, Any], model: type[Frozen]) -> dict[str, Any]:
    """The schema of one model, each key with what it means."""
    part = _plain(part)
    said = inspect.cleandoc(model.__doc__ or "")
    part["description"] = said
    for name, field in model.model_fields.items():
        key = field.alias or name
        part["properties"][key] = _described(part["properties"][key], _meaning(key, field, said))
    return part


def _described(value: dict[str, Any], words: str) -> dict[str, Any]:
    return {"description": words, **{name: each for name, each in value.items() if name != "description"}}


def _meaning(key: str, field: FieldInfo, said: str) -> str:
    """What a key means: what its model's words say of it, or what is said of that key, or of what it holds."""
    sentences = re.split(r"(?<=[.:])\s+(?=[A-Z`])", " ".join(said.split()))
    found = [sentence for sentence in sentences if f"`{key}`" in sentence]
    inner = [inspect.cleandoc(model.__doc__ or "").split("\n\n")[0] for model in _models_of(field.annotation)]
    return " ".join(found) or _SAID.get(key) or " ".join(inner[:1]) or said.split("\n\n")[0]


def _plain(value: Any) -> Any:
    """A schema without the titles that are made from names, and with dates, times and texts as a file writes them."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("format") == "date":
        return {"type": "string", "format": "date", "pattern": _DAY}
    if value.get("format") == "time":
        return {"type": "string", "pattern": _TIME_OF_DAY}
    made = {
        name: _each(each, _plain) if name in ("properties", "$defs") else _plain(each)
        for name, each in value.items()
        if not (name == "title" and isinstance(each, str))
    }
    if isinstance(value.get("default"), dict) and set(value["default"]) == {"amount", "unit"}:
        made["default"] = str(Duration(**value["default"]))
    if made == {"additionalProperties": {"type": "string"}, "type": "object"}:
        made["propertyNames"] = {"enum": list(LANGUAGES)}
    return made


def _each(parts: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: change(part) for name, part in parts.items()}


def _models_in(model: type[Frozen]) -> dict[str, type[Frozen]]:
    """Every model inside a model, by name."""
    found: dict[str, type[Frozen]] = {}
    waiting = [model]
    while waiting:
        each = waiting.pop()
        if each.__name__ not in found:
            found[each.__name__] = each
            waiting += [inner for field in each.model_fields.values() for inner in _models_of(field.annotation)]
    return found


def _models_of(annotation: Any) -> list[type[Frozen]]:
    if inspect.isclass(annotation) and get_origin(annotation) is None and issubclass(annotation, Frozen):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models_of(inner)]
