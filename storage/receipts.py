"""Receipts: incoming posts and what feeds brought, each stored once, taken up in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain, groupby, islice, zip_longest
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Executable, Integer, bindparam, text
from sqlmodel import Session, col, func, select, update

from storage.batches import Statement
from storage.columns import columns_of, select_values
from storage.tables import CursorRow, ReceiptRow
from storage.topics import Topic, announce

IS_NEW = text("receipts.state = 'new'")
IS_FAILED = text("receipts.state = 'failed'")
"""As the partial index has it, so that it is used without looking at values."""


class WaitingReceipt(NamedTuple):
    """A receipt that nobody has taken up yet, and the number it is stored under."""

    id: int
    system: str
    dedupe_key: str
    road: str
    content_type: str
    body: bytes
    received_at: datetime


SETTLE = (
    update(ReceiptRow)
    .where(col(ReceiptRow.id).in_(bindparam("ids", expanding=True)), IS_NEW)
    .values(state=bindparam("to"), problem=bindparam("why"))
    .returning(col(ReceiptRow.id))
)

WAITING_SYSTEMS = text("""
WITH RECURSIVE waiting (system) AS (
  SELECT min(system) FROM receipts WHERE receipts.state = 'new'
  UNION ALL
  SELECT (SELECT min(system) FROM receipts
          WHERE receipts.state = 'new' AND receipts.system > waiting.system)
  FROM waiting WHERE waiting.system IS NOT NULL
)
SELECT system FROM waiting WHERE system IS NOT NULL
""")
FIRST = (
    select_values(*columns_of(ReceiptRow, WaitingReceipt._fields))
    .where(IS_NEW)
    .order_by(col(ReceiptRow.system), col(ReceiptRow.id))
    .limit(bindparam("most", type_=Integer()))
)
"""In the order of the partial index, so that nothing else is read."""
OLDEST = FIRST.where(col(ReceiptRow.system) == bindparam("of_system"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNSAID_EPOCH = EPOCH.replace(tzinfo=None)
LARGEST_INSERT = 512
SQLITE_INSERT = """
INSERT INTO receipts (system, dedupe_key, road, content_type, body, received_at, state)
VALUES {rows}
ON CONFLICT (system, dedupe_key) DO NOTHING
"""
SQLITE_ROW = "(?, ?, ?, ?, ?, ?, 'new')"
POSTGRESQL_INSERT = """
WITH new AS MATERIALIZED (
  SELECT nextval('receipts_id_seq') AS id, system, dedupe_key, road, content_type, body, at
  FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bytea[], %b::timestamptz[])
  AS new (system, dedupe_key, road, content_type, body, at)
)
INSERT INTO receipts (id, system, dedupe_key, road, content_type, body, received_at, state)
SELECT id, system, dedupe_key, road, content_type, body, at, 'new'
FROM new ORDER BY system, dedupe_key, id
ON CONFLICT (system, dedupe_key) DO NOTHING
"""
"""Numbered as they came, and stored in the order of their keys: replicas that get the same posts in
different order would wait for each other. Arrays go as binary: psycopg writes them out as text
three times as slowly."""


class NewReceipt(NamedTuple):
    """What came in, before anybody understood it; in the order of the columns."""

    system: str
    dedupe_key: str
    road: str
    content_type: str
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """The state that a receipt is left in, and why."""

    receipt_id: int
    state: str
    problem: str | None = None


def save_receipts(session: Session, receipts: Sequence[NewReceipt]) -> None:
    """Store each receipt whose ``(system, dedupe_key)`` is new; of several alike the first."""
    connection = session.connection()
    for start in range(0, len(receipts), LARGEST_INSERT):
        some = receipts[start : start + LARGEST_INSERT]
        sql, values, topic = insert_receipts(connection.dialect.name, some)
        if connection.exec_driver_sql(sql, values).rowcount:
            announce(session, topic)


def insert_receipts(dialect: str, receipts: Sequence[NewReceipt]) -> Statement:
    """The statement that does this for ``LARGEST_INSERT`` at most (see ``Store.write_item``)."""
    if any(new.received_at.tzinfo is None for new in receipts):
        raise ValueError("a datetime without a zone cannot be stored")
    if dialect == "sqlite":
        values = tuple(chain.from_iterable(map(_sqlite_row, receipts)))
        return Statement(_sqlite_insert(len(receipts)), values, Topic.RECEIPTS)
    columns = tuple(map(list, zip(*receipts, strict=True)))
    return Statement(POSTGRESQL_INSERT, columns, Topic.RECEIPTS)


@cache
def _sqlite_insert(rows: int) -> str:
    return SQLITE_INSERT.format(rows=", ".join([SQLITE_ROW] * rows))


def _sqlite_row(new: NewReceipt) -> tuple[Any, ...]:
    """SQLite keeps the time as text: UTC, but without saying so."""
    at = UNSAID_EPOCH + (new.received_at - EPOCH)
    return (*new[:-1], at.isoformat(" ", "microseconds"))


def save_feed_batch(
    session: Session, system: str, feed: str, cursor: str, receipts: Sequence[NewReceipt]
) -> None:
    """Store what a feed brought and move its cursor, together."""
    save_receipts(session, receipts)
    session.merge(CursorRow(system=system, feed=feed, value=cursor))


def get_cursor(session: Session, system: str, feed: str) -> str | None:
    """How far the feed has been read; ``None`` before its first look."""
    row = session.get(CursorRow, (system, feed))
    return row.value if row else None


def list_new(session: Session, limit: int) -> list[WaitingReceipt]:
    """Receipts nobody has taken up yet: each system's oldest first, and the systems in turn.

    A flood of one system's posts makes no other wait. Fewer than ``limit`` are all that wait.
    """
    first = _list(session, FIRST, {"most": limit})
    lines = [list(line) for _, line in groupby(first, key=attrgetter("system"))]
    if len(first) == limit:
        lines = _list_lines(session, limit)
    turns = ([row for row in turn if row is not None] for turn in zip_longest(*lines))
    in_turn = (row for turn in turns for row in sorted(turn, key=attrgetter("id")))
    return list(islice(in_turn, limit))


def _list_lines(session: Session, limit: int) -> list[list[WaitingReceipt]]:
    """The oldest of each system, as many as it takes to have ``limit`` altogether."""
    systems = list_waiting_systems(session)
    each = -(-limit // max(1, len(systems)))
    while True:
        lines = [_list(session, OLDEST, {"of_system": key, "most": each}) for key in systems]
        found = sum(map(len, lines))
        if found >= limit or all(len(line) < each for line in lines):
            return lines
        each += limit - found


def _list(session: Session, which: Executable, values: Mapping[str, Any]) -> list[WaitingReceipt]:
    return [WaitingReceipt(*row) for row in session.connection().execute(which, values)]


def list_waiting_systems(session: Session) -> list[str]:
    """Whose receipts wait. As quick as there are few of them, however many receipts that is."""
    return list(session.execute(WAITING_SYSTEMS).scalars())


def settle_all(session: Session, outcomes: Sequence[Settlement]) -> set[int]:
    """Leave ``new`` for ``done``, ``ignored`` or ``failed``; returns the ids of those that nobody
    had settled."""
    by_state: dict[tuple[str, str | None], list[int]] = {}
    for each in outcomes:
        by_state.setdefault((each.state, each.problem), []).append(each.receipt_id)
    settled: set[int] = set()
    for (state, problem), ids in by_state.items():
        values = {"ids": ids, "to": state, "why": problem}
        changed = session.connection().execute(SETTLE, values)
        settled.update(receipt_id for (receipt_id,) in changed if receipt_id is not None)
    return settled


def count_waiting(session: Session) -> int:
    """How many receipts wait to be taken up."""
    return session.exec(select(func.count()).select_from(ReceiptRow).where(IS_NEW)).one()
