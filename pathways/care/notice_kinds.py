"""The kinds of notice that Handslag owes someone, and whether each may wait for a closed team to open.

Texts and sending are in `pathways.notices`.
"""

from collections.abc import Mapping
from enum import StrEnum

from pathways.care.tables import complete


class NoticeKind(StrEnum):
    """What a notice is about. The value is stored, and names the text under `templates/notices/<language>/`."""

    REQUESTED = "requested"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    HANDED_ON = "handed-on"
    NOT_DELIVERED = "not-delivered"
    NOT_SEEN = "not-seen"
    STOOD_STILL = "stood-still"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    READY = "ready"
    HELD = "held"
    RESUMED = "resumed"
    DEPARTED = "departed"
    COMPLETED = "completed"
    FAILED = "failed"
    OVERDUE = "overdue"
    ENDED = "ended"
    LOOK_FIRST = "look-first"
    END_TAKEN_BACK = "end-taken-back"
    RESPONSIBLE_AGAIN = "responsible-again"
    DEATH_REPORTED = "death-reported"
    LIFE_REPORTED = "life-reported"
    REPORT_WITHDRAWN = "report-withdrawn"
    PROTECTION_CHANGED = "protection-changed"
    MERGE_ASKED = "merge-asked"
    EPISODE_PAUSED = "episode-paused"
    EPISODE_RESUMED = "episode-resumed"
    RULES_CHANGED = "rules-changed"
    PAUSE_DUE = "pause-due"
    SERVICES_PAUSED = "services-paused"
    SERVICES_RESUMED = "services-resumed"
    CANCEL_ASKED = "cancel-asked"
    CANCEL_REFUSED = "cancel-refused"
    CAUSE_WANTED = "cause-wanted"
    NEXT_STEP_WANTED = "next-step-wanted"
    FOLLOW_UP_DUE = "follow-up-due"
    DRAFT_WAITING = "draft-waiting"
    PHASE_DUE = "phase-due"
    REVIEW_DUE = "review-due"
    KIT_EXPIRED = "kit-expired"
    LIMIT_PASSED = "limit-passed"
    PLACE_AWAITED = "place-awaited"
    NO_PLACE_YET = "no-place-yet"
    PLACE_HELD = "place-held"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SUMMARY_UPDATED = "summary-updated"
    READINESS_EXPIRED = "readiness-expired"
    WAIVED = "waived"
    READ_BACK_GIVEN = "read-back-given"
    READ_BACK_CORRECTED = "read-back-corrected"
    READ_BACK_CONFIRMED = "read-back-confirmed"
    READ_BACK_WAITING = "read-back-waiting"
    QUESTION_ASKED = "question-asked"
    QUESTION_ANSWERED = "question-answered"
    QUESTION_WAITING = "question-waiting"
    PROGRAMME_PLACE_FREE = "programme-place-free"
    WAIT_DUE = "wait-due"
    MEASUREMENT_DUE = "measurement-due"
    GRANT_MADE = "grant-made"
    GRANT_CHANGED = "grant-changed"
    GRANT_ENDING = "grant-ending"
    GRANT_ENDED = "grant-ended"
    ORDER_CHANGED = "order-changed"
    ORDER_ENDED = "order-ended"
    ORDER_UNCOVERED = "order-uncovered"
    VISIT_UNRECORDED = "visit-unrecorded"
    VISIT_MISSED = "visit-missed"
    VISIT_REFUSED = "visit-refused"
    CONTACT_WANTED = "contact-wanted"
    MEETING_LIST = "meeting-list"
    MATTER_UNDECIDED = "matter-undecided"
    JOINT_VISIT_PROPOSED = "joint-visit-proposed"
    JOINT_VISIT_BOOKED = "joint-visit-booked"
    JOINT_VISIT_OFF = "joint-visit-off"
    JOINT_VISIT_DUE = "joint-visit-due"


ABOUT_THE_ANSWER = (
    NoticeKind.REQUESTED,
    NoticeKind.REMINDER,
    NoticeKind.ESCALATED,
    NoticeKind.HANDED_ON,
    NoticeKind.NOT_DELIVERED,
    NoticeKind.NOT_SEEN,
    NoticeKind.STOOD_STILL,
    NoticeKind.OVERDUE,
    NoticeKind.PLACE_AWAITED,
    NoticeKind.NO_PLACE_YET,
)
"""What is no longer true of a request once somebody has accepted it."""


class Reach(StrEnum):
    """Whom a kind of notice must reach while its team is closed: the value names the rule, `meaning` explains it."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "Reach":
        """Make a rule that carries its explanation."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.meaning = meaning
        return made

    NOW = "now", "A contact of the team on duty; while it is closed who covers it, else the last resort."
    NOW_AND_OWN = "now-and-own", "As `now`; while the team is closed, its own first contact as well."
    CAN_WAIT = (
        "can-wait",
        "A contact of the team on duty; while it is closed its own first contact, once until it opens.",
    )
    AS_ITS_HANDOVER = "as-its-handover", "`now` where the urgency is marked `is_urgent`, else `can-wait`."
    AS_ITS_CLOCK = "as-its-clock", "`can-wait` where the clock of the pathway says `can_wait: true`, else `now`."


REACH: Mapping[NoticeKind, Reach] = complete(
    NoticeKind,
    {
        **dict.fromkeys(
            (
                NoticeKind.REQUESTED,
                NoticeKind.REMINDER,
                NoticeKind.ESCALATED,
                NoticeKind.HANDED_ON,
                NoticeKind.NOT_DELIVERED,
                NoticeKind.NOT_SEEN,
                NoticeKind.STOOD_STILL,
                NoticeKind.OVERDUE,
                NoticeKind.NO_PLACE_YET,
                NoticeKind.SERVICES_RESUMED,
                NoticeKind.CANCEL_ASKED,
                NoticeKind.PHASE_DUE,
                NoticeKind.READ_BACK_WAITING,
                NoticeKind.QUESTION_WAITING,
                NoticeKind.ORDER_CHANGED,
                NoticeKind.ORDER_UNCOVERED,
                NoticeKind.VISIT_UNRECORDED,
                NoticeKind.VISIT_MISSED,
                NoticeKind.JOINT_VISIT_PROPOSED,
                NoticeKind.DEATH_REPORTED,
                NoticeKind.LIFE_REPORTED,
                NoticeKind.REPORT_WITHDRAWN,
                NoticeKind.PROTECTION_CHANGED,
                NoticeKind.MERGE_ASKED,
                NoticeKind.RESPONSIBLE_AGAIN,
            ),
            Reach.NOW,
        ),
        **dict.fromkeys((NoticeKind.LOOK_FIRST, NoticeKind.END_TAKEN_BACK), Reach.NOW_AND_OWN),
        **dict.fromkeys(
            (
                NoticeKind.ACCEPTED,
                NoticeKind.REJECTED,
                NoticeKind.CANCELLED,
                NoticeKind.READY,
                NoticeKind.HELD,
                NoticeKind.RESUMED,
                NoticeKind.DEPARTED,
                NoticeKind.COMPLETED,
                NoticeKind.FAILED,
                NoticeKind.CANCEL_REFUSED,
                NoticeKind.NEXT_STEP_WANTED,
                NoticeKind.DRAFT_WAITING,
                NoticeKind.PLACE_AWAITED,
                NoticeKind.PLACE_HELD,
                NoticeKind.DECLINED,
                NoticeKind.WITHDRAWN,
                NoticeKind.SUMMARY_UPDATED,
                NoticeKind.READINESS_EXPIRED,
                NoticeKind.WAIVED,
                NoticeKind.READ_BACK_GIVEN,
                NoticeKind.READ_BACK_CORRECTED,
                NoticeKind.READ_BACK_CONFIRMED,
                NoticeKind.QUESTION_ASKED,
                NoticeKind.QUESTION_ANSWERED,
            ),
            Reach.AS_ITS_HANDOVER,
        ),
        NoticeKind.LIMIT_PASSED: Reach.AS_ITS_CLOCK,
        **dict.fromkeys(
            (
                NoticeKind.ENDED,
                NoticeKind.EPISODE_PAUSED,
                NoticeKind.EPISODE_RESUMED,
                NoticeKind.RULES_CHANGED,
                NoticeKind.PAUSE_DUE,
                NoticeKind.SERVICES_PAUSED,
                NoticeKind.CAUSE_WANTED,
                NoticeKind.FOLLOW_UP_DUE,
                NoticeKind.REVIEW_DUE,
                NoticeKind.KIT_EXPIRED,
                NoticeKind.PROGRAMME_PLACE_FREE,
                NoticeKind.WAIT_DUE,
                NoticeKind.MEASUREMENT_DUE,
                NoticeKind.GRANT_MADE,
                NoticeKind.GRANT_CHANGED,
                NoticeKind.GRANT_ENDING,
                NoticeKind.GRANT_ENDED,
                NoticeKind.ORDER_ENDED,
                NoticeKind.VISIT_REFUSED,
                NoticeKind.CONTACT_WANTED,
                NoticeKind.MEETING_LIST,
                NoticeKind.MATTER_UNDECIDED,
                NoticeKind.JOINT_VISIT_BOOKED,
                NoticeKind.JOINT_VISIT_OFF,
                NoticeKind.JOINT_VISIT_DUE,
            ),
            Reach.CAN_WAIT,
        ),
    },
)
"""The one rule of each kind. `docs/how-to/write-notices-of-your-own.md` lists it."""
