"""Every date of a pathway at once, some years later: for demonstrations of what has had its time."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from typing import Any

from dateutil.relativedelta import relativedelta

from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway


def years_until_in_force(versions: Iterable[Pathway], today: date) -> int:
    """By how many whole years the versions of one pathway must be moved for the last of them to hold `today`, or on.

    0 where it holds still, or has yet to begin.
    """
    last = max(versions, key=lambda version: version.in_force_from)
    until = last.in_force_until
    if until is None:
        return 0
    return next(years for years in count() if until + relativedelta(years=years) >= today)


def with_dates_moved(pathway: Pathway, years: int) -> Pathway:
    """The same pathway with every date so many years later; 29 February becomes the 28th where there is none.

    It says nothing about the real dates: do not publish the result, only show it.
    """
    return pathway.model_copy(update=_moved_fields(pathway, relativedelta(years=years)))


def _moved_fields(model: Frozen, by: relativedelta) -> dict[str, Any]:
    return {name: _moved(getattr(model, name), by) for name in type(model).model_fields}


def _moved(value: Any, by: relativedelta) -> Any:
    if isinstance(value, date):
        return value + by
    if isinstance(value, Frozen):
        return value.model_copy(update=_moved_fields(value, by))
    if isinstance(value, Mapping):
        return {key: _moved(each, by) for key, each in value.items()}
    return tuple(_moved(each, by) for each in value) if isinstance(value, tuple) else value
