"""Things that are due at a moment, and ticks that only one replica takes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, select, update

from storage.conflicts import insert_new
from storage.tables import TickRow, TimerRow

GIVEN_BACK = "given back: "
"""Before the name of a job: runs that a clock has not come to, now that it was put back."""


def set_timer(
    session: Session, key: str, kind: str, due_at: datetime, payload: dict[str, Any]
) -> None:
    """Let ``kind`` be due at a moment; setting the same key again moves it."""
    session.merge(TimerRow(key=key, kind=kind, due_at=due_at, payload=payload))


def cancel_timer(session: Session, key: str) -> None:
    """Forget a timer, if it is still there."""
    session.exec(delete(TimerRow).where(col(TimerRow.key) == key))


def find_due_at(session: Session, key: str) -> datetime | None:
    """When a timer is due; ``None`` when there is none of that key."""
    return session.exec(select(col(TimerRow.due_at)).where(col(TimerRow.key) == key)).first()


def list_due(session: Session, now: datetime, limit: int = 100) -> list[TimerRow]:
    """Timers that are due, the oldest first."""
    return list(
        session.exec(
            select(TimerRow)
            .where(col(TimerRow.due_at) <= now)
            .order_by(col(TimerRow.due_at))
            .limit(limit)
        )
    )


def put_off(session: Session, key: str, due_at: datetime, until: datetime) -> None:
    """Let a timer be due later, unless it was moved or taken meanwhile."""
    which = col(TimerRow.key) == key, col(TimerRow.due_at) == due_at
    session.exec(update(TimerRow).where(*which).values(due_at=until))


def take_timer(session: Session, key: str, due_at: datetime) -> bool:
    """Remove a timer to act on it; false if it was moved or taken meanwhile."""
    gone = session.exec(
        delete(TimerRow).where(col(TimerRow.key) == key, col(TimerRow.due_at) == due_at)
    )
    return gone.rowcount == 1


def take_tick(session: Session, job: str, scheduled_for: datetime) -> bool:
    """Claim a scheduled run; false if some replica has it already."""
    claimed = session.execute(
        insert_new(session, TickRow).values(job=job, scheduled_for=scheduled_for)
    )
    return claimed.first() is not None


def give_back_ticks(session: Session, now: datetime, newest: Mapping[str, datetime]) -> None:
    """Let runs be taken again whose moment is yet to come. They are remembered as ``GIVEN_BACK``.

    ``newest`` has the newest run that may have been taken, of jobs whose runs are not named by
    their moment.
    """
    for job in session.exec(select(col(TickRow.job)).distinct()).all():
        if not job.startswith(GIVEN_BACK):
            early = col(TickRow.scheduled_for) > newest.get(job, now)
            _rename(session, job, f"{GIVEN_BACK}{job}", early)


def take_back_ticks(session: Session, now: datetime) -> None:
    """Whatever was given back and lies in the past: it was done, whatever the clock said since."""
    for job in session.exec(select(col(TickRow.job)).distinct()).all():
        if job.startswith(GIVEN_BACK):
            past = col(TickRow.scheduled_for) <= now
            _rename(session, job, job.removeprefix(GIVEN_BACK), past)


def _rename(session: Session, job: str, name: str, which: ColumnElement[bool]) -> None:
    for run in session.exec(select(TickRow).where(col(TickRow.job) == job, which)).all():
        session.merge(TickRow(job=name, scheduled_for=run.scheduled_for))
        session.delete(run)


def last_tick(session: Session, job: str) -> datetime | None:
    """When a job last had a run."""
    return session.exec(
        select(func.max(col(TickRow.scheduled_for))).where(col(TickRow.job) == job)
    ).one()
