"""Definitions that ask for nothing to be written, for tests of what happens besides: no summary, no read-back."""

from pathways.definition.models import Pathway


def undemanding(pathway: Pathway) -> Pathway:
    """The same pathway where a request needs no summary, and nobody reads back."""
    silent = {"summary": (), "read_back": False, "waive_read_back": None}
    urgencies = {name: rules.model_copy(update=silent) for name, rules in pathway.urgencies.items()}
    return pathway.model_copy(update={"urgencies": urgencies})
