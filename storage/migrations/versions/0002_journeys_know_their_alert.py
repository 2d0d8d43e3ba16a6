"""Journeys know the alert that tells of them; an index that nobody asked is gone.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journeys", sa.Column("alert_id", sa.Integer(), nullable=True))
    op.drop_index("journeys_open", table_name="journeys")


def downgrade() -> None:
    where = sa.text("outcome = ''")
    op.create_index(
        "journeys_open", "journeys", ["system"], sqlite_where=where, postgresql_where=where
    )
    op.drop_column("journeys", "alert_id")
