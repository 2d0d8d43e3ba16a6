"""Inserts that may meet a row that is there already, as each database spells them."""

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session


def insert_new(session: Session, table: type[Any]) -> Any:
    """An ``INSERT`` that leaves a row alone that is there already; returns the key of a new one."""
    return _insert_new(session.get_bind().dialect.name, table.__table__)


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    """Only that dialect is loaded: PostgreSQL's is large, and SQLite needs nothing of it."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        insert: Any = sqlite.insert(table)
    else:
        from sqlalchemy.dialects import postgresql

        insert = postgresql.insert(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key)
