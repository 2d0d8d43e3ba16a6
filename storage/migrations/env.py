"""Runs migrations on the connection that ``storage.schema`` hands over."""

from alembic import context
from sqlmodel import SQLModel

from storage import tables

assert tables
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
