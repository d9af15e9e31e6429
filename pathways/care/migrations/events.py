"""What has happened when an episode moved to another version."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from pathways.definition.frozen import Frozen


class RenamedHandover(Frozen):
    """How the open handover's move and levels are called from now on."""

    move: str
    from_level: str
    to_level: str


class EpisodeMigrated(Frozen):
    """The episode goes by another version of its pathway, or by another pathway, from now on.

    What was before stays as it was: responsible team, place, clocks and their limits. `level`: what the present level
    is called now. `handover`: the open one, which goes on, `renamed` if its move or levels are called otherwise.
    """

    type: Literal["episode-migrated"] = "episode-migrated"
    from_pathway: str
    from_version: date
    pathway: str
    version: date
    level: str
    care_team: Mapping[str, str]
    handover: str | None = Field(default=None)
    renamed: RenamedHandover | None = None
