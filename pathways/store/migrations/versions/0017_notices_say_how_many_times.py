"""A notice says for the how manyth time it is told."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. What was told before counts as told for the first time."""
    op.add_column("notice", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("notice") as batch_op:
        batch_op.alter_column("times", server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("times")
