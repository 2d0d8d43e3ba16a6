"""Receipts that could not be read: shown without their bodies, taken up again, or dropped."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Delete, Update
from sqlmodel import Session, col, delete, func, select, update

from storage import audit
from storage.receipts import IS_FAILED
from storage.tables import ReceiptRow
from storage.topics import Topic, announce


class Unreadable(NamedTuple):
    """What is known of an event that nobody could read."""

    id: int
    system: str
    received_at: datetime
    problem: str | None


def list_unreadable(session: Session, system: str | None = None) -> list[Unreadable]:
    """All of them, or those of one phone system, oldest first."""
    which = select(
        col(ReceiptRow.id),
        col(ReceiptRow.system),
        col(ReceiptRow.received_at),
        col(ReceiptRow.problem),
    ).where(IS_FAILED)
    if system is not None:
        which = which.where(col(ReceiptRow.system) == system)
    return [Unreadable(*row) for row in session.execute(which.order_by(col(ReceiptRow.id)))]


def count_unreadable(session: Session) -> int:
    """How many there are of all phone systems."""
    return session.exec(select(func.count()).select_from(ReceiptRow).where(IS_FAILED)).one()


def count_since(session: Session, system: str) -> tuple[int, datetime]:
    """How many a phone system has, and when the first of them came. There must be one."""
    count, since = session.execute(
        select(func.count(), func.min(col(ReceiptRow.received_at))).where(
            IS_FAILED, col(ReceiptRow.system) == system
        )
    ).one()
    return int(count), since


def retry(session: Session, ids: Sequence[int], actor: str, now: datetime) -> list[int]:
    """Put unreadable events back in line; returns which."""
    announce(session, Topic.RECEIPTS)
    again = update(ReceiptRow).values(state="new", problem=None)
    return _change(session, ids, again, "replay retry", actor, now)


def drop(session: Session, ids: Sequence[int], actor: str, now: datetime) -> list[int]:
    """Remove unreadable events for good; returns which."""
    return _change(session, ids, delete(ReceiptRow), "replay drop", actor, now)


def _change(
    session: Session,
    ids: Sequence[int],
    change: Update | Delete,
    action: str,
    actor: str,
    now: datetime,
) -> list[int]:
    chosen = change.where(col(ReceiptRow.id).in_(ids), IS_FAILED)
    rows = session.execute(chosen.returning(col(ReceiptRow.id), col(ReceiptRow.system))).all()
    for receipt_id, system in rows:
        audit.note(
            session,
            at=now,
            actor=actor,
            surface="terminal",
            action=action,
            system=system,
            subject=f"event {receipt_id}",
            outcome="done",
        )
    return sorted(receipt_id for receipt_id, _ in rows)
