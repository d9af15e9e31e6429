"""What has happened about an episode and its meetings. `pathways.care.events` joins them with all others."""

from typing import Literal

from pathways.definition.frozen import Frozen


class MatterRaised(Frozen):
    """A team put the episode on the list of a meeting."""

    type: Literal["matter-raised"] = "matter-raised"
    meeting: str


class MatterDecided(Frozen):
    """A meeting decided on the episode, in one of the ways that the pathway names."""

    type: Literal["matter-decided"] = "matter-decided"
    meeting: str
    decision: str


MeetingEvent = MatterRaised | MatterDecided
