"""Numbers of rows have 64 bits on PostgreSQL, too: looks at feeds use up many. SQLite's always had.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBERED = {
    "receipts": ("id",),
    "journeys": ("id", "alert_id"),
    "legs": ("journey_id",),
    "alerts": ("id",),
    "outbox": ("id", "alert_id", "parent_id"),
    "storm_members": ("outbox_id", "alert_id"),
    "links": ("id",),
    "invocations": ("id",),
    "audit": ("id",),
}


def upgrade() -> None:
    _change("BIGINT")


def downgrade() -> None:
    _change("INTEGER")


def _change(kind: str) -> None:
    """Once for each table: PostgreSQL writes it anew."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in NUMBERED.items():
        changes = ", ".join(f"ALTER COLUMN {column} TYPE {kind}" for column in columns)
        op.execute(f"ALTER TABLE {table} {changes}")
        if "id" in columns:
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS {kind}")
