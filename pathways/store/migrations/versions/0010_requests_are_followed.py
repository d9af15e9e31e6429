"""Each event and each notice is kept with the id of the request that it came from, for the logs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for table in ("event", "notice"):
        op.add_column(table, sa.Column("request", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for table in ("event", "notice"):
        op.drop_column(table, "request")
