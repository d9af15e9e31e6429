"""Other versions of the small pathway, and stories that move to them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from care_stories import Story, person
from deadline_worlds import DEADLINES

from pathways.care.decisions import migrate
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.migrations.fates import Fate, Passage, matters
from pathways.care.recording import Decision
from pathways.definition.models import Pathway

KEEPER = person(None)
"""Who keeps the pathway, and acts for no team."""


def version(pathway: Pathway = DEADLINES, **changes: Any) -> Pathway:
    """A later version of a pathway that differs in these keys, as a file would give them; None takes a key away."""
    plain = pathway.model_dump(mode="json", by_alias=True) | {"in_force_from": "2027-01-01"} | changes
    return Pathway.model_validate(plain)


def without(pathway: Pathway, section: str, *names: str) -> dict[str, Any]:
    """A section of a pathway without these names."""
    plain: Mapping[str, Any] = pathway.model_dump(mode="json", by_alias=True)[section]
    return {name: entry for name, entry in plain.items() if name not in names}


def renamed(pathway: Pathway, section: str, before: str, then: str) -> dict[str, Any]:
    """A section of a pathway in which one name is another."""
    plain: Mapping[str, Any] = pathway.model_dump(mode="json", by_alias=True)[section]
    return {then if name == before else name: entry for name, entry in plain.items()}


def passage(story: Story, to: Pathway, *let_go: str, **names: str) -> Passage:
    command = MigrateEpisode(actor=KEEPER, names=names, let_go=let_go)
    return Passage(replace(story.context, pathway=to, now=story.now), story.context.pathway, story.episode, command)


def fates(story: Story, to: Pathway, *let_go: str, **names: str) -> dict[str, Fate]:
    """The fate of each part of the episode by its name."""
    return {matter.name: matter.fate for matter in matters(passage(story, to, *let_go, **names))}


def moved(story: Story, to: Pathway, *let_go: str, **names: str) -> Decision:
    """Move the story to another version. Raises Refused."""
    decision = migrate(passage(story, to, *let_go, **names))
    story.context = replace(story.context, pathway=to, now=story.now)
    story.apply(decision)
    assert (story.episode.pathway, story.episode.version) == (to.pathway, to.in_force_from)
    return decision


LATER = date(2027, 1, 1)
