"""Journeys know the alert that tells of them; receipts are taken up by system; an index is gone.

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
    op.drop_index("receipts_new", table_name="receipts")
    _index("receipts_new", "receipts", ["system", "id"], "state = 'new'")


def downgrade() -> None:
    op.drop_index("receipts_new", table_name="receipts")
    _index("receipts_new", "receipts", ["id"], "state = 'new'")
    _index("journeys_open", "journeys", ["system"], "outcome = ''")
    op.drop_column("journeys", "alert_id")


def _index(name: str, table: str, columns: list[str], condition: str) -> None:
    """An index over the few rows for which ``condition`` holds."""
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
