"""Roles and programs' tokens wait for a second administrator; a review of the log is of one organisation, or of all."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Tokens that there are hold as before."""
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login", "network", "team", "role"),
    )
    op.create_index("ix_role_request_login", "role_request", ["login"])
    op.create_index("ix_role_request_network", "role_request", ["network"])
    op.add_column("api_token", sa.Column("made_by", sa.String(), nullable=True))
    op.add_column("api_token", sa.Column("is_waiting", sa.Boolean(), nullable=True))
    op.add_column("audit_review", sa.Column("organisation", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back. Roles that wait are to be asked for again, and tokens that wait are gone."""
    op.execute("DELETE FROM api_token WHERE is_waiting")
    op.drop_column("audit_review", "organisation")
    op.drop_column("api_token", "is_waiting")
    op.drop_column("api_token", "made_by")
    op.drop_table("role_request")
