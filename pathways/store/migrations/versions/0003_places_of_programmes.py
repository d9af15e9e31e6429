"""Places of programmes: who is enrolled where there is a cap."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "programme_place",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.CheckConstraint("number >= 1 AND number <= cap", name="within_the_cap"),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.PrimaryKeyConstraint("network", "pathway", "number"),
        sa.UniqueConstraint("episode"),
    )


def downgrade() -> None:
    """Go back. Who is enrolled is lost from the rows, not from the events."""
    op.drop_table("programme_place")
