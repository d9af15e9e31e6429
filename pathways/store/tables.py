"""The tables. They hold what `care` decided, as rows; their values are checked by the models that they come from."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import JSON, Field, SQLModel

_RUNS = text("stopped_at IS NULL")
_WAITS = text("status = 'waiting'")
_IS_DEAD = text("status = 'dead'")
_WAS_SENT = text("status = 'sent'")
_HAS_PASSED = text("passed > 0")
_IS_OPEN = text("status NOT IN ('rejected', 'completed', 'cancelled', 'failed', 'entered-in-error')")
_IS_FOR_A_LIST = text("on_list_at IS NOT NULL")
_IS_NOT_OVER = text("status <> 'finished'")


class NoticeStatus(StrEnum):
    """Where a notice stands: waiting to be sent, sent, given up on, or no longer wanted."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


class PathwayVersionRow(SQLModel, table=True):
    """One published version of a pathway, never changed afterwards."""

    __tablename__ = "pathway_version"

    pathway: str = Field(primary_key=True)
    version: date = Field(primary_key=True)
    content: str
    applied_at: datetime


class NetworkRow(SQLModel, table=True):
    """One state of a network; the highest number is the present one."""

    __tablename__ = "network_version"

    network: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    content: str
    applied_at: datetime


class PersonRow(SQLModel, table=True):
    """A patient as one network knows them, encrypted. The only place that knows who an episode is about.

    Which network it is, its identifiers say. No number is ever used again.
    """

    __tablename__ = "person"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class IdentifierRow(SQLModel, table=True):
    """The keyed hash of one identifier of a patient of a network: found by, never read back."""

    __tablename__ = "person_identifier"

    network: str = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True, index=True)
    person_id: int = Field(foreign_key="person.id", index=True)


class EarlierPersonRow(SQLModel, table=True):
    """A number under which a patient was known until two records of theirs became one, or each network had its own."""

    __tablename__ = "earlier_person"

    id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)


def _board(name: str, *column: str) -> Index:
    """What keeps the episodes of one column of a board together, the most urgent first."""
    columns = ("network", *column, "due_at", "reference")
    return Index(name, *columns, sqlite_where=_IS_NOT_OVER, postgresql_where=_IS_NOT_OVER)


class EpisodeRow(SQLModel, table=True):
    """An episode as it stands. `number` counts its events and guards against two writers.

    `announced_number` is up to where its events are stored in Prefect. `due_at` is when the first thing is due
    that it waits for, `on_list_at` from when it may stand on the list of a meeting. `details` holds what no query asks
    for. `record_kept_by`: who has its record kept although it is old enough to be erased; why, the log says.
    """

    __tablename__ = "episode"
    __table_args__ = (
        Index(
            "ix_episode_unannounced",
            "reference",
            sqlite_where=text("announced_number < number"),
            postgresql_where=text("announced_number < number"),
        ),
        Index(
            "uq_episode_active",  # of one patient on one pathway; NULLs differ from each other
            "person_id",
            "pathway",
            unique=True,
            sqlite_where=_IS_NOT_OVER,
            postgresql_where=_IS_NOT_OVER,
        ),
        Index(
            "ix_episode_on_list",
            "network",
            "pathway",
            "on_list_at",
            "reference",
            sqlite_where=_IS_FOR_A_LIST,
            postgresql_where=_IS_FOR_A_LIST,
        ),
        _board("ix_episode_board_of_levels", "pathway", "level"),
        _board("ix_episode_board_of_teams", "team"),
    )

    reference: str = Field(primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    pathway: str = Field(index=True)
    version: date
    network: str = Field(index=True)
    status: str = Field(index=True)
    level: str
    team: str = Field(index=True)
    unit: str | None
    district: str | None
    care_team: dict[str, str] = Field(sa_type=JSON)
    began_at: datetime
    ended_at: datetime | None
    end: str | None
    details: dict[str, Any] = Field(sa_type=JSON)
    number: int
    announced_number: int = 0
    due_at: datetime | None = None
    on_list_at: datetime | None = None
    record_kept_by: str | None = None


class StayRow(SQLModel, table=True):
    """A period at one level under one responsible team. `position` counts from 0 within the episode."""

    __tablename__ = "stay"
    __table_args__ = (
        Index(
            "uq_stay_present",
            "episode",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )

    episode: str = Field(primary_key=True, foreign_key="episode.reference")
    position: int = Field(primary_key=True)
    level: str
    team: str
    unit: str | None
    from_at: datetime
    until_at: datetime | None


class HandoverRow(SQLModel, table=True):
    """A handover as it stands. `number` is the episode's at its latest change.

    `is_unseen` says that no flow run has acted on that change yet. `details` holds what no query asks for.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "ix_handover_unseen",
            "reference",
            sqlite_where=text("is_unseen = 1"),  # as SQLAlchemy asks for it: SQLite compares the words
            postgresql_where=text("is_unseen"),
        ),
        Index("uq_handover_open", "episode", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    reference: str = Field(primary_key=True)
    episode: str = Field(foreign_key="episode.reference", index=True)
    position: int
    status: str = Field(index=True)
    plan: dict[str, Any] = Field(sa_type=JSON)
    drafted_at: datetime
    changed_at: datetime
    requested_at: datetime | None
    held_from: str | None
    escalations: int
    closing_reason: str | None
    details: dict[str, Any] = Field(sa_type=JSON)
    number: int
    is_unseen: bool


class MarkRow(SQLModel, table=True):
    """A mark beside the state of a handover: who and when. `position` counts from 0 within the handover."""

    __tablename__ = "mark"

    handover: str = Field(primary_key=True, foreign_key="handover.reference")
    kind: str = Field(primary_key=True)
    position: int
    at: datetime
    entered_at: datetime | None = None
    actor: dict[str, Any] = Field(sa_type=JSON)


class ClockRow(SQLModel, table=True):
    """A clock. It runs while `stopped_at` is empty; `next_at` is when `watch` acts on it."""

    __tablename__ = "clock"
    __table_args__ = (
        Index(
            "ix_clock_running_next_at",
            "next_at",
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        ),
        Index("ix_clock_running_due_at", "due_at", "key", sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index(  # these two are what is measured
            "ix_clock_running_kind", "kind", "started_at", "due_at", sqlite_where=_RUNS, postgresql_where=_RUNS
        ),
        Index("ix_clock_passed", "due_at", "kind", sqlite_where=_HAS_PASSED, postgresql_where=_HAS_PASSED),
    )

    episode: str = Field(primary_key=True, foreign_key="episode.reference")
    key: str = Field(primary_key=True)
    kind: str
    subject: str
    owner: str
    started_at: datetime
    due_at: datetime
    next_at: datetime
    repeat: str
    passed: int
    stopped_at: datetime | None = None
    outcome: str | None = None


class EventRow(SQLModel, table=True):
    """What happened, for good: the database itself refuses to change or delete a row.

    `at`: when it was recorded, and `occurred_at` when it happened, where it was entered late.
    `request`: the id of the request of the desk that it came from, to follow it in the logs.
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("episode", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    episode: str = Field(foreign_key="episode.reference", index=True)
    number: int
    type: str
    at: datetime
    occurred_at: datetime | None = None
    actor: dict[str, Any] = Field(sa_type=JSON)
    data: dict[str, Any] = Field(sa_type=JSON)
    request: str | None = None


class NoticeRow(SQLModel, table=True):
    """One notice in the outbox, about an episode, or in a `network` `about` what has a reference of its own.

    `claimed_until` keeps two senders from sending it at the same time.

    `may_have_arrived` says that an earlier attempt ended without our learning how: the notice that then goes out
    says that it may be a repeat. `leaks` holds the guard's codes where the guard struck. `times`: for the how manyth
    time it is said, from 1.
    `instead_of`: the notice that did not reach its contact, and that this one carries to another. `channel`: the one
    that was away when this was last to leave.
    `request` is that of the event.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "ix_notice_waiting_next_attempt_at",
            "next_attempt_at",
            "id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_notice_dead", "id", sqlite_where=_IS_DEAD, postgresql_where=_IS_DEAD),
        Index("ix_notice_sent_at", "sent_at", sqlite_where=_WAS_SENT, postgresql_where=_WAS_SENT),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    episode: str | None = Field(default=None, foreign_key="episode.reference", index=True)
    network: str | None = None
    about: str | None = None
    handover: str | None = Field(default=None, index=True)
    subject: str | None = None
    kind: str
    team: str
    contact: str
    due_at: datetime | None
    created_at: datetime
    status: str
    times: int = 1
    attempts: int = 0
    may_have_arrived: bool = False
    next_attempt_at: datetime
    claimed_until: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
    leaks: list[str] = Field(default_factory=list, sa_type=JSON)
    instead_of: int | None = Field(default=None, foreign_key="notice.id", index=True)
    channel: str | None = None
    request: str | None = None


class HandoverRunRow(SQLModel, table=True):
    """Which flow run carries a handover, and when `watch` last saw that the run is alive.

    `is_open` is the handover's: so that nobody goes through those that have ended to find the others.
    """

    __tablename__ = "handover_run"
    __table_args__ = (
        Index(
            "ix_handover_run_open_checked_at",
            "checked_at",
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
    )

    handover: str = Field(primary_key=True, foreign_key="handover.reference")
    run_id: str
    checked_at: datetime
    is_open: bool


class LastRunRow(SQLModel, table=True):
    """When a run of a scheduled flow last did all that it was for."""

    __tablename__ = "last_run"

    flow: str = Field(primary_key=True)
    ended_at: datetime


class AnnouncementRow(SQLModel, table=True):
    """Up to which number somebody has sent the events of an episode to the Prefect server, and when last.

    Up to where they were found stored there is the episode's `announced_number`. `claims` counts those who sent: of two
    who would send the same, one does.
    """

    __tablename__ = "announcement"

    episode: str = Field(primary_key=True, foreign_key="episode.reference")
    sent: int
    sent_at: datetime
    claims: int


class IncidentRow(SQLModel, table=True):
    """What keeps notices from leaving: a channel that is away, by its hash, or all dead letters together.

    `next_probe_at`: when one notice is tried next, to see whether the channel is back. `next_report_at`: when whoever
    looks after Handslag is told next; `reports`: how often they have been.
    """

    __tablename__ = "incident"

    key: str = Field(primary_key=True)
    code: str
    began_at: datetime
    over_at: datetime | None = None
    next_probe_at: datetime
    probes: int
    next_report_at: datetime
    reports: int


class CoverFeedRow(SQLModel, table=True):
    """The last good copy of a team's calendar, if there ever was one, and the code of what went wrong since."""

    __tablename__ = "cover_feed"

    network: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    content: str | None = None
    fetched_at: datetime | None = None
    tried_at: datetime
    error: str | None = None


_TABLES = SQLModel.metadata.tables
EPISODE, STAY, HANDOVER, MARK = (_TABLES[name] for name in ("episode", "stay", "handover", "mark"))
CLOCK, EVENT, NOTICE, HANDOVER_RUN = (_TABLES[name] for name in ("clock", "event", "notice", "handover_run"))
LAST_RUN, COVER_FEED, ANNOUNCEMENT = (_TABLES[name] for name in ("last_run", "cover_feed", "announcement"))
INCIDENT = _TABLES["incident"]
PATHWAY_VERSION, NETWORK_VERSION = (_TABLES[name] for name in ("pathway_version", "network_version"))
