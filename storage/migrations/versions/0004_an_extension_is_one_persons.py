"""An extension has one holder: the database sees to it. Of two, the older link goes.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_ACTIVE = sa.text("state = 'active'")
OLDER = sa.text("""
DELETE FROM links WHERE state = 'active' AND EXISTS (
  SELECT 1 FROM links AS newer
  WHERE newer.state = 'active'
  AND newer.system = links.system AND newer.extension = links.extension
  AND (newer.changed_at > links.changed_at
       OR (newer.changed_at = links.changed_at AND newer.id > links.id))
)
""")


def upgrade() -> None:
    op.execute(OLDER)
    op.create_index(
        "links_active",
        "links",
        ["system", "extension"],
        unique=True,
        sqlite_where=IS_ACTIVE,
        postgresql_where=IS_ACTIVE,
    )


def downgrade() -> None:
    op.drop_index("links_active", table_name="links")
