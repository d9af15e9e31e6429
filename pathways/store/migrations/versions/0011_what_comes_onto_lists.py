"""When each episode may come onto the list of a meeting is kept: a list is found without looking at all episodes.

`schema.py` fills it for the episodes that are there.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEX = "ix_episode_on_list"
_IS_FOR_A_LIST = sa.text("on_list_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.add_column("episode", sa.Column("on_list_at", UTCDateTime(), nullable=True))
    columns = ["network", "pathway", "on_list_at", "reference"]
    op.create_index(_INDEX, "episode", columns, sqlite_where=_IS_FOR_A_LIST, postgresql_where=_IS_FOR_A_LIST)


def downgrade() -> None:
    """Go back."""
    op.drop_index(_INDEX, "episode")
    op.drop_column("episode", "on_list_at")
