"""A session says where it was begun, and when its user proved to be who they are."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Whoever is signed in has proved it too long ago."""
    op.add_column("desk_session", sa.Column("proved_at", UTCDateTime(), nullable=True))
    op.add_column("desk_session", sa.Column("address", sa.String(), nullable=True))
    op.add_column("desk_session", sa.Column("browser", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for name in ("browser", "address", "proved_at"):
        op.drop_column("desk_session", name)
