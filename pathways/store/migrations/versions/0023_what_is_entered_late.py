"""What is entered late has the time at which it happened beside that of its entry."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Nothing was entered late so far."""
    op.add_column("event", sa.Column("occurred_at", UTCDateTime(), nullable=True))
    op.add_column("mark", sa.Column("entered_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("mark", "entered_at")
    op.drop_column("event", "occurred_at")
