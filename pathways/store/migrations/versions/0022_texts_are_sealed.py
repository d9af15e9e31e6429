"""Texts of care are sealed, each with the key of its episode or network: `schema.upgrade` seals those there are."""

import sqlalchemy as sa
from alembic import op

from pathways.errors import Failed

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "text_key",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )


def downgrade() -> None:
    """Go back, where nothing is sealed: before this, nobody could read it."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM text_key")).first():
        raise Failed("Texts of care are sealed: an earlier version cannot read them.", "Restore an earlier backup.")
    op.drop_table("text_key")
