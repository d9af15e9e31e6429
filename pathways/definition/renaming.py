"""A pathway in which levels, moves or clocks are called otherwise: to compare what one agreement and the next say."""

from collections.abc import Mapping
from typing import Any

from pathways.definition.checks_of_references import references_in
from pathways.definition.models import Pathway
from pathways.errors import Refused

RENAMED = ("levels", "moves", "clocks")
"""The sections whose names may be mapped from one version to another."""


def with_names(pathway: Pathway, names: Mapping[str, str]) -> Pathway:
    """The same pathway with these levels, moves and clocks under other names, wherever they are named."""
    plain: dict[str, Any] = pathway.model_dump(mode="json", by_alias=True)
    for section, path, name, _uses, at_key in references_in(pathway):
        if section in RENAMED and name in names:
            holder: Any = plain
            for step in path[:-1]:
                holder = holder[step]
            if at_key:
                holder[names[name]] = holder.pop(name)
            else:
                holder[path[-1]] = names[name]
    for section in RENAMED:
        plain[section] = {names.get(name, name): entry for name, entry in plain[section].items()}
    return Pathway.model_validate(plain)


def unmapped(old: Pathway, new: Pathway, names: Mapping[str, str]) -> list[str]:
    """Names to map that mean nothing: the first is no level, move or clock of the old version, or the second none."""
    return [
        before
        for before, then in names.items()
        if not any(before in getattr(old, each) and then in getattr(new, each) for each in RENAMED)
    ]


def require_names(old: Pathway, new: Pathway, names: Mapping[str, str]) -> None:
    """Every name to map means something. Raises Refused."""
    if unmapped(old, new, names):
        raise Refused(
            "A name to map is no level, move or clock of {old} of {version}, or what it maps to is none of {new} of "
            "{later}.",
            "Levels: {levels}; they become one of: {others}.",
            old=old.pathway,
            version=old.version,
            new=new.pathway,
            later=new.version,
            levels=tuple(old.levels),
            others=tuple(new.levels),
        )
