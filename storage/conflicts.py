"""Inserts that may meet a row that is there already, as each database spells them."""

from typing import Any

from sqlmodel import Session


def insert_new(session: Session, table: type[Any]) -> Any:
    """An ``INSERT`` with ``on_conflict_do_nothing``, in the dialect of the session's database.

    Only that dialect is loaded: PostgreSQL's is large, and SQLite needs nothing of it.
    """
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
