"""What somebody has seen of an episode is kept, so that a page can mark what is new to them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "look",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("new_after", sa.Integer(), nullable=False),
        sa.Column("new_since", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.PrimaryKeyConstraint("login", "episode"),
    )
    op.create_index("ix_look_episode", "look", ["episode"])


def downgrade() -> None:
    """Go back. What was new to whom is lost here; at their next visit nothing is told as new."""
    op.drop_table("look")
