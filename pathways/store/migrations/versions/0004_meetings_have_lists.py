"""Meetings have lists, and a notice may be about one instead of an episode."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "meeting_list",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("begins_at", UTCDateTime(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
        sa.UniqueConstraint("network", "pathway", "meeting", "team", "begins_at"),
    )
    _without_what_waits_and_is_dead()
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("network", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(), nullable=True))
        batch_op.alter_column("episode", existing_type=sa.String(), nullable=True)
    _with_what_waits_and_is_dead()


def downgrade() -> None:
    """Go back. Lists and the notices about them are lost."""
    op.execute(sa.text("DELETE FROM notice WHERE episode IS NULL"))
    _without_what_waits_and_is_dead()
    with op.batch_alter_table("notice") as batch_op:
        batch_op.alter_column("episode", existing_type=sa.String(), nullable=False)
        batch_op.drop_column("about")
        batch_op.drop_column("network")
    _with_what_waits_and_is_dead()
    op.drop_table("meeting_list")


def _without_what_waits_and_is_dead() -> None:
    """SQLite makes the table anew, and would forget that these indexes are of some rows only."""
    op.drop_index("ix_notice_waiting_next_attempt_at", "notice")
    op.drop_index("ix_notice_dead", "notice")


def _with_what_waits_and_is_dead() -> None:
    for name, columns, status in (
        ("ix_notice_waiting_next_attempt_at", ["next_attempt_at", "id"], "waiting"),
        ("ix_notice_dead", ["id"], "dead"),
    ):
        words = sa.text(f"status = '{status}'")
        op.create_index(name, "notice", columns, sqlite_where=words, postgresql_where=words)
