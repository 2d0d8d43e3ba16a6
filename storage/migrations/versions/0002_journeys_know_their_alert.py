"""Journeys know the alert that tells of them.

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


def downgrade() -> None:
    op.drop_column("journeys", "alert_id")
