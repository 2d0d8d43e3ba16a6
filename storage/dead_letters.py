"""Messages that do not arrive: undeliverable ones, ones nobody is sure of, ones held up."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, not_, or_, select, update

from storage import audit
from storage.due import IS_DEAD, WAITING
from storage.tables import OutboxRow, StormMemberRow
from storage.topics import Topic, announce

STUCK = ("dead", "unknown")
HELD_UP = or_(col(OutboxRow.state) == "unknown", col(OutboxRow.problem).is_not(None))


def list_undelivered(session: Session) -> list[OutboxRow]:
    """Dead and unknown messages, and those that wait for a reason that is known; oldest first."""
    rows = [
        *session.exec(select(OutboxRow).where(IS_DEAD)),
        *session.exec(select(OutboxRow).where(WAITING, HELD_UP)),
    ]
    return sorted(rows, key=lambda row: (row.created_at, row.id))


def count_in_line(session: Session) -> int:
    """How many messages wait that nothing is known to be wrong with."""
    which = select(func.count()).select_from(OutboxRow).where(WAITING, not_(HELD_UP))
    return session.exec(which).one()


def list_dead(session: Session) -> list[int]:
    """The ids of those that will not be tried again."""
    return [row_id for row_id in session.exec(select(OutboxRow.id).where(IS_DEAD)) if row_id]


def retry(session: Session, ids: Sequence[int], actor: str, now: datetime) -> list[int]:
    """Put stuck messages back in line; returns which. An attempt under way counts no more."""
    done = []
    for message_id in ids:
        changed = session.exec(
            update(OutboxRow)
            .where(col(OutboxRow.id) == message_id, col(OutboxRow.state).in_(STUCK))
            .values(
                state="pending",
                attempt=col(OutboxRow.attempt) + 1,
                next_at=now,
                wanted_at=now,
                problem=None,
            )
        )
        if changed.rowcount == 1:
            done.append(message_id)
            _note(session, "outbox retry", message_id, actor, now)
    announce(session, Topic.OUTBOX)
    return done


def drop(session: Session, ids: Sequence[int], actor: str, now: datetime) -> list[int]:
    """Remove stuck messages for good, with what waits for their threads; returns which."""
    done = []
    for message_id in ids:
        stuck = select(OutboxRow.id).where(
            col(OutboxRow.id) == message_id, col(OutboxRow.state).in_(STUCK)
        )
        if session.exec(stuck.with_for_update()).first() is None:
            continue
        family = or_(col(OutboxRow.id) == message_id, col(OutboxRow.parent_id) == message_id)
        session.exec(delete(StormMemberRow).where(col(StormMemberRow.outbox_id) == message_id))
        session.exec(delete(OutboxRow).where(family))
        done.append(message_id)
        _note(session, "outbox drop", message_id, actor, now)
    return done


def _note(session: Session, action: str, message_id: int, actor: str, now: datetime) -> None:
    audit.note(
        session,
        at=now,
        actor=actor,
        surface="terminal",
        action=action,
        subject=f"message {message_id}",
        outcome="done",
    )
