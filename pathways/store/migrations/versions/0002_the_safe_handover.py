"""The safe handover: readiness with evidence, read-back, places, cover and the patient's state."""

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
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back. What only this version knows of a handover or an episode is lost from the rows, not from the events."""
    op.drop_table("cover_feed")
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
