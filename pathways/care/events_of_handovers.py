"""What has happened to the handovers of an episode: one frozen model per event, in the past tense."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.episodes import Asked, Plan, Told
from pathways.care.states import HandoverStatus, MarkKind
from pathways.definition.frozen import Frozen
from pathways.definition.models import Side


class HandoverDrafted(Frozen):
    """A handover was planned; nobody has been asked yet."""

    type: Literal["handover-drafted"] = "handover-drafted"
    handover: str
    plan: Plan
    asked: tuple[Asked, ...] = ()


class SummaryAttached(Frozen):
    """The request took the summary as it was then."""

    type: Literal["summary-attached"] = "summary-attached"
    handover: str
    summary: Summary


class HandoverChanged(Frozen):
    """A handover went from one state to another."""

    type: Literal["handover-changed"] = "handover-changed"
    handover: str
    before: HandoverStatus
    after: HandoverStatus
    reason: str | None = None


class HandoverMarked(Frozen):
    """A mark was made beside the state. `receivers`: the teams that it has reached, where each has it for itself.

    `told`: the contact who got the request instead of the one it was sent to.
    """

    type: Literal["handover-marked"] = "handover-marked"
    handover: str
    mark: MarkKind
    receivers: tuple[str, ...] = ()
    told: Told | None = None


class ReadinessConfirmed(Frozen):
    """A side said that these readiness items are in place. `expires`: until when that holds, where it does not last."""

    type: Literal["readiness-confirmed"] = "readiness-confirmed"
    handover: str
    items: tuple[str, ...]
    evidence: str = ""
    checked_at: datetime | None = None
    expires: Mapping[str, datetime] = {}


class ReadinessWaived(Frozen):
    """A named person went ahead without these readiness items."""

    type: Literal["readiness-waived"] = "readiness-waived"
    handover: str
    items: tuple[str, ...]
    reason: str
    words: str


class ReadinessExpired(Frozen):
    """What was in place has to be looked at again."""

    type: Literal["readiness-expired"] = "readiness-expired"
    handover: str
    items: tuple[str, ...]


class ReadBackGiven(Frozen):
    """The receiver said in their own words what they have understood."""

    type: Literal["read-back-given"] = "read-back-given"
    handover: str
    severity: IllnessSeverity
    next_action: str
    contingency: str


class ReadBackCorrected(Frozen):
    """The sender said what in the latest read-back is not right."""

    type: Literal["read-back-corrected"] = "read-back-corrected"
    handover: str
    correction: str


class ReadBackConfirmed(Frozen):
    """The sender said that the latest read-back is right."""

    type: Literal["read-back-confirmed"] = "read-back-confirmed"
    handover: str


class ReadBackWaived(Frozen):
    """A named person went ahead without a confirmed read-back."""

    type: Literal["read-back-waived"] = "read-back-waived"
    handover: str
    reason: str
    words: str


class QuestionAsked(Frozen):
    """The receiver asked something. `answer_left_seconds`: what is left to answer the request, if that waits."""

    type: Literal["question-asked"] = "question-asked"
    handover: str
    text: str
    answer_left_seconds: float | None = None


class QuestionAnswered(Frozen):
    """The sender answered the question that waited."""

    type: Literal["question-answered"] = "question-answered"
    handover: str
    answer: str


class HandoverAddressed(Frozen):
    """The request of a receiver was told to a contact on duty. `passed_over`: contacts whose desk was closed.

    `rung`: that contact's place on the ladder as it was then, from 0.
    """

    type: Literal["handover-addressed"] = "handover-addressed"
    handover: str
    receiver: str
    rung: int
    team: str
    contact: str
    passed_over: tuple[str, ...] = ()


class HandoverEscalated(Frozen):
    """Nobody answered in time: the request climbed to a further contact on duty. `step` counts from 1."""

    type: Literal["handover-escalated"] = "handover-escalated"
    handover: str
    step: int
    receiver: str = ""
    rung: int = 0
    team: str = ""
    contact: str
    passed_over: tuple[str, ...] = ()


class PlaceHeld(Frozen):
    """A place at a unit is held for a handover."""

    type: Literal["place-held"] = "place-held"
    handover: str
    unit: str


class PlaceAwaited(Frozen):
    """A handover stands on a unit's waiting list; its wait counts from `since`. Those that are urgent go first."""

    type: Literal["place-awaited"] = "place-awaited"
    handover: str
    unit: str
    since: datetime
    is_urgent: bool = False


class PlaceReleased(Frozen):
    """A handover neither holds a place at a unit any longer nor waits for one there."""

    type: Literal["place-released"] = "place-released"
    handover: str
    unit: str


class ReceiverDeclined(Frozen):
    """One of several receivers that were asked said no. The others may still answer."""

    type: Literal["receiver-declined"] = "receiver-declined"
    handover: str
    team: str
    unit: str | None
    reason: str


class ReceiverChosen(Frozen):
    """One of several receivers that were asked took it. The others are no longer asked."""

    type: Literal["receiver-chosen"] = "receiver-chosen"
    handover: str
    team: str
    unit: str | None


class CancelAsked(Frozen):
    """The patient has departed, and the sender asks the receiver to agree to cancel."""

    type: Literal["cancel-asked"] = "cancel-asked"
    handover: str
    reason: str


class CancelRefused(Frozen):
    """The receiver did not agree to cancel: the handover goes on."""

    type: Literal["cancel-refused"] = "cancel-refused"
    handover: str


class ReturnCauseRecorded(Frozen):
    """A side said why the patient came back."""

    type: Literal["return-cause-recorded"] = "return-cause-recorded"
    handover: str
    side: Side
    cause: str


class HandoverSettled(Frozen):
    """Nobody took the handover, and the sender asks for no other now. `words`: why."""

    type: Literal["handover-settled"] = "handover-settled"
    handover: str
    words: str


class ResponsibilityPassed(Frozen):
    """Responsibility went from one team to another, and with it the patient's stay."""

    type: Literal["responsibility-passed"] = "responsibility-passed"
    handover: str
    role: str
    level: str
    unit: str | None
    from_team: str
    to_team: str


HandoverEvent = (
    HandoverDrafted
    | SummaryAttached
    | HandoverChanged
    | HandoverMarked
    | ReadinessConfirmed
    | ReadinessWaived
    | ReadinessExpired
    | ReadBackGiven
    | ReadBackCorrected
    | ReadBackConfirmed
    | ReadBackWaived
    | QuestionAsked
    | QuestionAnswered
    | HandoverAddressed
    | HandoverEscalated
    | PlaceHeld
    | PlaceAwaited
    | PlaceReleased
    | ReceiverDeclined
    | ReceiverChosen
    | CancelAsked
    | CancelRefused
    | ReturnCauseRecorded
    | HandoverSettled
    | ResponsibilityPassed
)
"""Everything that happens to a handover."""
