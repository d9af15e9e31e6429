"""The kinds of notice that Handslag owes someone. Names alone: texts and sending are in `pathways.notices`."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about. The value is stored, and names the text under `templates/notices/<language>/`."""

    REQUESTED = "requested"
    REMINDER = "reminder"
    ESCALATED = "escalated"
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
    FOLLOW_UP_DUE = "follow-up-due"
    DRAFT_WAITING = "draft-waiting"
    PHASE_DUE = "phase-due"
    REVIEW_DUE = "review-due"
    KIT_EXPIRED = "kit-expired"
