"""Storms: while a channel is behind, new alerts share one message instead of making more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, text
from sqlmodel import Session, col, func, select

from storage import outbox
from storage.columns import UtcDateTime, select_values
from storage.due import WAITING
from storage.tables import AlertRow, OutboxRow, StormMemberRow

CARDS_BEFORE_A_STORM = 5
"""So many cards may wait for a channel (each takes a second) before alerts are gathered."""

UNPOSTED_CARD = text("outbox.ts IS NULL AND outbox.kind = 'card'")
IS_STORM = text("outbox.kind = 'storm'")
"""As the partial indexes have it: SQLite uses those for no other way of saying so."""

UNPOSTED_CARDS = (
    select(col(OutboxRow.id))
    .where(
        UNPOSTED_CARD,
        col(OutboxRow.slack_channel) == bindparam("slack_channel"),
        WAITING,
        or_(
            col(OutboxRow.first_try_at).is_not(None),
            col(OutboxRow.next_at) <= bindparam("due_at", type_=UtcDateTime()),
        ),
    )
    .limit(CARDS_BEFORE_A_STORM)
)
ANY_STORM = (
    select(col(OutboxRow.id))
    .where(IS_STORM, col(OutboxRow.slack_channel) == bindparam("slack_channel"))
    .limit(1)
)
HOW_MANY_CARDS: Any = select(func.count()).select_from(UNPOSTED_CARDS.subquery()).scalar_subquery()
CARDS_AND_STORMS = select_values(
    HOW_MANY_CARDS.label("cards"), ANY_STORM.scalar_subquery().label("storm")
)
"""Both asked for every alert, and both nearly always in vain."""

CALM = timedelta(seconds=10)
"""When a storm took in no alert for so long, the next one gets a card of its own again."""

STORM_LASTS = timedelta(minutes=10)
"""A storm takes in no more alerts so long after it was posted."""

LULL = timedelta(minutes=1)
"""Nor when it was posted and took in none for so long: Slack tells nobody of an edit."""

CAPACITY = 100
"""Alerts per message: what fits into Slack's limit at a line each."""


def is_crowded(
    session: Session,
    slack_channel: str,
    severity: int,
    now: datetime,
    hold_until: datetime | None = None,
) -> bool:
    """Whether an alert that is raised now had better be listed with others there.

    So many cards are due there by then that another one would only make it worse; or a storm of
    that severity has taken an alert in just now: one that calms down slowly would be a card a
    second all the while. What is held back until ``hold_until`` joins none that is going on.
    """
    asked = {"slack_channel": slack_channel, "due_at": hold_until or now}
    found = session.connection().execute(CARDS_AND_STORMS, asked).one()
    if found.cards >= CARDS_BEFORE_A_STORM:
        return True
    if found.storm is None or hold_until is not None:
        return False
    present = _present(session, slack_channel, severity, now, None)
    return present is not None and _took_in(session, present, now, CALM)


def join_storm(
    session: Session,
    slack_channel: str,
    severity: int,
    alert_id: int,
    now: datetime,
    hold_until: datetime | None = None,
) -> None:
    """List the alert in the channel's present storm of that severity, or begin one.

    What quiet hours hold back until ``hold_until`` is listed with what they hold back as well.
    """
    present = _present(session, slack_channel, severity, now, hold_until)
    if present is not None and present.id is not None:
        session.add(StormMemberRow(outbox_id=present.id, alert_id=alert_id))
        outbox.revise(session, present.key, present.body, now)
        return
    outbox_id = outbox.put_message(
        session,
        key=f"storm:{alert_id}:{slack_channel}",
        kind="storm",
        slack_channel=slack_channel,
        priority=severity,
        now=hold_until or now,
    )
    session.add(StormMemberRow(outbox_id=outbox_id, alert_id=alert_id))
    session.flush()


def _present(
    session: Session,
    slack_channel: str,
    severity: int,
    now: datetime,
    hold_until: datetime | None,
) -> OutboxRow | None:
    """The newest storm, if it is young and has room: nobody looks at an edit far up a channel.

    It is locked: nobody gives it up before this transaction is over.
    """
    tried, next_at = col(OutboxRow.first_try_at).is_not(None), col(OutboxRow.next_at)
    held = next_at == hold_until if hold_until else or_(tried, next_at <= now)
    newest = session.exec(
        select(OutboxRow)
        .where(
            IS_STORM,
            col(OutboxRow.slack_channel) == slack_channel,
            col(OutboxRow.priority) == severity,
            col(OutboxRow.state) != "dead",
            held,
        )
        .order_by(col(OutboxRow.id).desc())
        .limit(1)
        .with_for_update()
    ).first()
    return newest if newest is not None and _takes_more(session, newest, now) else None


def _takes_more(session: Session, storm: OutboxRow, now: datetime) -> bool:
    if storm.first_try_at is not None and abs(now - storm.first_try_at) >= STORM_LASTS:
        return False
    if storm.ts is not None and not _took_in(session, storm, now, LULL):
        return False
    assert storm.id is not None
    return _size(session, storm.id) < CAPACITY


def _took_in(session: Session, storm: OutboxRow, now: datetime, within: timedelta) -> bool:
    """Whether its newest alert was raised so short a time ago."""
    newest = session.exec(
        select(col(AlertRow.opened_at))
        .join(StormMemberRow, col(StormMemberRow.alert_id) == col(AlertRow.id))
        .where(col(StormMemberRow.outbox_id) == storm.id)
        .order_by(col(StormMemberRow.alert_id).desc())
        .limit(1)
    ).first()
    return newest is not None and abs(now - newest) < within  # a clock may have been put back


def _size(session: Session, outbox_id: int) -> int:
    members = select(func.count()).where(col(StormMemberRow.outbox_id) == outbox_id)
    return session.exec(members).one()


def refresh_storms(session: Session, alert_id: int, severity: int, now: datetime) -> None:
    """The alert has changed: the lists that it is in shall show it. One that is not posted yet
    leaves no later than the most urgent of its alerts."""
    for storm in list_storms(session, alert_id):
        if storm.ts is None:
            storm.priority = min(storm.priority, severity)
        outbox.revise(session, storm.key, storm.body, now)


def list_members(session: Session, outbox_id: int) -> list[AlertRow]:
    """The alerts of a storm as the database has them, oldest first."""
    return list(
        session.exec(
            select(AlertRow)
            .join(StormMemberRow, col(StormMemberRow.alert_id) == col(AlertRow.id))
            .where(col(StormMemberRow.outbox_id) == outbox_id)
            .order_by(col(AlertRow.id))
            .execution_options(populate_existing=True)
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
