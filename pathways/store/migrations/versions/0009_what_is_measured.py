"""When the scheduled flows last ran is kept, and what is measured is an index."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_clock_running_kind", "clock", ["kind", "started_at", "due_at"], sa.text("stopped_at IS NULL")),
    ("ix_clock_passed", "clock", ["due_at", "kind"], sa.text("passed > 0")),
    ("ix_notice_sent_at", "notice", ["sent_at"], sa.text("status = 'sent'")),
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "last_run",
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("flow"),
    )
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Go back."""
    for name, table, _columns, _where in _INDEXES:
        op.drop_index(name, table)
    op.drop_table("last_run")
