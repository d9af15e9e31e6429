"""What part each kind of notice plays, and for how long it matters. Total: a kind without a rule is a fault at import.

An *asking* notice wants an answer from whoever gets it. A *closing* one says that nothing is wanted any more, or that
it was answered: it is what keeps a team from waiting for, or preparing, what is over. A *reminding* one comes again
with its clock, and the newest says all that the older ones said. All others *tell*.
"""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from pathways.care.notice_kinds import NoticeKind


class Part(StrEnum):
    """What a notice does for whoever gets it."""

    ASKS = "asks"
    REMINDS = "reminds"
    CLOSES = "closes"
    TELLS = "tells"


class NoticeRule(NamedTuple):
    """`matters_for`: how long it is worth sending; None: until it is answered, closed or asked anew."""

    part: Part
    matters_for: timedelta | None


_UNTIL_ANSWERED = NoticeRule(Part.ASKS, None)
_UNTIL_REPEATED = NoticeRule(Part.REMINDS, None)
_CLOSING = NoticeRule(Part.CLOSES, timedelta(days=30))
_WEEK = NoticeRule(Part.TELLS, timedelta(days=7))

NOTICE_RULES: dict[NoticeKind, NoticeRule] = {
    NoticeKind.REQUESTED: _UNTIL_ANSWERED,
    NoticeKind.REMINDER: _UNTIL_ANSWERED,
    NoticeKind.ESCALATED: _UNTIL_ANSWERED,
    NoticeKind.HANDED_ON: _UNTIL_ANSWERED,
    NoticeKind.NOT_DELIVERED: _UNTIL_REPEATED,
    NoticeKind.NOT_SEEN: _UNTIL_REPEATED,
    NoticeKind.STOOD_STILL: _UNTIL_REPEATED,
    NoticeKind.ACCEPTED: _CLOSING,
    NoticeKind.REJECTED: _CLOSING,
    NoticeKind.CANCELLED: _CLOSING,
    NoticeKind.READY: _WEEK,
    NoticeKind.HELD: _WEEK,
    NoticeKind.RESUMED: _WEEK,
    NoticeKind.DEPARTED: _WEEK,
    NoticeKind.COMPLETED: _CLOSING,
    NoticeKind.FAILED: _CLOSING,
    NoticeKind.OVERDUE: _UNTIL_REPEATED,
    NoticeKind.ENDED: _CLOSING,
    NoticeKind.LOOK_FIRST: _CLOSING,
    NoticeKind.END_TAKEN_BACK: _CLOSING,
    NoticeKind.RESPONSIBLE_AGAIN: _UNTIL_REPEATED,
    NoticeKind.DEATH_REPORTED: _UNTIL_REPEATED,
    NoticeKind.LIFE_REPORTED: _UNTIL_REPEATED,
    NoticeKind.REPORT_WITHDRAWN: _CLOSING,
    NoticeKind.PROTECTION_CHANGED: _WEEK,
    NoticeKind.MERGE_ASKED: _WEEK,
    NoticeKind.EPISODE_PAUSED: _WEEK,
    NoticeKind.EPISODE_RESUMED: _WEEK,
    NoticeKind.RULES_CHANGED: _WEEK,
    NoticeKind.PAUSE_DUE: _UNTIL_REPEATED,
    NoticeKind.SERVICES_PAUSED: _WEEK,
    NoticeKind.SERVICES_RESUMED: _WEEK,
    NoticeKind.CANCEL_ASKED: _UNTIL_ANSWERED,
    NoticeKind.CANCEL_REFUSED: _CLOSING,
    NoticeKind.CAUSE_WANTED: _UNTIL_REPEATED,
    NoticeKind.NEXT_STEP_WANTED: _UNTIL_REPEATED,
    NoticeKind.FOLLOW_UP_DUE: _UNTIL_REPEATED,
    NoticeKind.DRAFT_WAITING: _UNTIL_REPEATED,
    NoticeKind.PHASE_DUE: _UNTIL_REPEATED,
    NoticeKind.REVIEW_DUE: _UNTIL_REPEATED,
    NoticeKind.KIT_EXPIRED: _UNTIL_REPEATED,
    NoticeKind.LIMIT_PASSED: _UNTIL_REPEATED,
    NoticeKind.PLACE_AWAITED: _UNTIL_ANSWERED,
    NoticeKind.NO_PLACE_YET: _UNTIL_REPEATED,
    NoticeKind.PLACE_HELD: _WEEK,
    NoticeKind.DECLINED: _WEEK,
    NoticeKind.WITHDRAWN: _CLOSING,
    NoticeKind.SUMMARY_UPDATED: _WEEK,
    NoticeKind.READINESS_EXPIRED: _WEEK,
    NoticeKind.WAIVED: _WEEK,
    NoticeKind.READ_BACK_GIVEN: _UNTIL_ANSWERED,
    NoticeKind.READ_BACK_CORRECTED: _UNTIL_ANSWERED,
    NoticeKind.READ_BACK_CONFIRMED: _CLOSING,
    NoticeKind.READ_BACK_WAITING: _UNTIL_REPEATED,
    NoticeKind.QUESTION_ASKED: _UNTIL_ANSWERED,
    NoticeKind.QUESTION_ANSWERED: _CLOSING,
    NoticeKind.QUESTION_WAITING: _UNTIL_REPEATED,
    NoticeKind.PROGRAMME_PLACE_FREE: _UNTIL_REPEATED,
    NoticeKind.WAIT_DUE: _UNTIL_REPEATED,
    NoticeKind.MEASUREMENT_DUE: _UNTIL_REPEATED,
    NoticeKind.GRANT_MADE: _WEEK,
    NoticeKind.GRANT_CHANGED: _WEEK,
    NoticeKind.GRANT_ENDING: _UNTIL_REPEATED,
    NoticeKind.GRANT_ENDED: _WEEK,
    NoticeKind.ORDER_CHANGED: _WEEK,
    NoticeKind.ORDER_ENDED: _WEEK,
    NoticeKind.ORDER_UNCOVERED: _UNTIL_REPEATED,
    NoticeKind.VISIT_UNRECORDED: _UNTIL_REPEATED,
    NoticeKind.VISIT_MISSED: _UNTIL_REPEATED,
    NoticeKind.VISIT_REFUSED: _WEEK,
    NoticeKind.CONTACT_WANTED: _UNTIL_REPEATED,
    NoticeKind.MEETING_LIST: _WEEK,
    NoticeKind.MATTER_UNDECIDED: _UNTIL_REPEATED,
    NoticeKind.JOINT_VISIT_PROPOSED: _UNTIL_ANSWERED,
    NoticeKind.JOINT_VISIT_BOOKED: _CLOSING,
    NoticeKind.JOINT_VISIT_OFF: _CLOSING,
    NoticeKind.JOINT_VISIT_DUE: _UNTIL_REPEATED,
}
"""The rule of every kind."""

CLOSING = tuple(kind for kind in NoticeKind if NOTICE_RULES[kind].part is Part.CLOSES)
"""The kinds that are never withdrawn unsent, but where something newer closes the same for the same team."""

NOT_CLOSING = tuple(kind for kind in NoticeKind if kind not in CLOSING)
"""All others: what a team is not told any more that may not see the episode, or has left the network."""

ASKING = tuple(kind for kind in NoticeKind if NOTICE_RULES[kind].part is Part.ASKS)
"""The kinds that want an answer."""

REMINDING = frozenset(kind for kind in NoticeKind if NOTICE_RULES[kind].part is Part.REMINDS)
"""The kinds of which a newer one takes the place of an older one that has not left."""
