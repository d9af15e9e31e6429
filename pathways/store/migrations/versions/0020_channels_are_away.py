"""A channel that is away is one incident, and a notice that does not leave goes to another contact instead."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "incident",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("over_at", UTCDateTime(), nullable=True),
        sa.Column("next_probe_at", UTCDateTime(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("next_report_at", UTCDateTime(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("instead_of", sa.Integer(), nullable=True))
        notice.add_column(sa.Column("channel", sa.String(), nullable=True))
        notice.create_foreign_key("fk_notice_instead_of", "notice", ["instead_of"], ["id"])
        notice.create_index("ix_notice_instead_of", ["instead_of"])


def downgrade() -> None:
    """Go back. What went to another contact instead stays, as a notice of its own."""
    with op.batch_alter_table("notice") as notice:
        notice.drop_index("ix_notice_instead_of")
        notice.drop_constraint("fk_notice_instead_of", type_="foreignkey")
        notice.drop_column("channel")
        notice.drop_column("instead_of")
    op.drop_table("incident")
