"""Carries a whole database over to another one, and compares what arrived with what was there."""

import hashlib
import json
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final

from psycopg import DataError as DriverDataError
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DataError
from sqlmodel import SQLModel

from storage import tables
from storage.engine import Engines

assert tables
BATCH: Final = 2000
UNKEPT: Final = frozenset({"leases"})
"""Who held what on the old database means nothing on the new one."""

Progress = Callable[[str, int], None]
"""Told a table's name, and how many more of its rows are done."""


class MoveRefused(Exception):
    """The databases cannot be moved; the text is one sentence for people."""


def list_tables() -> list[Table]:
    """What is carried over, in order."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in UNKEPT]


def count_rows(engines: Engines) -> dict[str, int]:
    """How many rows each table has."""
    with engines.reader.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in list_tables()
        }


def require_empty(target: Engines) -> None:
    """Raises ``MoveRefused`` when the target has rows."""
    filled = sorted(name for name, count in count_rows(target).items() if count)
    if filled:
        raise MoveRefused(f"The target is not empty: it has {', '.join(filled)}.")


def move(source: Engines, target: Engines, progress: Progress) -> dict[str, int]:
    """Copy every table in one transaction, which may be silent for as long as it likes: nobody
    waits for its rows. Returns how many rows each had.

    Both databases have the present schema. Raises ``MoveRefused`` when the target has rows, or
    when what it has at the end is not what the source has: then nothing of it is kept.
    """
    require_empty(target)
    counts: dict[str, int] = {}
    with source.reader.connect() as old, target.writer.begin() as new:
        new.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        for table in list_tables():
            try:
                before = _copy(table, old, new, progress)
            except (DataError, DriverDataError) as error:
                said = str(getattr(error, "orig", error)).splitlines()[0]
                raise MoveRefused(
                    f"The target cannot hold a row of {table.name}: {said}."
                ) from error
            after = _digest(_rows(table, new), lambda row: None)
            if before != after:
                raise MoveRefused(f"{table.name} is not the same in the target: nothing was kept.")
            _set_sequence(table, new)
            counts[table.name] = before[0]
    return counts


def _copy(table: Table, old: Connection, new: Connection, progress: Progress) -> tuple[int, int]:
    """Copy a table; returns the count and digest of what was read."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = new.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        done = 0

        def pass_on(row: tuple[Any, ...]) -> None:
            nonlocal done
            copy.write_row([json.dumps(v) if isinstance(v, (dict, list)) else v for v in row])
            done += 1
            if done % BATCH == 0:
                progress(table.name, BATCH)

        result = _digest(_rows(table, old), pass_on)
        progress(table.name, done % BATCH)
    return result


def _rows(table: Table, connection: Connection) -> Generator[tuple[Any, ...], None, None]:
    streamed = select(table).execution_options(stream_results=True, yield_per=BATCH)
    with connection.execute(streamed) as result:
        for row in result:
            yield tuple(row)


def _digest(
    rows: Generator[tuple[Any, ...], None, None], also: Callable[[tuple[Any, ...]], None]
) -> tuple[int, int]:
    """Count and sum of hashes: the same in whatever order the rows come."""
    count = total = 0
    with closing(rows):
        for row in rows:
            also(row)
            words = repr([_canonical(value) for value in row]).encode()
            total += int.from_bytes(hashlib.sha256(words).digest())
            count += 1
    return count, total % 2**256


def _canonical(value: Any) -> Any:
    """A value as both databases give it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview) else value


def _set_sequence(table: Table, new: Connection) -> None:
    """New rows go on behind the ones that were carried over."""
    if "id" not in table.columns:
        return
    newest = new.execute(select(func.max(table.c.id))).scalar()
    if newest is not None:
        statement = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :newest)")
        new.execute(statement, {"name": table.name, "newest": newest})
