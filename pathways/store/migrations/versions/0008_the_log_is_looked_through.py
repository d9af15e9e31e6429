"""The audit log is looked through, and knows patients by numbers that are never another patient's."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_review",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        *(sa.Column(name, UTCDateTime(), nullable=False) for name in ("since_at", "until_at", "drawn_at", "due_at")),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("is_in_order", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_audit_review_network", "audit_review", ["network"])
    _make_numbers_of_patients_last(should_last=True)
    op.create_table(
        "earlier_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_earlier_person_person_id", "earlier_person", ["person_id"])


def _make_numbers_of_patients_last(*, should_last: bool) -> None:
    """SQLite gives the number of a row that was dropped to the next one, unless it is told not to."""
    if op.get_bind().dialect.name == "sqlite":
        how = {"sqlite_autoincrement": should_last}
        with op.batch_alter_table("person", recreate="always", table_kwargs=how):
            pass


def downgrade() -> None:
    """Go back. What was found in reviews is lost here; it stands in the log."""
    op.drop_table("earlier_person")
    _make_numbers_of_patients_last(should_last=False)
    op.drop_table("audit_review")
