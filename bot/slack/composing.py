"""What a row of the outbox shall show now: cards are drawn when they are claimed, not before."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.alerts.publishing import OWN, messages_of
from bot.alerts.routing import route_of
from bot.settings import Settings
from bot.slack.cards import CARDS, missed_call, storm
from bot.slack.cards.storm import Member
from bot.slack.cards.view import View
from bot.slack.message import Message, actions, button, escape, section
from storage import alerts
from storage.outgoing import Outgoing
from storage.storms import list_members
from storage.tables import AlertRow


def compose(settings: Settings, session: Session, row: Outgoing) -> Message:
    """The message for a row of the outbox, in the zone and with the privacy of its channel."""
    if row.kind == "storm":
        members = [
            _member(view_of(settings, session, alert, row.slack_channel))
            for alert in list_members(session, row.id)
        ]
        return storm.render(row.id, members)
    if row.kind not in ("card", "line"):
        return _written(row.body)
    assert row.alert_id is not None
    alert = alerts.get_stored(session, row.alert_id)
    assert alert is not None
    view = view_of(settings, session, alert, row.slack_channel)
    return CARDS[alert.kind](view) if row.kind == "card" else _thread_line(view, row.body)


def view_of(settings: Settings, session: Session, alert: AlertRow, slack_channel: str) -> View:
    """The alert as people of a channel may see it."""
    route = route_of(settings.routes, slack_channel)
    system = settings.systems.get(alert.system)
    zone = route.zone if route else system.zone if system else ZoneInfo("UTC")
    return View(
        alert=alert,
        zone=zone,
        region=system.region if system else "",
        masked=_is_masked(settings, session, alert, slack_channel),
        late_seconds=system.late_seconds if system else 0,
    )


def _is_masked(settings: Settings, session: Session, alert: AlertRow, slack_channel: str) -> bool:
    """Whether the channel shows no full numbers of the alert.

    What could not be delivered elsewhere shows no more than would have been seen there, nor more
    than a channel's own route allows.
    """
    if all(route.numbers == "full" for route in settings.routes):
        return False
    own = route_of(settings.routes, slack_channel)
    if own is not None and slack_channel != settings.slack.ops_channel:
        return own.numbers == "masked"
    assert alert.id is not None
    shown = messages_of(session, alert.id)
    belongs_here = any(alert.id in row.body.get(OWN, ()) for row in shown)
    meant = [] if belongs_here else [route_of(settings.routes, row.slack_channel) for row in shown]
    return any(route is not None and route.numbers == "masked" for route in (own, *meant))


def _member(view: View) -> Member:
    """What a storm says of an alert."""
    if view.alert.kind == "missed_call":
        name = missed_call.caller(view, missed_call.NAME_LENGTH)
        return Member(view.alert, missed_call.line(view), escape(name))
    text = CARDS[view.alert.kind](view).text
    return Member(view.alert, text, text)


def _thread_line(view: View, body: dict[str, Any]) -> Message:
    """A line was written for every channel alike. Figures and dates of other alerts are no
    telephone numbers."""
    if view.alert.kind != "missed_call":
        return _written(body)
    return _written({**body, "text": view.words(str(body.get("text", "")))})


def _written(body: dict[str, Any]) -> Message:
    """A message whose words are in the outbox: ``mrkdwn`` is our own markup, ``text`` is plain.

    Where there are ``blocks``, they are what people see.
    """
    text = f"{body.get('mrkdwn', '')} {escape(str(body.get('text', '')))}".strip()
    if body.get("blocks"):
        return Message(text, body["blocks"])
    pressed = body.get("buttons")
    if not pressed:
        return Message(text, [section(text)] if "mrkdwn" in body else [])
    buttons = [button(label, act, value, style=style) for label, act, value, style in pressed]
    return Message(text, [section(text), actions(*buttons)])
