"""The safe handover: readiness with evidence, read-back, places, cover and the patient's state."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import count

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _calendars_have_copies()
    _details_take_the_place_of_confirmed()
    _one_episode_is_not_over("status <> 'finished'")
    _places_are_kept()
    _those_under_way_have_a_place()
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=True))
    _what_waits_is_found_at_once()


def downgrade() -> None:
    """Go back. What only this version knows of a handover or an episode is lost from the rows, not from the events."""
    _what_waits_is_found_as_before()
    for table in ("cover_feed", "place_claim", "place_wait", "place_closing"):
        op.drop_table(table)
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("subject")
    _one_episode_is_not_over("status = 'active'")
    _confirmed_takes_the_place_of_details()


def _details_take_the_place_of_confirmed() -> None:
    for table in ("episode", "handover"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    handover = _handover_table()
    columns = handover.c.reference, handover.c.plan, handover.c.confirmed, handover.c.changed_at
    for reference, plan, confirmed, changed_at in connection.execute(sa.select(*columns)).all():
        at = changed_at.isoformat()
        tick = {"at": at, "checked_at": at, "actor": {"kind": "system"}}
        asked = [{"team": plan["to_team"], "unit": plan["to_unit"]}]
        details = {"ticks": dict.fromkeys(confirmed, tick), "asked": asked}
        connection.execute(sa.update(handover).where(handover.c.reference == reference).values(details=details))
    for table in ("episode", "handover"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("details", server_default=None)
            if table == "handover":
                batch_op.drop_column("confirmed")


def _confirmed_takes_the_place_of_details() -> None:
    with op.batch_alter_table("handover") as batch_op:
        batch_op.add_column(sa.Column("confirmed", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    handover = _handover_table()
    for reference, details in connection.execute(sa.select(handover.c.reference, handover.c.details)).all():
        confirmed = list(details.get("ticks", {}))
        connection.execute(sa.update(handover).where(handover.c.reference == reference).values(confirmed=confirmed))
    for table in ("episode", "handover"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("details")
            if table == "handover":
                batch_op.alter_column("confirmed", server_default=None)


def _handover_table() -> sa.TableClause:
    return sa.table(
        "handover",
        sa.column("reference", sa.String()),
        sa.column("status", sa.String()),
        sa.column("plan", sa.JSON()),
        sa.column("confirmed", sa.JSON()),
        sa.column("changed_at", UTCDateTime()),
        sa.column("details", sa.JSON()),
    )


def _one_episode_is_not_over(condition: str) -> None:
    """Keep a patient from having two episodes on one pathway that fulfil the condition."""
    with op.batch_alter_table("episode") as batch_op:
        batch_op.drop_index("uq_episode_active")
        batch_op.create_index(
            "uq_episode_active",
            ["person_id", "pathway"],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def _calendars_have_copies() -> None:
    op.create_table(
        "cover_feed",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("fetched_at", UTCDateTime(), nullable=True),
        sa.Column("tried_at", UTCDateTime(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("network", "team"),
    )


def _places_are_kept() -> None:
    op.create_table(
        "place_claim",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("handover", sa.String(), nullable=True),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.ForeignKeyConstraint(["handover"], ["handover.reference"]),
        sa.PrimaryKeyConstraint("network", "unit", "number"),
        sa.UniqueConstraint("handover", "unit"),
    )
    op.create_index(op.f("ix_place_claim_episode"), "place_claim", ["episode"], unique=False)
    occupies = sa.text("handover IS NULL")
    op.create_index(
        "uq_place_claim_occupied",
        "place_claim",
        ["episode"],
        unique=True,
        sqlite_where=occupies,
        postgresql_where=occupies,
    )
    op.create_table(
        "place_wait",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("handover", sa.String(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("wish", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.ForeignKeyConstraint(["handover"], ["handover.reference"]),
        sa.PrimaryKeyConstraint("network", "unit", "handover"),
    )
    op.create_index(op.f("ix_place_wait_episode"), "place_wait", ["episode"], unique=False)
    op.create_table(
        "place_closing",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("network", "unit", "number"),
    )


def _those_under_way_have_a_place() -> None:
    """Who is at a unit occupies a place there, and every request under way holds one, be there so many or not.

    That it does is an event of each episode, so that its history still gives its state.
    """
    connection, metadata, now = op.get_bind(), sa.MetaData(), datetime.now(UTC)
    names = ("episode", "stay", "handover", "event", "place_claim")
    episode, stay, handover, event, claim = (sa.Table(name, metadata, autoload_with=connection) for name in names)
    numbers: dict[tuple[str, str], count[int]] = defaultdict(lambda: count(1))

    def take(network: str, unit: str, reference: str, of_handover: str | None, since: datetime) -> None:
        number = next(numbers[network, unit])
        values = {"network": network, "unit": unit, "number": number, "episode": reference, "since": since}
        connection.execute(sa.insert(claim), {**values, "handover": of_handover})

    is_there = episode.c.unit.is_not(None), episode.c.status != "finished", stay.c.until_at.is_(None)
    there = sa.select(episode.c.network, episode.c.unit, episode.c.reference, stay.c.from_at)
    for row in connection.execute(there.join(stay, stay.c.episode == episode.c.reference).where(*is_there)).all():
        take(row.network, row.unit, row.reference, None, row.from_at)
    under_way = handover.c.status.in_(("requested", "received", "accepted", "ready", "on-hold", "in-progress"))
    asked = sa.select(
        handover.c.reference, handover.c.episode, handover.c.plan, handover.c.details, episode.c.network,
        episode.c.number,
    ).join(episode, episode.c.reference == handover.c.episode)  # fmt: skip
    for row in connection.execute(asked.where(under_way).order_by(handover.c.requested_at)).all():
        unit = row.plan["to_unit"]
        if unit is None:
            continue
        take(row.network, unit, row.episode, row.reference, now)
        held = {"team": row.plan["to_team"], "unit": unit, "place": "held", "since": now.isoformat()}
        change = {"details": {**row.details, "asked": [held]}, "number": row.number + 1, "is_unseen": True}
        connection.execute(sa.update(handover).where(handover.c.reference == row.reference).values(**change))
        connection.execute(sa.update(episode).where(episode.c.reference == row.episode).values(number=row.number + 1))
        happened = {"type": "place-held", "handover": row.reference, "unit": unit}
        recorded = {"episode": row.episode, "number": row.number + 1, "type": "place-held", "at": now}
        connection.execute(sa.insert(event), {**recorded, "actor": {"kind": "system"}, "data": happened})


def _what_waits_is_found_at_once() -> None:
    """Give `watch` and `deliver` indexes that hold only what they look for."""
    with op.batch_alter_table("handover_run") as batch_op:
        batch_op.add_column(sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index("ix_handover_run_checked_at")
    handover, run = _handover_table(), sa.table("handover_run", sa.column("handover"), sa.column("is_open"))
    is_open = handover.c.status.not_in(("rejected", "completed", "cancelled", "failed", "entered-in-error"))
    opened = sa.select(handover.c.reference).where(is_open)
    op.execute(sa.update(run).where(run.c.handover.in_(opened)).values(is_open=sa.true()))
    with op.batch_alter_table("handover_run") as batch_op:
        batch_op.alter_column("is_open", server_default=None)
    _index("ix_handover_run_open_checked_at", "handover_run", ["checked_at"], "is_open", "is_open = 1")
    _index("ix_clock_running_due_at", "clock", ["due_at", "key"], "stopped_at IS NULL")
    _index("ix_notice_dead", "notice", ["id"], "status = 'dead'")
    op.drop_index("ix_notice_status", "notice")
    op.drop_index("ix_notice_waiting_next_attempt_at", "notice")
    _index("ix_notice_waiting_next_attempt_at", "notice", ["next_attempt_at", "id"], "status = 'waiting'")
    op.drop_index("ix_handover_unseen", "handover")
    _index("ix_handover_unseen", "handover", ["reference"], "is_unseen", "is_unseen = 1")


def _what_waits_is_found_as_before() -> None:
    op.drop_index("ix_handover_unseen", "handover")
    _index("ix_handover_unseen", "handover", ["reference"], "is_unseen")
    op.drop_index("ix_notice_waiting_next_attempt_at", "notice")
    _index("ix_notice_waiting_next_attempt_at", "notice", ["next_attempt_at"], "status = 'waiting'")
    op.create_index("ix_notice_status", "notice", ["status"])
    op.drop_index("ix_notice_dead", "notice")
    op.drop_index("ix_clock_running_due_at", "clock")
    op.drop_index("ix_handover_run_open_checked_at", "handover_run")
    with op.batch_alter_table("handover_run") as batch_op:
        batch_op.drop_column("is_open")
        batch_op.create_index("ix_handover_run_checked_at", ["checked_at"])


def _index(name: str, table: str, columns: list[str], condition: str, on_sqlite: str = "") -> None:
    """Index the rows that fulfil a condition; SQLite knows it only in the very words of the question."""
    words = sa.text(on_sqlite or condition)
    op.create_index(name, table, columns, postgresql_where=sa.text(condition), sqlite_where=words)
