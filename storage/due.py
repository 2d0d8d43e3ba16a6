"""Which messages wait, and for what: statements for the outbox.

They are asked all the time, and made once: making one costs more than asking it.
"""

from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, or_, text
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from storage import turns
from storage.columns import UtcDateTime, select_values
from storage.tables import OutboxRow, SlackChannelRow

WAITING = text("outbox.state NOT IN ('sent', 'dead')")
IS_DEAD = text("outbox.state = 'dead'")
"""As the partial indexes have it: SQLite uses that for no other way of saying so."""


PARENT, TURN = aliased(OutboxRow), aliased(SlackChannelRow)
NOW, LIMIT = bindparam("now", type_=UtcDateTime()), bindparam("limit", type_=Integer())
SENDABLE = and_(
    WAITING,
    col(OutboxRow.state) == "pending",
    or_(
        col(OutboxRow.parent_id).is_(None),
        col(PARENT.ts).is_not(None),
        col(PARENT.state) == "dead",
    ),
)
"""Pending, and not a line of a thread that is not there yet."""
WAITING_NOW = (
    select(col(OutboxRow.id))
    .where(WAITING, col(OutboxRow.state) == "pending", col(OutboxRow.next_at) <= NOW)
    .limit(bindparam("most_waiting", type_=Integer()))
)
"""What could be sent but for its channel's turn or its card."""
HOW_MANY_WAIT: Any = select(func.count()).select_from(WAITING_NOW.subquery()).scalar_subquery()
IS_EDIT: Any = col(OutboxRow.ts).is_not(None)
DUE = (
    select_values(
        col(OutboxRow.id),
        turns.turn_column().label("turn"),
        IS_EDIT.label("is_edit"),
        col(PARENT.ts).label("parent_ts"),
        HOW_MANY_WAIT.label("waiting"),
    )
    .outerjoin(PARENT, col(PARENT.id) == col(OutboxRow.parent_id))
    .outerjoin(TURN, col(TURN.slack_channel) == turns.turn_column())
    .where(
        SENDABLE,
        col(OutboxRow.next_at) <= NOW,
        or_(col(TURN.next_at).is_(None), col(TURN.next_at) <= NOW),
    )
    .order_by(
        col(OutboxRow.priority), IS_EDIT, case((IS_EDIT, col(OutboxRow.next_at))), col(OutboxRow.id)
    )
    .limit(LIMIT)
)
"""Posts as they were asked for; edits as they came due, or whatever changes all the time would
never let a newer message have its turn."""
NEXT_TURN = (
    select(
        func.min(
            case(
                (col(TURN.next_at) > col(OutboxRow.next_at), col(TURN.next_at)),
                else_=col(OutboxRow.next_at),
            )
        )
    )
    .select_from(OutboxRow)
    .outerjoin(PARENT, col(PARENT.id) == col(OutboxRow.parent_id))
    .outerjoin(TURN, col(TURN.slack_channel) == turns.turn_column())
    .where(SENDABLE)
)
NEXT_DOUBTFUL = select(func.min(col(OutboxRow.next_at))).where(
    WAITING, col(OutboxRow.state).in_(("sending", "unknown"))
)
NEXT_AUDIT = select(func.min(col(OutboxRow.audit_at))).where(col(OutboxRow.audit_at).is_not(None))
NEXT_DUE = select(
    NEXT_TURN.scalar_subquery(), NEXT_DOUBTFUL.scalar_subquery(), NEXT_AUDIT.scalar_subquery()
)
