"""Storms: while a channel is behind, new alerts share one message instead of making more."""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, func, select

from storage import outbox
from storage.tables import AlertRow, OutboxRow, StormMemberRow

CARDS_BEFORE_A_STORM = 5
"""So many cards may wait for a channel (each takes a second) before alerts are gathered."""

UNPOSTED_CARD = text("outbox.ts IS NULL AND outbox.kind = 'card'")
"""As the partial index has it: SQLite uses that for no other way of saying so."""

UNPOSTED_CARDS = (
    select(col(OutboxRow.id))
    .where(
        UNPOSTED_CARD,
        col(OutboxRow.slack_channel) == bindparam("slack_channel"),
        col(OutboxRow.state).not_in(("sent", "dead")),
    )
    .limit(CARDS_BEFORE_A_STORM)
)

CAPACITY = 190
"""Alerts per message: what fits into Slack's limit at a short line each."""


def is_behind(session: Session, slack_channel: str) -> bool:
    """Whether so many cards wait for the channel that another one would only make it worse."""
    waiting = session.connection().execute(UNPOSTED_CARDS, {"slack_channel": slack_channel})
    return len(waiting.all()) >= CARDS_BEFORE_A_STORM


def join_storm(
    session: Session, slack_channel: str, severity: int, alert_id: int, now: datetime
) -> None:
    """List the alert in the channel's newest storm of that severity, or begin one."""
    newest = session.exec(
        select(OutboxRow)
        .where(
            text("outbox.kind = 'storm'"),  # as the partial index has it
            col(OutboxRow.slack_channel) == slack_channel,
            col(OutboxRow.priority) == severity,
            col(OutboxRow.state) != "dead",
        )
        .order_by(col(OutboxRow.id).desc())
        .limit(1)
    ).first()
    if newest is not None and newest.id is not None and _size(session, newest.id) < CAPACITY:
        session.add(StormMemberRow(outbox_id=newest.id, alert_id=alert_id))
        outbox.revise(session, newest.key, newest.body, now)
        return
    outbox_id = outbox.put_message(
        session,
        key=f"storm:{alert_id}:{slack_channel}",
        kind="storm",
        slack_channel=slack_channel,
        priority=severity,
        now=now,
    )
    session.add(StormMemberRow(outbox_id=outbox_id, alert_id=alert_id))
    session.flush()


def _size(session: Session, outbox_id: int) -> int:
    members = select(func.count()).where(col(StormMemberRow.outbox_id) == outbox_id)
    return session.exec(members).one()


def list_members(session: Session, outbox_id: int) -> list[AlertRow]:
    """The alerts of a storm, oldest first."""
    return list(
        session.exec(
            select(AlertRow)
            .join(StormMemberRow, col(StormMemberRow.alert_id) == col(AlertRow.id))
            .where(col(StormMemberRow.outbox_id) == outbox_id)
            .order_by(col(AlertRow.id))
        )
    )


def list_storms(session: Session, alert_id: int) -> list[OutboxRow]:
    """The storms that an alert is listed in: one per channel at most."""
    return list(
        session.exec(
            select(OutboxRow)
            .join(StormMemberRow, col(StormMemberRow.outbox_id) == col(OutboxRow.id))
            .where(col(StormMemberRow.alert_id) == alert_id)
        )
    )
