"""A pathway in which levels, moves or clocks are called otherwise: to compare what one agreement and the next say."""

from collections.abc import Mapping
from typing import Any

from pathways.definition.checks_of_references import references_in
from pathways.definition.models import Pathway

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
