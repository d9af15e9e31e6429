"""The kinds of notice that Handslag owes someone. Names alone: texts and sending are in `pathways.notices`."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about. The value is stored, and names the text under `templates/notices/<language>/`."""

    REQUESTED = "requested"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    HANDED_ON = "handed-on"
    NOT_DELIVERED = "not-delivered"
    NOT_SEEN = "not-seen"
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
    NoticeKind.OVERDUE,
    NoticeKind.PLACE_AWAITED,
    NoticeKind.NO_PLACE_YET,
)
"""What is no longer true of a request once somebody has accepted it."""
