"""Tables that say something of every member of an enum: a gap is an error when the module of the table is imported."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

Member = TypeVar("Member", bound=Enum)
Value = TypeVar("Value")


def complete(members: type[Member], table: Mapping[Member, Value]) -> Mapping[Member, Value]:
    """The table, if it has an entry for every member. Raises TypeError, with the names of those that it lacks."""
    missing = [member.name for member in members if member not in table]
    if missing:
        raise TypeError(f"no rule for {', '.join(missing)} of {members.__name__}")
    return table
