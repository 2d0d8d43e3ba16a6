"""A clock that was set: what was reckoned by it is moved along, so that waits stay as long.

For SQLite, where one process goes by its machine's clock. Nothing else may be at work meanwhile.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.due import WAITING
from storage.retention import WRITTEN
from storage.tables import InvocationRow, OutboxRow, SlackChannelRow, TimerRow
from storage.watches import get_watch, put_watch

ALONE = f"{WRITTEN}alone"
"""Where the one process notes every few seconds that it could write, and when."""


def last_written(session: Session) -> datetime | None:
    """When a process has last noted that it could write, by its clock."""
    at = get_watch(session, ALONE).get("at")
    return datetime.fromisoformat(at) if at else None


def move(session: Session, now: datetime, by: timedelta) -> None:
    """Move turns, attempts, audits, timers and questions; ``now`` is before the step.

    Messages that quiet hours hold back wait for a time of day, and stay.
    """
    for turn in session.exec(select(SlackChannelRow)):
        turn.next_at += by
    for row in session.exec(select(OutboxRow).where(WAITING)):
        if row.first_try_at is not None or row.next_at <= now:
            row.next_at += by
    for row in session.exec(select(OutboxRow).where(col(OutboxRow.audit_at).is_not(None))):
        assert row.audit_at is not None
        row.audit_at += by
    for timer in session.exec(select(TimerRow)):
        timer.due_at += by
    for asked in session.exec(select(InvocationRow).where(col(InvocationRow.state) != "done")):
        asked.asked_at += by
    put_watch(session, ALONE, {"at": (now + by).isoformat()})  # or a restart would move them again
