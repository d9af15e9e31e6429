"""What the two sides of a handover tell each other: the summary, the read-back and its corrections, questions."""

from datetime import datetime
from enum import StrEnum

from pathways.care.actors import Actor
from pathways.definition.frozen import Frozen
from pathways.definition.models import SummaryField


class IllnessSeverity(StrEnum):
    """How ill the patient is, in the words of I-PASS."""

    STABLE = "stable"
    WATCHER = "watcher"
    UNSTABLE = "unstable"


class ActionItem(Frozen):
    """Something that is to be done: what, by whom, and when, as a person writes it."""

    what: str
    who: str
    when: str


class Summary(Frozen):
    """A structured summary: the parts of SBAR, with severity, actions and contingency as in I-PASS."""

    illness_severity: IllnessSeverity | None = None
    situation: str = ""
    background: str = ""
    assessment: str = ""
    recommendation: str = ""
    actions: tuple[ActionItem, ...] = ()
    contingency: str = ""

    def missing(self, wanted: tuple[SummaryField, ...]) -> tuple[SummaryField, ...]:
        """Those of the wanted parts that say nothing."""
        return tuple(field for field in wanted if not _says_something(getattr(self, field.replace("-", "_"))))


def _says_something(part: object) -> bool:
    return bool(part.strip() if isinstance(part, str) else part)


class WrittenSummary(Frozen):
    """The latest summary of an episode, with who wrote it and when."""

    summary: Summary
    at: datetime
    actor: Actor


class ReadBack(Frozen):
    """The receiver's own words, and what the sender said to them: confirmed, or a correction, or nothing yet."""

    severity: IllnessSeverity
    next_action: str
    contingency: str
    given_at: datetime
    given_by: Actor
    correction: str | None = None
    is_confirmed: bool = False
    reviewed_at: datetime | None = None

    @property
    def awaits_review(self) -> bool:
        """Whether the sender has not said anything to it yet."""
        return self.reviewed_at is None


class Question(Frozen):
    """A question of the receiver to the sender, and its answer."""

    text: str
    asked_at: datetime
    asked_by: Actor
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: Actor | None = None
