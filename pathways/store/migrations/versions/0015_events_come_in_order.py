"""No event is dated before the one before it: the database itself refuses it."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SAYS = "an event is not dated before the one before it"
_EARLIER = "(SELECT 1 FROM event WHERE episode = NEW.episode AND number = NEW.number - 1 AND at > NEW.at)"


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_event_out_of_order() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF EXISTS {_EARLIER} THEN RAISE EXCEPTION '{_SAYS}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER event_is_in_order BEFORE INSERT ON event "
            "FOR EACH ROW EXECUTE FUNCTION refuse_event_out_of_order()"
        )
        return
    op.execute(
        f"CREATE TRIGGER event_is_in_order BEFORE INSERT ON event WHEN EXISTS {_EARLIER} "
        f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER event_is_in_order ON event")
        op.execute("DROP FUNCTION refuse_event_out_of_order")
        return
    op.execute("DROP TRIGGER event_is_in_order")
