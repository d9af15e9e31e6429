"""What is new to whoever looks at a page of an episode: which events of others, and which parts of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from desk import terms
from desk.histories import is_of, shown
from pathways.access.looks import Look
from pathways.access.users import Viewer
from pathways.care.actors import ActorKind
from pathways.care.continuity.events import FixedContactLost, FixedContactNamed
from pathways.care.events import FactRecorded, MilestoneRecorded, Recorded, SummaryWritten
from pathways.care.events_of_handovers import (
    HandoverChanged,
    HandoverMarked,
    QuestionAnswered,
    QuestionAsked,
    ReadBackConfirmed,
    ReadBackCorrected,
    ReadBackGiven,
    SummaryAttached,
)
from pathways.operations.views import EpisodeView

KINDS = tuple(terms.EVENTS)
"""The kinds of events of which somebody reads: no others are news."""

_SAID = (QuestionAsked, QuestionAnswered, ReadBackGiven, ReadBackCorrected, ReadBackConfirmed)


@dataclass(frozen=True)
class News:
    """What others did since the viewer's last visit, which ended at `since` (UTC).

    `numbers`: of the events; the latest that the page shows first stand at the top. `parts`: what has changed, such as
    `fact/kit`, `order/1`, or of a handover `state`, `said`, `summary`, `mark/seen` and `item/` with its name.
    """

    since: datetime | None
    numbers: frozenset[int]
    parts: frozenset[str]

    @property
    def count(self) -> int:
        """How many things are new."""
        return len(self.numbers)


def news_of(view: EpisodeView, viewer: Viewer, look: Look | None, handover: str | None = None) -> News:
    """What is new on the page of an episode, or of one handover. `look`: None where the viewer never looked."""
    if look is None:
        return News(None, frozenset(), frozenset())
    others = [each for each in view.history[look.new_after :] if not _is_own(each, viewer) and is_of(each, handover)]
    told = {each.number for each in shown(view, handover)}
    parts = frozenset(part for each in others for part in _parts(each))
    return News(look.new_since, frozenset(each.number for each in others if each.number in told), parts)


def _is_own(recorded: Recorded, viewer: Viewer) -> bool:
    """Whether it was the viewer who did it: a colleague of the same team is somebody else."""
    actor, own = recorded.actor, viewer.actor
    return actor.kind is ActorKind.PERSON and (actor.name, actor.team) == (own.name, own.team)


def _parts(recorded: Recorded) -> Iterator[str]:
    event = recorded.event
    for of in ("handover", "grant", "order"):
        if (named := getattr(event, of, None)) is not None:
            yield f"{of}/{named}"
    yield from (f"item/{item}" for item in getattr(event, "items", ()))
    match event:
        case FactRecorded(fact=fact):
            yield f"fact/{fact.slot}"
        case MilestoneRecorded():
            yield "milestones"
        case FixedContactNamed() | FixedContactLost():
            yield "contact"
        case SummaryWritten() | SummaryAttached():
            yield "summary"
        case HandoverChanged():
            yield "state"
        case HandoverMarked(mark=mark):
            yield f"mark/{mark}"
        case _ if isinstance(event, _SAID):
            yield "said"
