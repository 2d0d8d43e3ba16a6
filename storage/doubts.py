"""Deliveries whose outcome is not known, and the search for extras that follows them."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, case
from sqlmodel import Session, col, update

from storage.columns import select_values
from storage.due import LIMIT, NOW, PARENT, WAITING
from storage.outbox import OF_ATTEMPT, OF_ID, Pace, change
from storage.outgoing import COLUMNS, Outgoing
from storage.tables import OutboxRow
from storage.topics import Topic, announce

DOUBTFUL = (
    select_values(*COLUMNS, col(PARENT.ts))
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
    select_values(*COLUMNS, col(PARENT.ts))
    .outerjoin(PARENT, col(PARENT.id) == col(OutboxRow.parent_id))
    .where(col(OutboxRow.audit_at) <= NOW)
    .order_by(col(OutboxRow.audit_at))
    .limit(LIMIT)
)
TAKE_DOUBTFUL = (
    update(OutboxRow)
    .where(col(OutboxRow.id) == OF_ID, col(OutboxRow.attempt) == OF_ATTEMPT)
    .values(
        attempt=col(OutboxRow.attempt) + 1,
        next_at=bindparam("later"),
        state="unknown",
        uncertain=True,
    )
    .returning(*COLUMNS)
)


def mark_unknown(session: Session, row: Outgoing, problem: str) -> None:
    """It may have arrived: its quarantine, set when it was taken, goes on."""
    change(session, row, state="unknown", uncertain=True, problem=problem)


def mark_edit_unknown(session: Session, row: Outgoing, again_at: datetime, problem: str) -> None:
    """An edit may have been made, or be made later: it is made again, and once more after that."""
    change(session, row, state="pending", next_at=again_at, problem=problem, uncertain=True)


def mark_edited(session: Session, row: Outgoing, now: datetime, again_at: datetime) -> None:
    """Slack made an edit, but may still be at work on an earlier one, which would undo it.

    So it is made once more, at ``again_at``; what it shall show by now comes first.
    """
    newer = col(OutboxRow.revision) > row.revision
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == row.id, col(OutboxRow.attempt) == row.attempt)
        .values(
            state="pending",
            sent_revision=row.revision,
            problem=None,
            uncertain=newer,
            next_at=case((newer, now), else_=again_at),
            wanted_at=case((newer, now), else_=again_at),
        )
    )
    announce(session, Topic.OUTBOX)


def claim_doubtful(session: Session, now: datetime, pace: Pace, limit: int = 50) -> list[Outgoing]:
    """Take messages whose outcome is unknown, or whose worker is gone, to look for them.

    Taking one moves its turn on, so that no two workers look for the same message.
    """
    connection = session.connection()
    later = now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds)
    taken = []
    for found in connection.execute(DOUBTFUL, {"now": now, "limit": limit}).all():
        due = Outgoing(*found)
        asked = {"of_id": due.id, "of_attempt": due.attempt, "later": later}
        row = connection.execute(TAKE_DOUBTFUL, asked).first()
        if row is not None:
            taken.append(Outgoing._make([*row, due.parent_ts]))
    return taken


def put_off_look(session: Session, row: Outgoing, until: datetime) -> None:
    """Slack wants not to be asked before ``until``; it is not looked for sooner than it was."""
    session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == row.id,
            col(OutboxRow.attempt) == row.attempt,
            col(OutboxRow.next_at) < until,
        )
        .values(next_at=until)
    )


def put_off_audit(session: Session, row: Outgoing, until: datetime) -> None:
    """The same for a look for extras."""
    which = col(OutboxRow.id) == row.id, col(OutboxRow.audit_at) < until
    session.exec(update(OutboxRow).where(*which).values(audit_at=until))


def claim_audits(session: Session, now: datetime, pace: Pace, limit: int = 50) -> list[Outgoing]:
    """Take messages that may have extras; the next look is set, should this one come to nothing."""
    connection = session.connection()
    later = now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds)
    taken = []
    for found in connection.execute(AUDITS, {"now": now, "limit": limit}).all():
        due = Outgoing(*found)
        changed = connection.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == due.id, col(OutboxRow.audit_at) == due.audit_at)
            .values(audit_at=later)
        )
        if changed.rowcount == 1:
            taken.append(due)
    return taken


def mark_audited(session: Session, row: Outgoing, again_at: datetime | None) -> None:
    """The channel was searched for extras; ``again_at`` is the next look, if there is one."""
    session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == row.id)
        .values(looks=row.looks + 1, audit_at=again_at)
    )
