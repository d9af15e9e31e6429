"""The audit log: entries that nobody changes, and that nobody removes before their time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_entry",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("at", "login", "name", "role")),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("episode", sa.String(), nullable=True),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("network", "number"),
    )
    op.create_index("ix_audit_entry_network_at", "audit_entry", ["network", "at"])
    for column in ("episode", "person"):
        op.create_index(f"ix_audit_entry_{column}", "audit_entry", [column])
    op.create_table(
        "audit_beginning",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("network"),
    )
    _refuse_changes_on_postgresql() if op.get_bind().dialect.name == "postgresql" else _refuse_changes_on_sqlite()


def _refuse_changes_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change_of_audit_entry() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'entries of the audit log are never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_entry()"
    )
    op.execute(
        "CREATE FUNCTION keep_young_audit_entry() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF OLD.at::timestamptz > now() - interval '5 years' "
        "THEN RAISE EXCEPTION 'entries of the audit log are kept for five years'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION keep_young_audit_entry()"
    )


def _refuse_changes_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER audit_entry_refuses_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry "
        "WHEN OLD.at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '-5 years') "
        "BEGIN SELECT RAISE(ABORT, 'entries of the audit log are kept for five years'); END"
    )
    op.execute(  # INSERT OR REPLACE deletes without a word to the trigger above
        "CREATE TRIGGER audit_entry_refuses_replacement BEFORE INSERT ON audit_entry WHEN EXISTS "
        "(SELECT 1 FROM audit_entry WHERE network = NEW.network AND number = NEW.number) "
        "BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END"
    )


def downgrade() -> None:
    """Go back. The log is lost."""
    op.drop_table("audit_beginning")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audit_entry")
        op.execute("DROP FUNCTION keep_young_audit_entry")
