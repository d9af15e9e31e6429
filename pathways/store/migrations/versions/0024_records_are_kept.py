"""An episode says who has its record kept, although it is old enough to be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Nobody has said it of any so far."""
    op.add_column("episode", sa.Column("record_kept_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("episode", "record_kept_by")
