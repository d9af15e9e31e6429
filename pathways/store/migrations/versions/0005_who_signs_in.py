"""Users, their memberships, sessions and tokens, and what is opened in an emergency."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "user_account",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("login"),
    )
    op.create_table(
        "membership",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_unit("role"),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.PrimaryKeyConstraint("login", "position"),
        sa.UniqueConstraint("login", "network", "team", "role"),
    )
    op.create_table(
        "desk_session",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        *_unit("role"),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        *_unit("role"),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        *_unit(),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("until_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.ForeignKeyConstraint(["episode"], ["episode.reference"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "identity_reader",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.PrimaryKeyConstraint("person_id", "login"),
    )
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    """Go back. All of it is lost."""
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)
    for table in ("identity_reader", "emergency_access", "api_token", "desk_session", "membership", "user_account"):
        op.drop_table(table)


_INDEXES = (
    ("membership", "network"),
    ("desk_session", "login"),
    ("desk_session", "began_at"),
    ("api_token", "login"),
    ("emergency_access", "login"),
    ("emergency_access", "episode"),
)


def _unit(*more: str) -> list[sa.Column[str]]:
    """For which unit somebody acts, and perhaps in which role."""
    return [sa.Column(name, sa.String(), nullable=False) for name in ("network", "team", *more)]
