"""The states of a handover and of an episode, and the table of who may cause which step. Data only.

Codes are those of FHIR: Task.status for a handover, EpisodeOfCare.status for an episode.
"""

from enum import StrEnum

from pathways.definition.frozen import Frozen


class EpisodeStatus(StrEnum):
    """States of an episode of care (hl7.org/fhir, EpisodeOfCare.status)."""

    WAITLIST = "waitlist"
    ACTIVE = "active"
    ON_HOLD = "onhold"
    FINISHED = "finished"


class HandoverStatus(StrEnum):
    """States of a handover (hl7.org/fhir, Task.status)."""

    DRAFT = "draft"
    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    READY = "ready"
    ON_HOLD = "on-hold"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ENTERED_IN_ERROR = "entered-in-error"


TERMINAL = frozenset(
    {
        HandoverStatus.REJECTED,
        HandoverStatus.COMPLETED,
        HandoverStatus.CANCELLED,
        HandoverStatus.FAILED,
        HandoverStatus.ENTERED_IN_ERROR,
    }
)
"""States that a handover never leaves. A new handover replaces it instead."""


class PatientChange(StrEnum):
    """What can happen to the record of who an episode is about."""

    IDENTIFIED = "identified"
    NUMBER_ADDED = "number-added"
    MERGE_ASKED = "merge-asked"
    MERGED = "merged"
    PROTECTED = "protected"
    LIFTING_ASKED = "lifting-asked"
    UNPROTECTED = "unprotected"
    RELATIVE_ADDED = "relative-added"
    RELATIVE_REMOVED = "relative-removed"


UNANSWERED = frozenset({HandoverStatus.REQUESTED, HandoverStatus.RECEIVED})
"""States of a request that waits for an answer."""


class Party(StrEnum):
    """Who causes a step of a handover."""

    SENDER = "sender"
    RECEIVER = "receiver"
    SYSTEM = "system"


class Action(StrEnum):
    """What may be done to a handover."""

    REQUEST = "request"
    DELIVER = "deliver"
    SEE = "see"
    ACCEPT = "accept"
    REJECT = "reject"
    CONFIRM = "confirm"
    WAIVE = "waive"
    READ_BACK = "read-back"
    CORRECT = "correct"
    CONFIRM_READ_BACK = "confirm-read-back"
    ASK = "ask"
    REPLY = "reply"
    HOLD = "hold"
    RESUME = "resume"
    DEPART = "depart"
    ARRIVE = "arrive"
    CANCEL = "cancel"
    AGREE_TO_CANCEL = "agree-to-cancel"
    REFUSE_TO_CANCEL = "refuse-to-cancel"
    FAIL = "fail"
    ENTER_IN_ERROR = "enter-in-error"
    WITHDRAW = "withdraw"


class MarkKind(StrEnum):
    """Marks beside the state. Delivered is a machine's, seen a person's; only accepted is a promise."""

    DELIVERED = "delivered"
    SEEN = "seen"
    ACCEPTED = "accepted"
    READ_BACK = "read-back"
    DEPARTED = "departed"
    ARRIVED = "arrived"


class Step(Frozen):
    """One permitted step: the states that it may lead to, the parties that may cause it, the mark that it leaves."""

    to: tuple[HandoverStatus, ...]
    by: frozenset[Party]
    mark: MarkKind | None = None


_S, _R, _SYS = Party.SENDER, Party.RECEIVER, Party.SYSTEM
_H = HandoverStatus

_ANSWERS = {
    Action.ACCEPT: Step(to=(_H.ACCEPTED, _H.READY), by=frozenset({_R}), mark=MarkKind.ACCEPTED),
    Action.REJECT: Step(to=(_H.REJECTED,), by=frozenset({_R})),
}
_WITHDRAW = {Action.WITHDRAW: Step(to=(_H.CANCELLED,), by=frozenset({_SYS}))}
_TAKE_BACK = {
    Action.CANCEL: Step(to=(_H.CANCELLED,), by=frozenset({_S})),
    Action.ENTER_IN_ERROR: Step(to=(_H.ENTERED_IN_ERROR,), by=frozenset({_S})),
    **_WITHDRAW,
}
_FAIL = {Action.FAIL: Step(to=(_H.FAILED,), by=frozenset({_S, _R}))}


def _mark_only(status: HandoverStatus, mark: MarkKind, by: Party) -> Step:
    return Step(to=(status,), by=frozenset({by}), mark=mark)


def _delivered(status: HandoverStatus) -> dict[Action, Step]:
    return {Action.DELIVER: _mark_only(status, MarkKind.DELIVERED, _SYS)}


def _stays(status: HandoverStatus, *by: Party) -> Step:
    return Step(to=(status,), by=frozenset(by))


def _question(status: HandoverStatus) -> dict[Action, Step]:
    return {Action.ASK: _stays(status, _R), Action.REPLY: _stays(status, _S)}


def _read_back(status: HandoverStatus) -> dict[Action, Step]:
    return {
        Action.READ_BACK: _stays(status, _R),
        Action.CORRECT: _stays(status, _S),
        Action.CONFIRM_READ_BACK: _mark_only(status, MarkKind.READ_BACK, _S),
        **_question(status),
    }


_ARRIVE = {Action.ARRIVE: Step(to=(_H.COMPLETED,), by=frozenset({_R}), mark=MarkKind.ARRIVED)}

STEPS: dict[HandoverStatus, dict[Action, Step]] = {
    _H.DRAFT: {Action.REQUEST: Step(to=(_H.REQUESTED,), by=frozenset({_S})), **_TAKE_BACK},
    _H.REQUESTED: {
        **_delivered(_H.REQUESTED),
        Action.SEE: Step(to=(_H.RECEIVED,), by=frozenset({_R}), mark=MarkKind.SEEN),
        **_question(_H.REQUESTED),
        **_ANSWERS,
        **_TAKE_BACK,
    },
    _H.RECEIVED: {
        **_delivered(_H.RECEIVED),
        Action.SEE: _mark_only(_H.RECEIVED, MarkKind.SEEN, Party.RECEIVER),
        **_question(_H.RECEIVED),
        **_ANSWERS,
        **_TAKE_BACK,
    },
    _H.ACCEPTED: {
        **_delivered(_H.ACCEPTED),
        **_read_back(_H.ACCEPTED),
        Action.CONFIRM: Step(to=(_H.ACCEPTED, _H.READY), by=frozenset({_S, _R})),
        Action.WAIVE: Step(to=(_H.ACCEPTED, _H.READY), by=frozenset({_S, _R})),
        Action.HOLD: Step(to=(_H.ON_HOLD,), by=frozenset({_S, _R})),
        **_FAIL,
        **_TAKE_BACK,
    },
    _H.READY: {
        **_delivered(_H.READY),
        **_read_back(_H.READY),
        Action.CONFIRM: _stays(_H.READY, _S, _R),
        Action.WAIVE: _stays(_H.READY, _S, _R),
        Action.HOLD: Step(to=(_H.ON_HOLD,), by=frozenset({_S, _R})),
        Action.DEPART: Step(to=(_H.IN_PROGRESS,), by=frozenset({_S}), mark=MarkKind.DEPARTED),
        **_ARRIVE,
        **_FAIL,
        **_TAKE_BACK,
    },
    _H.ON_HOLD: {
        **_delivered(_H.ON_HOLD),
        **_read_back(_H.ON_HOLD),
        Action.RESUME: Step(to=(_H.ACCEPTED, _H.READY), by=frozenset({_S, _R})),
        **_FAIL,
        **_TAKE_BACK,
    },
    _H.IN_PROGRESS: {
        **_delivered(_H.IN_PROGRESS),
        **_read_back(_H.IN_PROGRESS),
        Action.WAIVE: _stays(_H.IN_PROGRESS, _S, _R),
        Action.CANCEL: Step(to=(_H.IN_PROGRESS,), by=frozenset({_S})),
        Action.AGREE_TO_CANCEL: Step(to=(_H.CANCELLED,), by=frozenset({_R})),
        Action.REFUSE_TO_CANCEL: Step(to=(_H.IN_PROGRESS,), by=frozenset({_R})),
        **_ARRIVE,
        **_FAIL,
        **_WITHDRAW,
    },
}
"""The state × action table. A state without a row is terminal; an action without an entry is refused.

`ready × arrive` holds only for a move on which the patient does not travel, `ready × depart` only for one that does.
`in-progress × cancel` only asks; then the receiver agrees or refuses.
"""
