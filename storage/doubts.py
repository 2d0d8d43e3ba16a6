"""Deliveries whose outcome is not known, and the search for extras that follows them."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from storage.due import LIMIT, NOW, PARENT, WAITING
from storage.outbox import Pace, change
from storage.tables import OutboxRow

DOUBTFUL = (
    select(OutboxRow, col(PARENT.ts))
    .outerjoin(PARENT, col(PARENT.id) == col(OutboxRow.parent_id))
    .where(
        WAITING,
        col(OutboxRow.state).in_(("sending", "unknown")),
        col(OutboxRow.next_at) <= NOW,
    )
    .order_by(col(OutboxRow.next_at), col(OutboxRow.id))
    .limit(LIMIT)
)
AUDITS = (
    select(OutboxRow, col(PARENT.ts))
    .outerjoin(PARENT, col(PARENT.id) == col(OutboxRow.parent_id))
    .where(col(OutboxRow.audit_at) <= NOW)
    .order_by(col(OutboxRow.audit_at))
    .limit(LIMIT)
)


def mark_unknown(session: Session, row: OutboxRow, problem: str) -> None:
    """It may have arrived: its quarantine, set when it was taken, goes on."""
    change(session, row, state="unknown", uncertain=True, problem=problem)


def claim_doubtful(
    session: Session, now: datetime, pace: Pace, limit: int = 50
) -> list[tuple[OutboxRow, str | None]]:
    """Take messages whose outcome is unknown, or whose worker is gone, to look for them.

    Taking one moves its turn on, so that no two workers look for the same message.
    """
    due = session.execute(DOUBTFUL, {"now": now, "limit": limit}).all()
    later = now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds)
    taken = []
    for row, parent_ts in due:
        if change(
            session, row, attempt=row.attempt + 1, next_at=later, state="unknown", uncertain=True
        ):
            session.refresh(row)
            session.expunge(row)
            taken.append((row, parent_ts))
    return taken


def claim_audits(
    session: Session, now: datetime, pace: Pace, limit: int = 50
) -> list[tuple[OutboxRow, str | None]]:
    """Take messages that may have extras; the next look is set, should this one come to nothing."""
    due = session.execute(AUDITS, {"now": now, "limit": limit}).all()
    later = now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds)
    taken = []
    for row, parent_ts in due:
        changed = session.exec(
            update(OutboxRow)
            .where(col(OutboxRow.id) == row.id, col(OutboxRow.audit_at) == row.audit_at)
            .values(audit_at=later)
        )
        if changed.rowcount == 1:
            session.expunge(row)
            taken.append((row, parent_ts))
    return taken


def mark_audited(session: Session, row: OutboxRow, again_at: datetime | None) -> None:
    """The channel was searched for extras; ``again_at`` is the next look, if there is one."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == row.id)
        .values(looks=row.looks + 1, audit_at=again_at)
    )
