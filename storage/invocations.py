"""What people did in Slack: stored before it is acknowledged, carried out once."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, CursorResult, Integer, bindparam, text
from sqlmodel import Session, col, select, update

from storage.conflicts import insert_new
from storage.tables import InvocationRow
from storage.topics import Topic, announce

NOT_DONE = text("invocations.state <> 'done'")
"""As the partial index has it: SQLite uses that for no other way of saying so."""
OF_ID: BindParameter[int] = bindparam("of_id")
ASKED = (
    select(InvocationRow)
    .where(NOT_DONE, col(InvocationRow.state) == "asked")
    .order_by(col(InvocationRow.id))
    .limit(bindparam("most", type_=Integer()))
)
START = (
    update(InvocationRow)
    .where(col(InvocationRow.id) == OF_ID, col(InvocationRow.state) == "asked")
    .values(state="running", process=bindparam("by_process"))
)
FINISH = (
    update(InvocationRow).where(col(InvocationRow.id) == OF_ID).values(state="done", payload={})
)
"""All are made once: making one costs more than asking for it."""


def save_invocation(
    session: Session,
    *,
    key: str,
    kind: str,
    name: str,
    slack_user: str,
    slack_channel: str,
    payload: dict[str, Any],
    asked_at: datetime,
) -> bool:
    """Store it; false if Slack delivered the same request before."""
    values = {
        "key": key,
        "kind": kind,
        "name": name,
        "slack_user": slack_user,
        "slack_channel": slack_channel,
        "payload": payload,
        "state": "asked",
        "asked_at": asked_at,
    }
    stored = session.connection().execute(insert_new(session, InvocationRow), values)
    announce(session, Topic.INVOCATIONS)
    return stored.first() is not None


def list_asked(session: Session, limit: int = 100) -> list[InvocationRow]:
    """What nobody has begun, oldest first."""
    return list(session.exec(ASKED, params={"most": limit}))


def list_running(session: Session) -> list[InvocationRow]:
    """What is being carried out, or was by a process that is gone, oldest first."""
    return list(
        session.exec(
            select(InvocationRow)
            .where(NOT_DONE, col(InvocationRow.state) == "running")
            .order_by(col(InvocationRow.id))
        )
    )


def adopt(session: Session, row: InvocationRow, process: str) -> bool:
    """Take over what a dead process left; false if another one has it already."""
    taken = session.exec(
        update(InvocationRow)
        .where(
            col(InvocationRow.id) == row.id,
            col(InvocationRow.state) == "running",
            col(InvocationRow.process).is_not_distinct_from(row.process),
        )
        .values(process=process)
    )
    return taken.rowcount == 1


def start(session: Session, invocation_id: int, process: str | None = None) -> bool:
    """Mark it running by ``process``, before its effect; false if somebody has it."""
    asked = {"of_id": invocation_id, "by_process": process}
    taken: CursorResult[Any] = session.connection().execute(START, asked)
    return taken.rowcount == 1


def finish(session: Session, invocation_id: int) -> None:
    """Mark it done and forget its payload: it holds the address that answers go to."""
    session.connection().execute(FINISH, {"of_id": invocation_id})
