"""Removes what is over and done with, a bounded batch at a time. What is open is never removed."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, SQLModel, and_, col, delete, func, select

from storage import leases
from storage.links import QUESTION
from storage.tables import AuditRow, InvocationRow, OutboxRow, ReceiptRow, TickRow, WatchRow

BATCH: Final = 500
TICKS_KEPT: Final = timedelta(days=7)
"""Longer than any outage after which a replica whose clock is late might take a run again."""
WRITTEN: Final = "written:"
"""The prefix of the row that a process writes to see whether it can; the rest is its id."""


def remove_receipts(session: Session, older_than: datetime, after: int) -> int | None:
    """Remove settled receipts, those that nobody could read among them.

    Looks at one batch of rows behind the id ``after``. Returns where to go on, or ``None`` when
    only newer rows follow.
    """
    settled = col(ReceiptRow.state).in_(("done", "ignored", "failed"))
    return _remove(session, ReceiptRow, ReceiptRow.received_at, settled, older_than, after)


def remove_invocations(session: Session, older_than: datetime, after: int) -> int | None:
    """Remove what was carried out; see ``remove_receipts``."""
    done = col(InvocationRow.state) == "done"
    return _remove(session, InvocationRow, InvocationRow.asked_at, done, older_than, after)


def remove_messages(session: Session, older_than: datetime, after: int) -> int | None:
    """Remove what was sent and nothing refers to any more; see ``remove_receipts``.

    Cards and storms stay: they are edited, their threads and buttons go by them. So do questions
    to admins, which an answer edits, and whatever a channel is still searched for extras of.
    """
    over = and_(
        col(OutboxRow.state) == "sent",
        col(OutboxRow.kind).in_(("line", "notice", "private")),
        col(OutboxRow.key).not_like(f"{QUESTION}%"),
        col(OutboxRow.audit_at).is_(None),
    )
    return _remove(session, OutboxRow, OutboxRow.created_at, over, older_than, after)


def remove_audit(session: Session, older_than: datetime, after: int) -> int | None:
    """Remove old audit rows; see ``remove_receipts``."""
    return _remove(session, AuditRow, AuditRow.at, True, older_than, after)


def _remove(
    session: Session,
    table: type[SQLModel],
    moment: Any,
    which: Any,
    older_than: datetime,
    after: int,
) -> int | None:
    key = table.__table__.c.id  # type: ignore[attr-defined]
    rows = session.execute(select(key, moment).where(key > after).order_by(key).limit(BATCH)).all()
    old = [row_id for row_id, at in rows if at < older_than]
    if old:
        span = (key >= old[0], key <= old[-1], moment < older_than)
        session.execute(delete(table).where(*span, which))
    full = len(rows) == BATCH and len(old) > 0
    return int(rows[-1][0]) if full else None


def remove_ticks(session: Session, now: datetime) -> int:
    """Remove runs of long ago, but never a job's newest; returns how many."""
    gone = 0
    newest = select(TickRow.job, func.max(col(TickRow.scheduled_for))).group_by(col(TickRow.job))
    for job, last in session.exec(newest).all():
        before = min(last, now - TICKS_KEPT)
        which = (col(TickRow.job) == job, col(TickRow.scheduled_for) < before)
        edge = session.exec(
            select(TickRow.scheduled_for)
            .where(*which)
            .order_by(col(TickRow.scheduled_for))
            .offset(BATCH * 10)
            .limit(1)
        ).first()
        until = before if edge is None else edge
        old = delete(TickRow).where(*which, col(TickRow.scheduled_for) < until)
        gone += int(session.exec(old).rowcount)
    return gone


def remove_leases(session: Session, now: datetime) -> None:
    """Remove what processes that ended long ago have left behind."""
    if session.get_bind().dialect.name == "sqlite":  # there are none
        return
    leases.forget_gone(session, now)
    living = [WRITTEN + process for process in leases.list_living(session)]
    key = col(WatchRow.key)
    session.exec(delete(WatchRow).where(key.startswith(WRITTEN), key.not_in(living)))
