"""Trouble with the database: how it is noticed, whose fault it is, and its one sentence."""

import uuid
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col, delete, insert

from storage.engine import DatabaseUnusable
from storage.tables import WatchRow

DEADLOCK = "40P01"
LOCKED = "55P03"
NOT_ALLOWED = "42501"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def check_open(connection: Connection) -> None:
    """Raises ``DatabaseUnusable`` where a commit would keep nothing, and would not say so.

    SQLite may end a transaction by itself, on a full disk for one (see
    https://sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
    PostgreSQL undoes one in which something has failed, even where a unit thought nothing of it.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        is_given_up = not driver.in_transaction
    else:
        is_given_up = driver.info.transaction_status.name == "INERROR"
    if is_given_up:
        raise DatabaseUnusable("The database gave up everything it was asked to write.")


def prove_writable(connection: Connection) -> None:
    """Write a row and take it away: a transaction that writes nothing succeeds on a read-only
    database, too. Raises what the database says."""
    key = uuid.uuid4().hex
    connection.execute(insert(WatchRow).values(key=key, facts={}))
    connection.execute(delete(WatchRow).where(col(WatchRow.key) == key))


def mistake_in(error: DatabaseUnusable) -> Exception | None:
    """What is worth a traceback; ``None`` when only the database itself is in trouble."""
    cause = error.__cause__
    if isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlstate", None) == NOT_ALLOWED:
        return None
    ours = isinstance(cause, (DataError, IntegrityError, ProgrammingError))
    return error if ours or not isinstance(cause, DBAPIError | None) else None


def told_of(error: Exception) -> Exception:
    """The error to hand out: trouble with the database itself in one sentence.

    A value that it cannot hold is the unit's own fault, and so is a broken constraint.
    """
    if isinstance(error, DBAPIError) and not isinstance(error, (IntegrityError, DataError)):
        return unusable(error)
    return error


def lost_a_race(error: Exception) -> bool:
    """Whether another process may have come first: run anew, the unit sees what that one wrote."""
    if isinstance(error, (IntegrityError, StaleDataError)):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == DEADLOCK


def lost_the_connection(error: Exception) -> bool:
    """Whether the server, or the way to it, was not there any more."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def unusable(error: Exception) -> DatabaseUnusable:
    if isinstance(error, DatabaseUnusable):
        return error
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = next(iter(str(cause).splitlines()), type(cause).__name__)
    told = DatabaseUnusable(f"The database cannot be used: {said}.")
    told.__cause__ = error
    return told
