"""How often somebody uses patients' numbers is counted, and a protection is lifted by two people."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "number_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_number_try_login", "number_try", ["login"])
    op.create_index("ix_number_try_at", "number_try", ["at"])
    op.create_table(
        "protection_lifting",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["login"], ["user_account.login"]),
        sa.PrimaryKeyConstraint("person_id"),
    )


def downgrade() -> None:
    """Go back. Whoever had asked to lift a protection asks again."""
    op.drop_table("protection_lifting")
    op.drop_table("number_try")
