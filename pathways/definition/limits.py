"""Every limit of a pathway at once: for demonstrations, where days must pass in seconds."""

from collections.abc import Mapping
from typing import Any

from pathways.definition.durations import Duration, Unit
from pathways.definition.frozen import Frozen
from pathways.definition.models import DeclaredClock, Pathway


def with_limits_divided_by(pathway: Pathway, divisor: int) -> Pathway:
    """The same pathway with every limit `divisor` times shorter, in whole seconds, none below one second.

    Limits that fall on the same second are no longer ordered, and publishing refuses them: divide by less then.
    """
    return pathway.model_copy(update=_shortened_fields(pathway, divisor))


def _shortened_fields(model: Frozen, divisor: int) -> dict[str, Any]:
    return {name: _shortened(getattr(model, name), divisor) for name in type(model).model_fields}


def _shortened(value: Any, divisor: int) -> Any:
    if isinstance(value, Duration):
        return value.divided_by(divisor)
    if isinstance(value, DeclaredClock) and value.end_of_day is not None:
        whole_days = Duration(amount=value.end_of_day + 1, unit=Unit.DAY)
        value = value.model_copy(update={"end_of_day": None, "limit": whole_days})
    if isinstance(value, Frozen):
        return value.model_copy(update=_shortened_fields(value, divisor))
    if isinstance(value, Mapping):
        return {key: _shortened(each, divisor) for key, each in value.items()}
    return tuple(_shortened(each, divisor) for each in value) if isinstance(value, tuple) else value
