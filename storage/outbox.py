"""The outbox: what Slack shall show. Every step of a delivery is one conditional update.

``pending -> sending -> sent`` is the good way. ``unknown`` waits out a quarantine before anybody
looks whether the message arrived; whatever was ever unknown is audited for extras later.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Integer,
    Update,
    and_,
    bindparam,
    case,
    or_,
    text,
)
from sqlmodel import Session, col, func, select, update

from storage import turns
from storage.columns import defaults_of
from storage.conflicts import insert_new
from storage.due import DUE, IS_DEAD, NEXT_DUE, NOW, WAITING
from storage.outgoing import COLUMNS, Outgoing
from storage.tables import OutboxRow
from storage.topics import Topic, announce, withdraw

TOKEN_REFUSED = "Slack refuses the token"  # noqa: S105 - not a secret
"""So begins the ``problem`` of a message that waits for a good token; all others wait with it."""
OF_ID: BindParameter[int] = bindparam("of_id")
OF_ATTEMPT: BindParameter[int] = bindparam("of_attempt")
CLAIM = (
    update(OutboxRow)
    .where(
        col(OutboxRow.id).in_(bindparam("ids", expanding=True)),
        col(OutboxRow.state) == "pending",
        col(OutboxRow.next_at) <= NOW,
    )
    .values(
        state="sending",
        attempt=col(OutboxRow.attempt) + 1,
        first_try_at=func.coalesce(col(OutboxRow.first_try_at), NOW),
        next_at=bindparam("until"),
    )
    .returning(*COLUMNS)
)
DEFAULTS = defaults_of(OutboxRow)
ID_OF_KEY = text("SELECT id FROM outbox WHERE key = :key")
WAITS = text("SELECT id FROM outbox WHERE alert_id = :alert_id AND state = 'pending' LIMIT 1")
"""A line that waited for its card, or what the card shall show by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How far apart requests are kept, in seconds, and how long an attempt may take."""

    post_seconds: float = 1.1
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
    values = DEFAULTS | {
        "key": key,
        "token": uuid.uuid4().hex,
        "kind": kind,
        "slack_channel": slack_channel,
        "alert_id": alert_id,
        "parent_id": parent_id,
        "body": body or {},
        "priority": priority,
        "created_at": now,
        "next_at": now,
    }
    connection = session.connection()
    added: int | None = connection.execute(insert_new(session, OutboxRow), values).scalar()
    if added is None:
        return int(connection.execute(ID_OF_KEY, {"key": key}).scalar_one())
    announce(session, Topic.OUTBOX)
    return added


def is_known(session: Session, key: str) -> bool:
    """Whether there is a message with that key."""
    return session.connection().execute(ID_OF_KEY, {"key": key}).first() is not None


def revise(session: Session, key: str, body: dict[str, Any], now: datetime) -> None:
    """Let the message of that key show something else."""
    _bump(session, col(OutboxRow.key) == key, now, body=body)


def refresh_cards(session: Session, alert_id: int, now: datetime, priority: int = 2) -> None:
    """The alert has changed: its cards shall show the newest state. Edits are coalesced."""
    cards = and_(col(OutboxRow.alert_id) == alert_id, col(OutboxRow.kind) == "card")
    _bump(session, cards, now, priority=priority)


def _bump(session: Session, which: ColumnElement[bool], now: datetime, **values: Any) -> None:
    """What was sent is wanted anew, and so is a card whose channel took no edit."""
    state, wanted_at = col(OutboxRow.state), col(OutboxRow.wanted_at)
    stands = and_(col(OutboxRow.ts).is_not(None), col(OutboxRow.problem) != "message_not_found")
    shut_out = and_(state == "dead", col(OutboxRow.kind) == "card", stands)
    at_rest = or_(state == "sent", shut_out)
    rests = or_(at_rest, wanted_at > now)  # or it waits for a repetition (``doubts.mark_edited``)
    session.exec(
        update(OutboxRow)
        .where(which)
        .values(
            revision=col(OutboxRow.revision) + 1,
            state=case((at_rest, "pending"), else_=state),
            next_at=case((rests, now), else_=col(OutboxRow.next_at)),
            wanted_at=case((rests, now), else_=wanted_at),
            **values,
        )
    )
    announce(session, Topic.OUTBOX)


def list_cards(session: Session, alert_id: int) -> list[OutboxRow]:
    """The cards of an alert, one per channel."""
    return list(
        session.exec(
            select(OutboxRow).where(
                col(OutboxRow.alert_id) == alert_id, col(OutboxRow.kind) == "card"
            )
        )
    )


def claim_due(session: Session, now: datetime, pace: Pace, limit: int = 50) -> list[Outgoing]:
    """Take messages whose turn it is: the intent is on disk before any request leaves.

    At most one post per channel is taken, and the channel's next turn is set in the same
    transaction. Nobody is woken when nothing waits beside what was taken.
    """
    # A channel that has to wait must not hide those that need not.
    asked = {"now": now, "limit": limit * 4, "most_waiting": limit + 1}
    due = session.connection().execute(DUE, asked).all()
    if not due:
        return []
    free = turns.lock_free(session, {row.turn for row in due}, now)
    if turns.CLICKED_EDITS in free:
        due = turns.take_clicks(session, due, now, pace.edit_seconds)
    chosen: dict[int, str | None] = {}
    spent: set[str] = set()
    for row in due:
        if row.turn in free and len(chosen) < limit:
            chosen[row.id] = row.parent_ts
            spent.add(turns.EDITS if row.is_edit else row.turn)
            free -= spent
    turns.put_off_all(session, spent - {turns.EDITS}, now + timedelta(seconds=pace.post_seconds))
    if turns.EDITS in spent:
        turns.put_off(session, turns.EDITS, now + timedelta(seconds=pace.edit_seconds))
    claimed = _claim(session, chosen, now, pace)
    if due[0].waiting == len(claimed):
        withdraw(session, Topic.OUTBOX)
    return claimed


def _claim(
    session: Session, chosen: Mapping[int, str | None], now: datetime, pace: Pace
) -> list[Outgoing]:
    """Those that nobody else has taken meanwhile, as they are now."""
    if not chosen:
        return []
    until = now + timedelta(seconds=pace.attempt_seconds + pace.quarantine_seconds)
    asked = {"ids": list(chosen), "now": now, "until": until}
    taken = (
        Outgoing._make([*row, chosen[row.id]]) for row in session.connection().execute(CLAIM, asked)
    )
    return sorted(taken, key=lambda each: (each.priority, each.id))


def keep_turn(
    session: Session,
    row: Outgoing,
    claimed_at: datetime,
    now: datetime,
    pace: Pace,
    spare_seconds: float,
) -> bool:
    """Whether a request that leaves later than ``claimed_at``, when it was taken, still may.

    Then its quarantine begins anew, and for a post the channel's next turn is put off, so that it
    may be as late as ``spare_seconds``. False when another attempt has taken the message over, or
    when the channel's turn is another message's by now: then this one is back in line.
    """
    patience = pace.attempt_seconds + pace.quarantine_seconds
    if not change(session, row, next_at=now + timedelta(seconds=patience)):
        return False
    if row.ts is not None:
        return True
    ours = claimed_at + timedelta(seconds=pace.post_seconds)
    until = now + timedelta(seconds=pace.post_seconds + spare_seconds)
    if turns.move(session, row.slack_channel, ours, until):
        return True
    mark_not_sent(session, row, now, "missed its turn")
    return False


def change(session: Session, row: Outgoing, **values: Any) -> bool:
    """Write a result; false where another attempt has taken over meanwhile."""
    return _write(session, row, _change(tuple(values)), values)


def _write(session: Session, row: Outgoing, statement: Update, values: dict[str, Any]) -> bool:
    named = {f"new_{name}": value for name, value in values.items()}
    changed: CursorResult[Any] = session.connection().execute(
        statement, {"of_id": row.id, "of_attempt": row.attempt, **named}
    )
    return changed.rowcount == 1


@lru_cache(maxsize=64)
def _change(names: tuple[str, ...]) -> Update:
    """Writes these columns, named ``new_...``, where the attempt is still the same."""
    return (
        update(OutboxRow)
        .where(col(OutboxRow.id) == OF_ID, col(OutboxRow.attempt) == OF_ATTEMPT)
        .values({name: bindparam(f"new_{name}") for name in names})
    )


@lru_cache(maxsize=8)
def _change_to_sent(names: tuple[str, ...]) -> Update:
    """The same after a success: sent, or pending again if it shall show something newer."""
    newer = col(OutboxRow.revision) > bindparam("new_sent_revision", type_=Integer())
    return _change(names).values(
        state=case((newer, "pending"), else_="sent"),
        wanted_at=case((newer, bindparam("new_next_at")), else_=col(OutboxRow.wanted_at)),
    )


def mark_sent(
    session: Session,
    row: Outgoing,
    now: datetime,
    ts: str,
    posted_to: str,
    audit_at: datetime,
    revision: int | None = None,
) -> None:
    """Slack has ``revision`` (by default ``row``'s own).

    At ``audit_at`` extras are looked for, if this was a post and an outcome was ever unknown.
    """
    values: dict[str, Any] = {"ts": ts, "posted_to": posted_to, "next_at": now, "problem": None}
    if row.ts is None and row.uncertain:
        values["audit_at"] = audit_at
    values["sent_revision"] = row.revision if revision is None else revision
    _write(session, row, _change_to_sent(tuple(values)), values)
    if row.alert_id is None or session.connection().scalar(WAITS, {"alert_id": row.alert_id}):
        announce(session, Topic.OUTBOX)


def mark_not_sent(session: Session, row: Outgoing, again_at: datetime, problem: str) -> None:
    """Slack surely did nothing: back in line."""
    change(session, row, state="pending", next_at=again_at, problem=problem)


def mark_dead(session: Session, row: Outgoing, problem: str) -> bool:
    """It will never arrive there; false where another attempt has taken over meanwhile."""
    return change(session, row, state="dead", problem=problem)


def next_due(session: Session) -> datetime | None:
    """When the next message wants something done: its own time, its channel's turn, an audit."""
    moments = session.execute(NEXT_DUE).one()
    return min((moment for moment in moments if moment is not None), default=None)


def count_by_state(session: Session) -> dict[str, int]:
    """How many messages are in each state that is not the good end."""
    state = col(OutboxRow.state)
    counts = select(state, func.count()).group_by(state)
    found = [session.exec(counts.where(which)).all() for which in (WAITING, IS_DEAD)]
    return {name: number for rows in found for name, number in rows}
