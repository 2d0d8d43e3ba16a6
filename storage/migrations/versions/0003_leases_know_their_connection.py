"""Leases know the connection of their holder, so that its death is seen at once.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("leases", sa.Column("backend", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("leases", "backend")
