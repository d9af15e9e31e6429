"""Which teams an episode concerns and what each is waited for are kept, and the district as a column of its own.

`schema.py` fills them for the episodes that are there: what they hold follows from the other rows.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

_IS_NOT_OVER = sa.text("status <> 'finished'")
_BOARDS = {
    "ix_episode_board_of_levels": ["network", "pathway", "level", "due_at", "reference"],
    "ix_episode_board_of_teams": ["network", "team", "due_at", "reference"],
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "concern",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.PrimaryKeyConstraint("episode", "team"),
    )
    op.create_index("ix_concern_network_team", "concern", ["network", "team"])
    op.create_table(
        "team_wait",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.PrimaryKeyConstraint("episode", "key", "team"),
    )
    op.create_index("ix_team_wait_inbox", "team_wait", ["network", "team", "due_at", "episode", "key"])
    op.add_column("episode", sa.Column("due_at", UTCDateTime(), nullable=True))
    op.add_column("episode", sa.Column("district", sa.String(), nullable=True))
    _move_the_district(
        sqlite="district = json_extract(details, '$.district'), details = json_remove(details, '$.district')",
        postgresql="district = details ->> 'district', details = CAST(CAST(details AS jsonb) - 'district' AS json)",
    )
    for name, columns in _BOARDS.items():
        op.create_index(name, "episode", columns, sqlite_where=_IS_NOT_OVER, postgresql_where=_IS_NOT_OVER)


def downgrade() -> None:
    """Go back. Nothing is lost: what these tables hold follows from the others."""
    for name in _BOARDS:
        op.drop_index(name, "episode")
    _move_the_district(
        sqlite="details = json_set(details, '$.district', district)",
        postgresql="details = CAST(jsonb_set(CAST(details AS jsonb), '{district}', "
        "coalesce(to_jsonb(district), 'null')) AS json)",
    )
    op.drop_column("episode", "district")
    op.drop_column("episode", "due_at")
    op.drop_table("team_wait")
    op.drop_table("concern")


def _move_the_district(**values: str) -> None:
    op.execute(sa.text(f"UPDATE episode SET {values[op.get_bind().dialect.name]}"))  # noqa: S608 - written above
