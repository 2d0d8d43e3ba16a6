"""Receipts: incoming posts and what feeds brought, each stored once, taken up in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select, update

from storage.store import Topic, announce
from storage.tables import CursorRow, ReceiptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceipt:
    """What came in, before anybody understood it."""

    system: str
    dedupe_key: str
    road: str
    content_type: str
    body: bytes
    received_at: datetime


def save_receipts(session: Session, receipts: Sequence[NewReceipt]) -> list[bool]:
    """Store each receipt whose ``(system, dedupe_key)`` is new; says for each whether it was."""
    rows = {(new.system, new.dedupe_key): _values(new) for new in reversed(receipts)}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(ReceiptRow)
        .values(list(reversed(rows.values())))
        .on_conflict_do_nothing(index_elements=["system", "dedupe_key"])
        .returning(col(ReceiptRow.system), col(ReceiptRow.dedupe_key))
    )
    stored = {(system, key) for system, key in session.execute(statement)}
    if stored:
        announce(session, Topic.RECEIPTS)
    fresh = []
    for new in receipts:
        name = (new.system, new.dedupe_key)
        fresh.append(name in stored)
        stored.discard(name)
    return fresh


def _values(new: NewReceipt) -> dict[str, object]:
    return {
        "system": new.system,
        "dedupe_key": new.dedupe_key,
        "road": new.road,
        "content_type": new.content_type,
        "body": new.body,
        "received_at": new.received_at,
        "state": "new",
    }


def save_feed_batch(
    session: Session, system: str, feed: str, cursor: str, receipts: Sequence[NewReceipt]
) -> int:
    """Store what a feed brought and move its cursor, together; returns how much was new."""
    fresh = save_receipts(session, receipts) if receipts else []
    session.merge(CursorRow(system=system, feed=feed, value=cursor))
    return sum(fresh)


def get_cursor(session: Session, system: str, feed: str) -> str | None:
    """How far the feed has been read; ``None`` before its first look."""
    row = session.get(CursorRow, (system, feed))
    return row.value if row else None


def list_new(session: Session, limit: int) -> list[ReceiptRow]:
    """The oldest receipts nobody has taken up yet, in the order they came."""
    return list(
        session.exec(
            select(ReceiptRow)
            .where(col(ReceiptRow.state) == "new")
            .order_by(col(ReceiptRow.id))
            .limit(limit)
        )
    )


def settle(session: Session, receipt_id: int, state: str, problem: str | None = None) -> bool:
    """Leave ``new`` for ``done``, ``ignored`` or ``failed``; false if somebody did already."""
    changed = session.exec(
        update(ReceiptRow)
        .where(col(ReceiptRow.id) == receipt_id, col(ReceiptRow.state) == "new")
        .values(state=state, problem=problem)
    )
    return changed.rowcount == 1


def replay_failed(session: Session, system: str | None = None) -> int:
    """Put failed receipts back in line; returns how many."""
    which = update(ReceiptRow).where(col(ReceiptRow.state) == "failed")
    if system is not None:
        which = which.where(col(ReceiptRow.system) == system)
    changed = session.exec(which.values(state="new", problem=None))
    announce(session, Topic.RECEIPTS)
    return int(changed.rowcount)


def count_waiting(session: Session) -> int:
    """How many receipts wait to be taken up."""
    return session.exec(
        select(func.count()).select_from(ReceiptRow).where(col(ReceiptRow.state) == "new")
    ).one()


def last_received(session: Session) -> dict[str, datetime]:
    """When each system was last heard from."""
    newest = select(func.max(col(ReceiptRow.id))).group_by(col(ReceiptRow.system))
    rows = session.exec(select(ReceiptRow).where(col(ReceiptRow.id).in_(newest)))
    return {row.system: row.received_at for row in rows}
