"""The outbox: what Slack shall show. Every step of a delivery is one conditional update.

``pending -> sending -> sent`` is the good way. ``unknown`` waits out a quarantine before anybody
looks whether the message arrived; whatever was ever unknown is audited for extras later.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, case, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, func, select, update

from storage.store import Topic, announce
from storage.tables import OutboxRow, SlackChannelRow

EDITS = "chat.update"
"""The pace of edits is the workspace's, not a channel's: kept under this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How far apart requests are kept, in seconds, and how long an attempt may take."""

    post_seconds: float = 1.05
    edit_seconds: float = 1.2
    attempt_seconds: float = 10.0
    quarantine_seconds: float = 30.0


def put_message(
    session: Session,
    *,
    key: str,
    kind: str,
    slack_channel: str,
    now: datetime,
    alert_id: int | None = None,
    parent_id: int | None = None,
    body: dict[str, Any] | None = None,
    priority: int = 2,
) -> int:
    """Let a message be sent. One with a known ``key`` is not added twice. Returns its id."""
    known = session.exec(select(col(OutboxRow.id)).where(col(OutboxRow.key) == key)).first()
    if known is not None:
        return known
    row = OutboxRow(
        key=key,
        token=uuid.uuid4().hex,
        kind=kind,
        slack_channel=slack_channel,
        alert_id=alert_id,
        parent_id=parent_id,
        body=body or {},
        priority=priority,
        created_at=now,
        next_at=now,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    announce(session, Topic.OUTBOX)
    return row.id


def revise(session: Session, key: str, body: dict[str, Any], now: datetime) -> None:
    """Let the message of that key show something else."""
    _bump(session, col(OutboxRow.key) == key, now, body=body)


def refresh_cards(session: Session, alert_id: int, now: datetime, priority: int = 2) -> None:
    """The alert has changed: its cards shall show the newest state. Edits are coalesced."""
    cards = and_(col(OutboxRow.alert_id) == alert_id, col(OutboxRow.kind) == "card")
    _bump(session, cards, now, priority=priority)


def _bump(session: Session, which: ColumnElement[bool], now: datetime, **values: Any) -> None:
    was_sent = col(OutboxRow.state) == "sent"
    session.exec(
        update(OutboxRow)
        .where(which)
        .values(
            revision=col(OutboxRow.revision) + 1,
            state=case((was_sent, "pending"), else_=col(OutboxRow.state)),
            next_at=case((was_sent, now), else_=col(OutboxRow.next_at)),
            **values,
        )
    )
    announce(session, Topic.OUTBOX)


def drop_held(session: Session, alert_id: int, now: datetime) -> None:
    """Forget messages of an alert that were never tried and are not due yet."""
    session.exec(
        delete(OutboxRow).where(
            col(OutboxRow.alert_id) == alert_id,
            col(OutboxRow.first_try_at).is_(None),
            col(OutboxRow.next_at) > now,
        )
    )


def list_cards(session: Session, alert_id: int) -> list[OutboxRow]:
    """The cards of an alert, one per channel."""
    return list(
        session.exec(
            select(OutboxRow).where(
                col(OutboxRow.alert_id) == alert_id, col(OutboxRow.kind) == "card"
            )
        )
    )


def claim_due(
    session: Session, now: datetime, pace: Pace, limit: int = 50
) -> list[tuple[OutboxRow, str | None]]:
    """Take messages whose turn it is: the intent is on disk before any request leaves.

    Returns detached rows, each with the ``ts`` of its thread's parent where it has one. At most
    one post per channel is taken, and the channel's next turn is set in the same transaction.
    """
    parent = aliased(OutboxRow)
    due = session.exec(
        select(OutboxRow, col(parent.ts), col(parent.state))
        .outerjoin(parent, col(parent.id) == col(OutboxRow.parent_id))
        .where(
            col(OutboxRow.state) == "pending",
            col(OutboxRow.next_at) <= now,
            or_(
                col(OutboxRow.parent_id).is_(None),
                col(parent.ts).is_not(None),
                col(parent.state) == "dead",
            ),
        )
        .order_by(col(OutboxRow.priority), col(OutboxRow.id))
        .limit(limit * 4)
    ).all()
    waiting = _waiting_until(session, {row.slack_channel for row, _, _ in due} | {EDITS})
    claimed = []
    for row, parent_ts, _ in due:
        pacer = row.slack_channel if row.ts is None else EDITS
        urgent_edit = row.ts is not None and row.priority == 0
        if waiting.get(pacer, now) > now and not urgent_edit:
            continue
        seconds = pace.post_seconds if row.ts is None else pace.edit_seconds
        if not _claim(session, row, now, pace):
            continue
        waiting[pacer] = now + timedelta(seconds=seconds)
        pause_channel(session, pacer, waiting[pacer])
        session.refresh(row)
        session.expunge(row)
        claimed.append((row, parent_ts))
        if len(claimed) == limit:
            break
    return claimed


def _waiting_until(session: Session, names: Collection[str]) -> dict[str, datetime]:
    rows = session.exec(
        select(SlackChannelRow).where(col(SlackChannelRow.slack_channel).in_(names))
    )
    return {row.slack_channel: row.next_at for row in rows}


def _claim(session: Session, row: OutboxRow, now: datetime, pace: Pace) -> bool:
    taken = session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == row.id,
            col(OutboxRow.state) == "pending",
            col(OutboxRow.attempt) == row.attempt,
        )
        .values(
            state="sending",
            attempt=row.attempt + 1,
            first_try_at=func.coalesce(col(OutboxRow.first_try_at), now),
            next_at=now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds),
        )
    )
    return taken.rowcount == 1


def pause_channel(session: Session, slack_channel: str, until: datetime) -> None:
    """Nothing goes to the channel before ``until``."""
    session.merge(SlackChannelRow(slack_channel=slack_channel, next_at=until))


def _change(session: Session, row: OutboxRow, **values: Any) -> bool:
    """Write a result; false where another attempt has taken over meanwhile."""
    changed: CursorResult[Any] = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == row.id, col(OutboxRow.attempt) == row.attempt)
        .values(**values)
    )
    return changed.rowcount == 1


def _newer_wanted() -> Any:
    """The state after a success: sent, or pending again if it shall show something newer."""
    return case((col(OutboxRow.revision) > col(OutboxRow.sent_revision), "pending"), else_="sent")


def mark_sent(
    session: Session, row: OutboxRow, now: datetime, ts: str, posted_to: str, audit_at: datetime
) -> None:
    """Slack has ``row.revision``; extras are looked for if an outcome was ever unknown."""
    first = row.ts is None
    changed = _change(
        session,
        row,
        ts=ts,
        posted_to=posted_to,
        sent_revision=row.revision,
        problem=None,
        next_at=now,
        audit_at=audit_at if first and row.uncertain else row.audit_at,
    )
    if changed:
        _change(session, row, state=_newer_wanted())
    announce(session, Topic.OUTBOX)


def mark_not_sent(session: Session, row: OutboxRow, again_at: datetime, problem: str) -> None:
    """Slack surely did nothing: back in line."""
    _change(session, row, state="pending", next_at=again_at, problem=problem)


def set_body(session: Session, row: OutboxRow, body: dict[str, Any]) -> None:
    """Change what a message shall say."""
    _change(session, row, body=body)


def mark_unknown(session: Session, row: OutboxRow, problem: str) -> None:
    """It may have arrived: its quarantine, set when it was taken, goes on."""
    _change(session, row, state="unknown", uncertain=True, problem=problem)


def mark_dead(session: Session, row: OutboxRow, problem: str) -> bool:
    """It will never arrive there; false where somebody said so already."""
    return _change(session, row, state="dead", problem=problem)


def claim_doubtful(
    session: Session, now: datetime, pace: Pace, limit: int = 50
) -> list[tuple[OutboxRow, str | None]]:
    """Take messages whose outcome is unknown, or whose worker is gone, to look for them.

    Taking one moves its turn on, so that no two workers look for the same message.
    """
    parent = aliased(OutboxRow)
    due = session.exec(
        select(OutboxRow, col(parent.ts))
        .outerjoin(parent, col(parent.id) == col(OutboxRow.parent_id))
        .where(
            col(OutboxRow.state).in_(("sending", "unknown")),
            col(OutboxRow.next_at) <= now,
        )
        .order_by(col(OutboxRow.id))
        .limit(limit)
    ).all()
    later = now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds)
    taken = []
    for row, parent_ts in due:
        if _change(
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
    parent = aliased(OutboxRow)
    due = session.exec(
        select(OutboxRow, col(parent.ts))
        .outerjoin(parent, col(parent.id) == col(OutboxRow.parent_id))
        .where(col(OutboxRow.audit_at) <= now)
        .order_by(col(OutboxRow.audit_at))
        .limit(limit)
    ).all()
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


def next_due(session: Session) -> datetime | None:
    """When the next message wants something done."""
    waiting = col(OutboxRow.state).not_in(("sent", "dead"))
    moments = (
        session.exec(select(func.min(col(OutboxRow.next_at))).where(waiting)).one(),
        session.exec(select(func.min(col(OutboxRow.audit_at)))).one(),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def count_by_state(session: Session) -> dict[str, int]:
    """How many messages are in each state that is not the good end."""
    rows = session.exec(
        select(col(OutboxRow.state), func.count())
        .where(col(OutboxRow.state) != "sent")
        .group_by(col(OutboxRow.state))
    )
    return dict(rows.all())
