"""The first schema: all tables, and events that the database itself refuses to change or delete."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "network_version",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("network", "number"),
    )
    op.create_table(
        "pathway_version",
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("applied_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("pathway", "version"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "episode",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("version", sa.Date(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("care_team", sa.JSON(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("end", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("announced_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("reference"),
    )
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_episode_network"), ["network"], unique=False)
        batch_op.create_index(batch_op.f("ix_episode_pathway"), ["pathway"], unique=False)
        batch_op.create_index(batch_op.f("ix_episode_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_episode_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_episode_team"), ["team"], unique=False)
        batch_op.create_index(
            "ix_episode_unannounced",
            ["reference"],
            unique=False,
            sqlite_where=sa.text("announced_number < number"),
            postgresql_where=sa.text("announced_number < number"),
        )
        batch_op.create_index(
            "uq_episode_active",
            ["person_id", "pathway"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.create_table(
        "person_identifier",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    with op.batch_alter_table("person_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_identifier_person_id"), ["person_id"], unique=False)

    op.create_table(
        "clock",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("repeat", sa.String(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode"],
            ["episode.reference"],
        ),
        sa.PrimaryKeyConstraint("episode", "key"),
    )
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_clock_running_next_at",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode"],
            ["episode.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("episode", "number"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_episode"), ["episode"], unique=False)

    op.create_table(
        "handover",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("drafted_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=True),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("held_from", sa.String(), nullable=True),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("closing_reason", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_unseen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode"],
            ["episode.reference"],
        ),
        sa.PrimaryKeyConstraint("reference"),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_episode"), ["episode"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_status"), ["status"], unique=False)
        batch_op.create_index(
            "ix_handover_unseen",
            ["reference"],
            unique=False,
            sqlite_where=sa.text("is_unseen"),
            postgresql_where=sa.text("is_unseen"),
        )
        batch_op.create_index(
            "uq_handover_open",
            ["episode"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('rejected', 'completed', 'cancelled', 'failed', 'entered-in-error')"),
            postgresql_where=sa.text(
                "status NOT IN ('rejected', 'completed', 'cancelled', 'failed', 'entered-in-error')"
            ),
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("handover", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("may_have_arrived", sa.Boolean(), nullable=False),
        sa.Column("next_attempt_at", UTCDateTime(), nullable=False),
        sa.Column("claimed_until", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("leaks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode"],
            ["episode.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_episode"), ["episode"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_handover"), ["handover"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_status"), ["status"], unique=False)
        batch_op.create_index(
            "ix_notice_waiting_next_attempt_at",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )

    op.create_table(
        "stay",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("from_at", UTCDateTime(), nullable=False),
        sa.Column("until_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["episode"],
            ["episode.reference"],
        ),
        sa.PrimaryKeyConstraint("episode", "position"),
    )
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index(
            "uq_stay_present",
            ["episode"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )

    op.create_table(
        "handover_run",
        sa.Column("handover", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover"],
            ["handover.reference"],
        ),
        sa.PrimaryKeyConstraint("handover"),
    )
    with op.batch_alter_table("handover_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_run_checked_at"), ["checked_at"], unique=False)

    op.create_table(
        "mark",
        sa.Column("handover", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover"],
            ["handover.reference"],
        ),
        sa.PrimaryKeyConstraint("handover", "kind"),
    )

    _refuse_changes_to_events()


def _refuse_changes_to_events() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$"
        )
        op.execute(
            "CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_event()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_refuses_{action.lower()} BEFORE {action} ON event "
            "BEGIN SELECT RAISE(ABORT, 'events are never changed or deleted'); END"
        )
    op.execute(  # INSERT OR REPLACE deletes without a word to the trigger above
        "CREATE TRIGGER event_refuses_replacement BEFORE INSERT ON event WHEN EXISTS "
        "(SELECT 1 FROM event WHERE id = NEW.id OR (episode = NEW.episode AND number = NEW.number)) "
        "BEGIN SELECT RAISE(ABORT, 'events are never changed or deleted'); END"
    )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER event_is_append_only ON event")
        op.execute("DROP FUNCTION refuse_change_of_event")
    op.drop_table("mark")
    with op.batch_alter_table("handover_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_run_checked_at"))

    op.drop_table("handover_run")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_stay_present", sqlite_where=sa.text("until_at IS NULL"), postgresql_where=sa.text("until_at IS NULL")
        )

    op.drop_table("stay")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_notice_waiting_next_attempt_at",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_notice_status"))
        batch_op.drop_index(batch_op.f("ix_notice_handover"))
        batch_op.drop_index(batch_op.f("ix_notice_episode"))

    op.drop_table("notice")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handover_open",
            sqlite_where=sa.text("status NOT IN ('rejected', 'completed', 'cancelled', 'failed', 'entered-in-error')"),
            postgresql_where=sa.text(
                "status NOT IN ('rejected', 'completed', 'cancelled', 'failed', 'entered-in-error')"
            ),
        )
        batch_op.drop_index(
            "ix_handover_unseen", sqlite_where=sa.text("is_unseen"), postgresql_where=sa.text("is_unseen")
        )
        batch_op.drop_index(batch_op.f("ix_handover_status"))
        batch_op.drop_index(batch_op.f("ix_handover_episode"))

    op.drop_table("handover")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_episode"))

    op.drop_table("event")
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_clock_running_next_at",
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )

    op.drop_table("clock")
    with op.batch_alter_table("person_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_identifier_person_id"))

    op.drop_table("person_identifier")
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_episode_active",
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )
        batch_op.drop_index(
            "ix_episode_unannounced",
            sqlite_where=sa.text("announced_number < number"),
            postgresql_where=sa.text("announced_number < number"),
        )
        batch_op.drop_index(batch_op.f("ix_episode_team"))
        batch_op.drop_index(batch_op.f("ix_episode_status"))
        batch_op.drop_index(batch_op.f("ix_episode_person_id"))
        batch_op.drop_index(batch_op.f("ix_episode_pathway"))
        batch_op.drop_index(batch_op.f("ix_episode_network"))

    op.drop_table("episode")
    op.drop_table("person")
    op.drop_table("pathway_version")
    op.drop_table("network_version")
