"""What is known of an episode and a meeting, and a matter on its list."""

from datetime import datetime

from pathways.definition.frozen import Frozen
from pathways.definition.meetings import Ground


class AtMeeting(Frozen):
    """How an episode stands to a meeting: when a team raised it, and what was decided there the last time, and when."""

    raised_at: datetime | None = None
    decided_at: datetime | None = None
    decision: str | None = None


class Matter(Frozen):
    """Why an episode stands on the list of a meeting: the ground, what it is about, and since when (UTC)."""

    ground: Ground
    subject: str
    at: datetime
