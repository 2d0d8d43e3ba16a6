"""Whose turn it is: requests to Slack are kept apart, over all processes and restarts."""

from collections.abc import Collection, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case
from sqlmodel import Session, col, select, update

from storage.conflicts import insert_new
from storage.outgoing import Outgoing
from storage.tables import OutboxRow, SlackChannelRow

EDITS = "chat.update"
"""The pace of edits is the workspace's, not a channel's: kept under this name."""
CLICKED_EDITS = "chat.update after a click"
"""What a person waits for does not mind the pace of other edits; it minds Slack's own pauses."""


IS_NAMED = col(SlackChannelRow.slack_channel).in_(bindparam("names", expanding=True))
KNOWN = select(col(SlackChannelRow.slack_channel)).where(IS_NAMED)
FREE = KNOWN.where(col(SlackChannelRow.next_at) <= bindparam("now")).with_for_update(
    skip_locked=True
)
PUT_OFF = (
    update(SlackChannelRow)
    .where(IS_NAMED, col(SlackChannelRow.next_at) < bindparam("until"))
    .values(next_at=bindparam("until"))
)


def turn_column() -> ColumnElement[Any]:
    """Whose turn a message of the outbox waits for: its channel's, or that of edits."""
    return case(
        (col(OutboxRow.ts).is_(None), col(OutboxRow.slack_channel)),
        (col(OutboxRow.priority) == 0, CLICKED_EDITS),
        else_=EDITS,
    )


def lock_free(session: Session, names: Set[str], now: datetime) -> set[str]:
    """Those whose turn it is. No other process gets them before this transaction is over."""
    asked = {"names": list(names), "now": now}
    free = set(session.connection().execute(FREE, asked).scalars())
    if len(free) == len(names):
        return free
    known = set(session.connection().execute(KNOWN, {"names": list(names)}).scalars())
    new = sorted(set(names) - known)
    for name in new:
        _add(session, name, now)
    return set(session.connection().execute(FREE, asked).scalars()) if new else free


def put_off(session: Session, name: str, until: datetime) -> None:
    """Nothing goes there before ``until``. A pause that is longer already stays."""
    _add(session, name, until)
    session.exec(
        update(SlackChannelRow)
        .where(col(SlackChannelRow.slack_channel) == name, col(SlackChannelRow.next_at) < until)
        .values(next_at=until)
    )


def put_off_all(session: Session, names: Collection[str], until: datetime) -> None:
    """``put_off`` for several that are known (see ``lock_free``)."""
    if names:
        session.connection().execute(PUT_OFF, {"names": list(names), "until": until})


def move(session: Session, name: str, known: datetime, until: datetime) -> bool:
    """Put the next turn off; false when it is not at ``known`` any more: somebody else moved it."""
    moved = session.exec(
        update(SlackChannelRow)
        .where(col(SlackChannelRow.slack_channel) == name, col(SlackChannelRow.next_at) == known)
        .values(next_at=until)
    )
    return moved.rowcount == 1


def pause(session: Session, row: Outgoing, until: datetime) -> None:
    """Slack wants to be left alone before ``until``, by posts there or by every edit."""
    for name in (row.slack_channel,) if row.ts is None else (EDITS, CLICKED_EDITS):
        put_off(session, name, until)


def _add(session: Session, name: str, at: datetime) -> None:
    session.execute(insert_new(session, SlackChannelRow).values(slack_channel=name, next_at=at))
