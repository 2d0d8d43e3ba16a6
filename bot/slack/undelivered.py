"""What becomes of a message that was not delivered, or perhaps not: it waits, or it is given up."""

from datetime import datetime

from sqlmodel import Session, col, select

from bot.alerts.publishing import is_shown, notify_ops, show
from bot.settings import Settings
from bot.slack.message import escape
from storage import outbox, storms, turns
from storage.outgoing import Outgoing
from storage.tables import OutboxRow

REPEATED_WHEN_UNSURE = frozenset({"card", "notice", "private", "storm"})
"""Without a look into the channel, these are posted again (and say so); others are left."""
BAD_BLOCKS = "invalid_blocks"
REMEDIES = {
    "not_in_channel": "Invite the app to the channel.",
    "channel_not_found": "If the channel is private, invite the app; else mend its id.",
    "is_archived": "Unarchive the channel, or route its alerts to another.",
    "is_inactive": "Unarchive the channel, or route its alerts to another.",
}


def send_later(
    session: Session, row: Outgoing, again_at: datetime, reason: str, channel_wide: bool
) -> None:
    """Back in line; ``channel_wide``: and nothing else goes the same way until then."""
    outbox.mark_not_sent(session, row, again_at, reason)
    if channel_wide:
        turns.pause(session, row, again_at)


def decide_blindly(session: Session, row: Outgoing, now: datetime, reason: str) -> None:
    """Nobody can tell whether it arrived: repeat what must not be missed, leave the rest."""
    if row.kind in REPEATED_WHEN_UNSURE:
        body = session.exec(select(OutboxRow.body).where(col(OutboxRow.id) == row.id)).first()
        if body is None:  # it was dropped meanwhile
            return
        outbox.change(session, row, body={**body, "unsure": True})
        outbox.mark_not_sent(session, row, now, f"unsure: {reason}")
    else:
        outbox.mark_dead(session, row, f"outcome unknown, not repeated: {reason}")


def give_up(
    session: Session, settings: Settings, row: Outgoing, reason: str, now: datetime
) -> None:
    """It cannot be delivered where it belongs: the ops channel hears of it, and gets alerts.

    An answer whose blocks Slack does not take is sent in mere words.
    """
    if reason.startswith(BAD_BLOCKS) and row.body.get("blocks"):
        outbox.change(session, row, body={**row.body, "blocks": []})
        outbox.mark_not_sent(session, row, now, reason)
        return
    if not outbox.mark_dead(session, row, reason):
        return
    if row.slack_channel == settings.slack.ops_channel or row.kind == "line":
        return
    what = "undelivered" if row.ts is None else "unchanged"
    key = f"{what}:{row.slack_channel}:{reason}:{now:%F}"
    notify_ops(session, settings, key, _notice(row, reason), now, is_markup=True)
    for alert_id in _alerts_of(session, row):
        if not is_shown(session, alert_id, settings.slack.ops_channel):
            show(session, settings.slack.ops_channel, alert_id, row.priority, now)


def _notice(row: Outgoing, reason: str) -> str:
    """A channel whose name Slack does not tell is known by its id."""
    sign, place = ("@", "to") if row.kind == "private" else ("#", "in")
    whom = f"<{sign}{row.slack_channel}> ({row.slack_channel})"
    if row.ts is None:
        text = f"A message for {whom} cannot be delivered: {escape(reason)}."
    else:
        stands = "was deleted" if reason == "message_not_found" else "shows what was true before"
        text = f"A message {place} {whom} cannot be changed: {escape(reason)}. It {stands}."
    if row.kind == "private" or reason not in REMEDIES:
        return text
    return (
        f"{text} {REMEDIES[reason]} `ringback outbox retry --all` then sends what was meant for it."
    )


def _alerts_of(session: Session, row: Outgoing) -> list[int]:
    """The alerts that a message shows: one, many, or none."""
    if row.kind == "storm":
        return [alert.id for alert in storms.list_members(session, row.id) if alert.id is not None]
    return [row.alert_id] if row.kind == "card" and row.alert_id is not None else []
