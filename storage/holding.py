"""Messages that quiet hours hold back: never tried, and not due yet."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, delete, func, select, update

from storage.due import WAITING
from storage.tables import OutboxRow
from storage.topics import Topic, announce


def drop_held(session: Session, alert_id: int, now: datetime) -> None:
    """Forget an alert's messages that are held back, and their threads.

    One that another process has taken meanwhile is held back no more.
    """
    which = and_(col(OutboxRow.alert_id) == alert_id, _held(now))
    ids = session.exec(select(col(OutboxRow.id)).where(which).with_for_update()).all()
    if ids:
        family = or_(col(OutboxRow.id).in_(ids), col(OutboxRow.parent_id).in_(ids))
        session.exec(delete(OutboxRow).where(col(OutboxRow.alert_id) == alert_id, family))


def let_go(session: Session, ids: Collection[int | None], now: datetime) -> None:
    """Send those of them that are held back at once."""
    which = and_(col(OutboxRow.id).in_(ids), _held(now))
    session.exec(update(OutboxRow).where(which).values(next_at=now, created_at=now))
    announce(session, Topic.OUTBOX)


def look_ahead(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many messages are held back, and when the first of them is let go."""
    which = select(func.count(), func.min(col(OutboxRow.next_at))).where(WAITING, _held(now))
    count, first = session.execute(which).one()
    return int(count), first


def _held(now: datetime) -> ColumnElement[bool]:
    return and_(col(OutboxRow.first_try_at).is_(None), col(OutboxRow.next_at) > now)
