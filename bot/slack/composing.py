"""What a row of the outbox shall show now: cards are drawn when they are claimed, not before."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

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
            Member(alert, _line(_view(settings, alert, row.slack_channel)))
            for alert in list_members(session, row.id)
        ]
        return storm.render(row.id, members)
    if row.kind != "card":
        return _written(row.body)
    assert row.alert_id is not None
    alert = alerts.get_stored(session, row.alert_id)
    assert alert is not None
    return CARDS[alert.kind](_view(settings, alert, row.slack_channel))


def _line(view: View) -> str:
    """What a storm says of an alert."""
    if view.alert.kind == "missed_call":
        return missed_call.line(view)
    return CARDS[view.alert.kind](view).text


def _view(settings: Settings, alert: AlertRow, slack_channel: str) -> View:
    route = route_of(settings.routes, slack_channel)
    system = settings.systems.get(alert.system)
    zone = route.zone if route else system.zone if system else ZoneInfo("UTC")
    return View(
        alert=alert,
        zone=zone,
        region=system.region if system else "",
        masked=route is not None and route.numbers == "masked",
        late_seconds=system.late_seconds if system else 0,
    )


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
