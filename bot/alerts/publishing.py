"""Alerts and their messages: raised, changed and closed in the transaction of whatever caused it.

A card is one message per channel, edited from then on; its thread is the log.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.alerts.routing import Destination, destinations
from bot.settings import AlertKind, Settings
from storage import alerts, holding, outbox, storms
from storage.tables import AlertRow, OutboxRow

CRITICAL, NORMAL, INFORMATION = 1, 2, 3
CLICK = 0
"""The priority of what a person waits for."""
OWN = "own"
"""In what the ops channel shows: the alerts that were meant for it. The others could not be
delivered elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to raise. ``queues`` are the names its queue goes by, for routing."""

    kind: AlertKind
    dedup_key: str
    system: str
    tenant: str
    state: str
    facts: dict[str, Any]
    severity: int = NORMAL
    queues: frozenset[str] = frozenset()


def raise_alert(session: Session, settings: Settings, new: NewAlert, now: datetime) -> int:
    """Store the alert and let its card be posted wherever a route says; else to the ops channel.

    In a channel that is behind, the alert is listed in a message with others instead. Returns the
    alert's id.
    """
    alert_id = alerts.add_alert(
        session,
        kind=new.kind,
        dedup_key=new.dedup_key,
        system=new.system,
        tenant=new.tenant,
        state=new.state,
        severity=new.severity,
        facts=new.facts,
        now=now,
    )
    routed = destinations(settings.routes, new.kind, new.system, new.queues, now)
    for destination in routed or [Destination(slack_channel=settings.slack.ops_channel)]:
        _show_at(session, settings, destination, alert_id, new.severity, now)
    return alert_id


def show_also(
    session: Session,
    settings: Settings,
    row: AlertRow,
    system: str,
    queues: frozenset[str],
    now: datetime,
) -> None:
    """An alert that is open concerns these queues as well: their channels get its card too.

    Where no route says so, it stays where it is shown already.
    """
    assert row.id is not None
    for destination in destinations(settings.routes, row.kind, system, queues, now):
        if not is_shown(session, row.id, destination.slack_channel):
            _show_at(session, settings, destination, row.id, row.severity, now)


def _show_at(
    session: Session,
    settings: Settings,
    destination: Destination,
    alert_id: int,
    severity: int,
    now: datetime,
) -> None:
    held, slack_channel = destination.hold_until, destination.slack_channel
    show(session, slack_channel, alert_id, severity, now, None if severity == CRITICAL else held)
    if slack_channel != settings.slack.ops_channel:
        return
    for row in messages_of(session, alert_id):
        if row.slack_channel == slack_channel:
            body = {**row.body, OWN: [*row.body.get(OWN, ()), alert_id]}
            outbox.revise(session, row.key, body, now)


def show(
    session: Session,
    slack_channel: str,
    alert_id: int,
    severity: int,
    now: datetime,
    hold_until: datetime | None = None,
) -> None:
    """Give the alert a card in a channel, or a line among others where the channel is behind."""
    if storms.is_crowded(session, slack_channel, severity, now, hold_until):
        storms.join_storm(session, slack_channel, severity, alert_id, now, hold_until)
        return
    outbox.put_message(
        session,
        key=f"card:{alert_id}:{slack_channel}",
        kind="card",
        slack_channel=slack_channel,
        alert_id=alert_id,
        priority=severity,
        now=hold_until or now,
    )


def is_shown(session: Session, alert_id: int, slack_channel: str, ts: str = "") -> bool:
    """Whether the alert has a card in a channel, or is listed in a storm there; with ``ts``, in
    that very message."""
    shown = messages_of(session, alert_id)
    return any(stands_there(row, slack_channel, ts) for row in shown)


def messages_of(session: Session, alert_id: int) -> list[OutboxRow]:
    """What shows the alert: its cards, and the storms that it is listed in."""
    return outbox.list_cards(session, alert_id) + storms.list_storms(session, alert_id)


def stands_there(row: OutboxRow, slack_channel: str, ts: str) -> bool:
    """Whether what was pressed may be the message of the outbox. After a restore numbers are given
    anew, so that the buttons of older messages name what others show.

    Slack may not have said which message it is, or there may be two; without ``ts`` all may be it.
    """
    is_it = not ts or row.uncertain or row.ts in (None, ts)
    return is_it and slack_channel in (row.posted_to, row.slack_channel)


def change_alert(
    session: Session,
    row: AlertRow,
    now: datetime,
    *,
    state: str,
    facts: dict[str, Any],
    is_open: bool = True,
    lines: tuple[str, ...] = (),
    by_click: bool = False,
    owner: str | None = None,
    severity: int | None = None,
    dedup_key: str | None = None,
) -> None:
    """Store what the alert became; its cards are edited and its threads get ``lines``.

    Without a ``severity`` or ``dedup_key`` these stay; without an ``owner`` it is nobody's.

    A card that quiet hours still hold back is never posted once its alert is over, and is let go
    at once when its alert turns critical.
    """
    row.state, row.facts, row.is_open = state, facts, is_open
    row.owner, row.changed_at = owner, now
    row.severity = row.severity if severity is None else severity
    row.dedup_key = dedup_key or row.dedup_key
    session.add(row)
    session.flush()
    assert row.id is not None
    _release(session, row, now)
    priority = CLICK if by_click else row.severity
    outbox.refresh_cards(session, row.id, now, priority)
    storms.refresh_storms(session, row.id, row.severity, now)
    _log(session, row.id, lines, now)


def _release(session: Session, row: AlertRow, now: datetime) -> None:
    """Drop what quiet hours hold back of an alert that is over; post what is critical."""
    assert row.id is not None
    if not row.is_open:
        holding.drop_held(session, row.id, now)
    elif row.severity == CRITICAL:
        holding.let_go(session, [each.id for each in messages_of(session, row.id)], now)


def _log(session: Session, alert_id: int, lines: tuple[str, ...], now: datetime) -> None:
    """Put lines into the thread of each card. No new alert waits for them."""
    for card in outbox.list_cards(session, alert_id):
        for number, line in enumerate(lines):
            outbox.put_message(
                session,
                key=f"line:{card.id}:{card.revision}:{number}",
                kind="line",
                slack_channel=card.slack_channel,
                alert_id=alert_id,
                parent_id=card.id,
                body={"text": line},
                priority=INFORMATION,
                now=now,
            )


def notify_ops(
    session: Session,
    settings: Settings,
    key: str,
    text: str,
    now: datetime,
    *,
    is_markup: bool = False,
) -> None:
    """Tell the ops channel something about Ringback itself, once per ``key``."""
    outbox.put_message(
        session,
        key=_notice(key),
        kind="notice",
        slack_channel=settings.slack.ops_channel,
        body={"mrkdwn" if is_markup else "text": text},
        priority=NORMAL,
        now=now,
    )


def was_told(session: Session, key: str) -> bool:
    """Whether ``notify_ops`` has told of ``key``."""
    return outbox.is_known(session, _notice(key))


def _notice(key: str) -> str:
    return f"notice:{key}"
