"""The first tables"""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index("alerts_by_key", ["dedup_key", "opened_at"], unique=False)
        batch_op.create_index(
            "alerts_open",
            ["dedup_key"],
            unique=True,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )
        batch_op.create_index(
            "alerts_open_by_kind",
            ["kind", "tenant"],
            unique=False,
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "cursors",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("system", "feed"),
    )
    op.create_table(
        "invocations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("slack_channel", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("invocations", schema=None) as batch_op:
        batch_op.create_index(
            "invocations_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state <> 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        )

    op.create_table(
        "journeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.create_index("journeys_by_party", ["tenant", "party", "started_at"], unique=False)
        batch_op.create_index("journeys_by_system", ["system", "started_at"], unique=False)
        batch_op.create_index(
            "journeys_open",
            ["system"],
            unique=False,
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )

    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "legs",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("system", "call_id"),
    )
    with op.batch_alter_table("legs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legs_journey_id"), ["journey_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slack_user", "system"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slack_channel", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("audit_at", UtcDateTime(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("posted_to", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=True),
        sa.Column("first_try_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "outbox_audits",
            ["audit_at"],
            unique=False,
            sqlite_where=sa.text("audit_at IS NOT NULL"),
            postgresql_where=sa.text("audit_at IS NOT NULL"),
        )
        batch_op.create_index("outbox_by_alert", ["alert_id"], unique=False)
        batch_op.create_index(
            "outbox_storms",
            ["slack_channel", "id"],
            unique=False,
            sqlite_where=sa.text("kind = 'storm'"),
            postgresql_where=sa.text("kind = 'storm'"),
        )
        batch_op.create_index(
            "outbox_waiting_cards",
            ["slack_channel"],
            unique=False,
            sqlite_where=sa.text("ts IS NULL AND kind = 'card'"),
            postgresql_where=sa.text("ts IS NULL AND kind = 'card'"),
        )
        batch_op.create_index(
            "outbox_dead",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'dead'"),
            postgresql_where=sa.text("state = 'dead'"),
        )
        batch_op.create_index(
            "outbox_waiting",
            ["next_at", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("state NOT IN ('sent', 'dead')"),
            postgresql_where=sa.text("state NOT IN ('sent', 'dead')"),
        )

    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("road", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("system", "dedupe_key"),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(
            "receipts_failed",
            ["system", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index(
            "receipts_new",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        )

    op.create_table(
        "slack_channels",
        sa.Column("slack_channel", sa.String(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("slack_channel"),
    )
    op.create_table(
        "storm_members",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "alert_id"),
    )
    with op.batch_alter_table("storm_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_storm_members_alert_id"), ["alert_id"], unique=False)

    op.create_table(
        "ticks",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("scheduled_for", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("job", "scheduled_for"),
    )
    op.create_table(
        "timers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timers_due_at"), ["due_at"], unique=False)

    op.create_table(
        "watches",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def downgrade() -> None:
    op.drop_table("watches")
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timers_due_at"))

    op.drop_table("timers")
    op.drop_table("ticks")
    with op.batch_alter_table("storm_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storm_members_alert_id"))

    op.drop_table("storm_members")
    op.drop_table("slack_channels")
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index(
            "receipts_new",
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        )
        batch_op.drop_index(
            "receipts_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )

    op.drop_table("receipts")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "outbox_waiting",
            sqlite_where=sa.text("state NOT IN ('sent', 'dead')"),
            postgresql_where=sa.text("state NOT IN ('sent', 'dead')"),
        )
        batch_op.drop_index(
            "outbox_dead",
            sqlite_where=sa.text("state = 'dead'"),
            postgresql_where=sa.text("state = 'dead'"),
        )
        batch_op.drop_index(
            "outbox_waiting_cards",
            sqlite_where=sa.text("ts IS NULL AND kind = 'card'"),
            postgresql_where=sa.text("ts IS NULL AND kind = 'card'"),
        )
        batch_op.drop_index(
            "outbox_storms",
            sqlite_where=sa.text("kind = 'storm'"),
            postgresql_where=sa.text("kind = 'storm'"),
        )
        batch_op.drop_index("outbox_by_alert")
        batch_op.drop_index(
            "outbox_audits",
            sqlite_where=sa.text("audit_at IS NOT NULL"),
            postgresql_where=sa.text("audit_at IS NOT NULL"),
        )

    op.drop_table("outbox")
    op.drop_table("links")
    with op.batch_alter_table("legs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_legs_journey_id"))

    op.drop_table("legs")
    op.drop_table("leases")
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.drop_index(
            "journeys_open",
            sqlite_where=sa.text("outcome = ''"),
            postgresql_where=sa.text("outcome = ''"),
        )
        batch_op.drop_index("journeys_by_system")
        batch_op.drop_index("journeys_by_party")

    op.drop_table("journeys")
    with op.batch_alter_table("invocations", schema=None) as batch_op:
        batch_op.drop_index(
            "invocations_waiting",
            sqlite_where=sa.text("state <> 'done'"),
            postgresql_where=sa.text("state <> 'done'"),
        )

    op.drop_table("invocations")
    op.drop_table("cursors")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index(
            "alerts_open_by_kind",
            sqlite_where=sa.text("is_open"),
            postgresql_where=sa.text("is_open"),
        )
        batch_op.drop_index(
            "alerts_open", sqlite_where=sa.text("is_open"), postgresql_where=sa.text("is_open")
        )
        batch_op.drop_index("alerts_by_key")

    op.drop_table("alerts")
