"""A token has a label, by which its owner knows it, and its last characters are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = ("label", "ending")


def upgrade() -> None:
    """Go forward."""
    for column in _COLUMNS:
        op.add_column("api_token", sa.Column(column, sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for column in _COLUMNS:
        op.drop_column("api_token", column)
