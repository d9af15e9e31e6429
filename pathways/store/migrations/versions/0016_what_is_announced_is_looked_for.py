"""Up to where events were sent to the Prefect server is kept, so that they are looked for there."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. What was announced before counts as stored."""
    op.create_table(
        "announcement",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.PrimaryKeyConstraint("episode"),
    )


def downgrade() -> None:
    """Go back. What is on its way is sent once more."""
    op.drop_table("announcement")
