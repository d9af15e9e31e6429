"""What may happen to a handover, written by hand from what the words mean (design, domain 3, 5), not from the code.

Home-north hands over to ward-east, where the patient travels, or to experts, where nobody does. A row says who may do
it, the state it leads to, the mark it leaves and who is told what. What has no row is refused.
"""

from dataclasses import dataclass, field

from pathways.care.notice_kinds import NoticeKind
from pathways.care.states import Action, HandoverStatus, MarkKind

SENDER, RECEIVER, STRANGER, SYSTEM, CLOCK = "sender", "receiver", "stranger", "system", "clock"
PARTIES = (SENDER, RECEIVER, STRANGER, SYSTEM, CLOCK)
OTHER = "other"
SERVING = "serving"
"""Those whose service pauses at the level that the patient comes to."""

INFORMED = "informed"
"""Those whom the move informs: told when the handover is done, since then the patient is elsewhere."""


@dataclass(frozen=True)
class Row:
    """What is meant to happen. `told` gives notices by recipient: a party, `other` (than who did it) or `informed`."""

    by: frozenset[str]
    to: HandoverStatus
    mark: MarkKind | None = None
    told: dict[str, NoticeKind] = field(default_factory=dict)


_S, _R = frozenset({SENDER}), frozenset({RECEIVER})
_BOTH = _S | _R
_MACHINE = frozenset({SYSTEM, CLOCK})

_s, _a, _n = HandoverStatus, Action, NoticeKind


def _stays(status: HandoverStatus, by: frozenset[str], mark: MarkKind) -> Row:
    return Row(by, status, mark)


def _said(status: HandoverStatus) -> dict[tuple[HandoverStatus, Action], Row]:
    """The receiver asks, the sender answers: both are told at once, and nothing else changes."""
    return {
        (status, _a.ASK): Row(_R, status, None, {SENDER: _n.QUESTION_ASKED}),
        (status, _a.REPLY): Row(_S, status, None, {RECEIVER: _n.QUESTION_ANSWERED}),
    }


def _read_back(status: HandoverStatus) -> dict[tuple[HandoverStatus, Action], Row]:
    """Once it is accepted the receiver reads back; the sender corrects or confirms. Also on hold and on the way."""
    return {
        (status, _a.READ_BACK): Row(_R, status, None, {SENDER: _n.READ_BACK_GIVEN}),
        (status, _a.CORRECT): Row(_S, status, None, {RECEIVER: _n.READ_BACK_CORRECTED}),
        (status, _a.CONFIRM_READ_BACK): Row(_S, status, MarkKind.READ_BACK, {RECEIVER: _n.READ_BACK_CONFIRMED}),
        **_said(status),
    }


def _waive(status: HandoverStatus) -> dict[tuple[HandoverStatus, Action], Row]:
    return {(status, _a.WAIVE): Row(_BOTH, status, None, {OTHER: _n.WAIVED})}


_ACCEPT = Row(_R, _s.ACCEPTED, MarkKind.ACCEPTED, {SENDER: _n.ACCEPTED})
_REJECT = Row(_R, _s.REJECTED, None, {SENDER: _n.REJECTED})
_CANCEL = Row(_S, _s.CANCELLED, None, {RECEIVER: _n.CANCELLED})
_ERROR = Row(_S, _s.ENTERED_IN_ERROR, None, {RECEIVER: _n.CANCELLED})
_FAIL = Row(_BOTH, _s.FAILED, None, {OTHER: _n.FAILED})
_HOLD = Row(_BOTH, _s.ON_HOLD, None, {OTHER: _n.HELD})
_ARRIVE = Row(
    _R, _s.COMPLETED, MarkKind.ARRIVED, {SENDER: _n.COMPLETED, INFORMED: _n.COMPLETED, SERVING: _n.SERVICES_PAUSED}
)

TRAVELLING: dict[tuple[HandoverStatus, Action], Row] = {
    (_s.DRAFT, _a.REQUEST): Row(_S, _s.REQUESTED, None, {RECEIVER: _n.REQUESTED}),
    (_s.DRAFT, _a.CANCEL): Row(_S, _s.CANCELLED),  # the receiver never knew
    (_s.DRAFT, _a.ENTER_IN_ERROR): Row(_S, _s.ENTERED_IN_ERROR),
    #
    (_s.REQUESTED, _a.DELIVER): _stays(_s.REQUESTED, _MACHINE, MarkKind.DELIVERED),
    (_s.REQUESTED, _a.SEE): Row(_R, _s.RECEIVED, MarkKind.SEEN),  # seen promises nothing: nobody is told
    **_said(_s.REQUESTED),
    (_s.REQUESTED, _a.ACCEPT): _ACCEPT,
    (_s.REQUESTED, _a.REJECT): _REJECT,
    (_s.REQUESTED, _a.CANCEL): _CANCEL,
    (_s.REQUESTED, _a.ENTER_IN_ERROR): _ERROR,
    #
    (_s.RECEIVED, _a.DELIVER): _stays(_s.RECEIVED, _MACHINE, MarkKind.DELIVERED),
    **_said(_s.RECEIVED),
    (_s.RECEIVED, _a.ACCEPT): _ACCEPT,
    (_s.RECEIVED, _a.REJECT): _REJECT,
    (_s.RECEIVED, _a.CANCEL): _CANCEL,
    (_s.RECEIVED, _a.ENTER_IN_ERROR): _ERROR,
    #
    (_s.ACCEPTED, _a.DELIVER): _stays(_s.ACCEPTED, _MACHINE, MarkKind.DELIVERED),
    **_read_back(_s.ACCEPTED),
    **_waive(_s.ACCEPTED),
    (_s.ACCEPTED, _a.CONFIRM): Row(_BOTH, _s.ACCEPTED),  # the other side's items are still missing
    (_s.ACCEPTED, _a.HOLD): _HOLD,
    (_s.ACCEPTED, _a.FAIL): _FAIL,
    (_s.ACCEPTED, _a.CANCEL): _CANCEL,
    (_s.ACCEPTED, _a.ENTER_IN_ERROR): _ERROR,
    #
    (_s.READY, _a.DELIVER): _stays(_s.READY, _MACHINE, MarkKind.DELIVERED),
    **_read_back(_s.READY),
    **_waive(_s.READY),
    (_s.READY, _a.CONFIRM): Row(_BOTH, _s.READY),  # checked once more: no news while nothing has changed
    (_s.READY, _a.HOLD): _HOLD,
    (_s.READY, _a.DEPART): Row(_S, _s.IN_PROGRESS, MarkKind.DEPARTED, {RECEIVER: _n.DEPARTED}),
    (_s.READY, _a.FAIL): _FAIL,
    (_s.READY, _a.CANCEL): _CANCEL,
    (_s.READY, _a.ENTER_IN_ERROR): _ERROR,
    #
    (_s.ON_HOLD, _a.DELIVER): _stays(_s.ON_HOLD, _MACHINE, MarkKind.DELIVERED),
    **_read_back(_s.ON_HOLD),
    (_s.ON_HOLD, _a.RESUME): Row(_BOTH, _s.ACCEPTED, None, {OTHER: _n.RESUMED}),
    (_s.ON_HOLD, _a.FAIL): _FAIL,
    (_s.ON_HOLD, _a.CANCEL): _CANCEL,
    (_s.ON_HOLD, _a.ENTER_IN_ERROR): _ERROR,
    # Under way nobody cancels alone: it arrives, it fails, or both sides agree.
    (_s.IN_PROGRESS, _a.CANCEL): Row(_S, _s.IN_PROGRESS, None, {RECEIVER: _n.CANCEL_ASKED}),
    (_s.IN_PROGRESS, _a.DELIVER): _stays(_s.IN_PROGRESS, _MACHINE, MarkKind.DELIVERED),
    **_read_back(_s.IN_PROGRESS),
    **_waive(_s.IN_PROGRESS),
    (_s.IN_PROGRESS, _a.ARRIVE): _ARRIVE,
    (_s.IN_PROGRESS, _a.FAIL): _FAIL,
}
"""The patient travels: departs, then arrives. Each side has one readiness item."""

ASKED_TO_CANCEL: dict[tuple[HandoverStatus, Action], Row] = {
    (_s.IN_PROGRESS, _a.CANCEL): Row(_S, _s.IN_PROGRESS),  # asking again is no news
    (_s.IN_PROGRESS, _a.AGREE_TO_CANCEL): Row(_R, _s.CANCELLED, None, {SENDER: _n.CANCELLED}),
    (_s.IN_PROGRESS, _a.REFUSE_TO_CANCEL): Row(_R, _s.IN_PROGRESS, None, {SENDER: _n.CANCEL_REFUSED}),
    (_s.IN_PROGRESS, _a.ARRIVE): _ARRIVE,  # it settles the question
    (_s.IN_PROGRESS, _a.FAIL): _FAIL,
}
"""Under way, when the sender has asked to cancel."""

STAYING: dict[tuple[HandoverStatus, Action], Row] = {
    **{
        (status, action): row
        for (status, action), row in TRAVELLING.items()
        if status is not _s.IN_PROGRESS and action is not _a.DEPART
    },
    (_s.READY, _a.ARRIVE): _ARRIVE,
    (_s.ACCEPTED, _a.CONFIRM): Row(_S, _s.READY, None, {RECEIVER: _n.READY}),  # the only item is the sender's
}
"""The patient stays: responsibility passes straight from ready. Only the sender has a readiness item."""

SEEN_BY_ANOTHER = (_s.RECEIVED, _a.SEE)
"""Where several are asked, each opens it for itself: see `test_reaching`."""

OPEN = (_s.DRAFT, _s.REQUESTED, _s.RECEIVED, _s.ACCEPTED, _s.READY, _s.ON_HOLD, _s.IN_PROGRESS)
CLOSED = (_s.REJECTED, _s.COMPLETED, _s.CANCELLED, _s.FAILED, _s.ENTERED_IN_ERROR)

SEEN_ALREADY = tuple(status for status in _s if status not in (_s.DRAFT, _s.REQUESTED))
"""Where opening it once more is no news: all that the stories of these tests bring past `received`, and all closed."""
