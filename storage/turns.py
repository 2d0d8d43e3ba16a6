"""Whose turn it is: requests to Slack are kept apart, over all processes and restarts."""

from collections.abc import Collection, Sequence, Set
from datetime import datetime, timedelta
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
CLICKS_AT_ONCE = 10
"""So many edits after clicks leave at once. Where more people click, they have the pace of edits:
what Slack refused would all be asked for again when its pause is over, and be refused again."""
FREE_SINCE = timedelta(minutes=1)
"""So long a name that is new has been free: all of those may leave."""


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
        _add(session, name, now - FREE_SINCE)
    return set(session.connection().execute(FREE, asked).scalars()) if new else free


def take_clicks(
    session: Session, due: Sequence[Any], now: datetime, seconds: float
) -> Sequence[Any]:
    """``due`` without the edits after clicks that are too many; the others' turns are spent.

    That turn lies in the past by ``seconds`` for each that may leave beside the next one.
    """
    pace = timedelta(seconds=seconds)
    clicked = [row.id for row in due if row.turn == CLICKED_EDITS]
    turn = select(col(SlackChannelRow.next_at)).where(
        col(SlackChannelRow.slack_channel) == CLICKED_EDITS
    )
    begun = max(session.exec(turn).one(), now - (CLICKS_AT_ONCE - 1) * pace)
    count = min(len(clicked), (now - begun) // pace + 1)
    put_off(session, CLICKED_EDITS, begun + count * pace)
    late = set(clicked[count:])
    return [row for row in due if row.id not in late]


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
