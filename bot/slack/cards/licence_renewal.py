"""A licence that ends soon."""

from bot.alerts.licence_check import load
from bot.alerts.licence_renewal import LicenceReminder
from bot.slack.cards.view import View
from bot.slack.message import Message, context, escape, fields, header, section


def render(view: View) -> Message:
    """The card as it stands now."""
    reminder = load(view.alert)
    title = f"Licence of {reminder.host_name}"
    renewed = view.alert.state == "renewed"
    sentence = "Renewed" if renewed else _sentence(reminder)
    mark = "✅" if renewed else "🔴" if reminder.days_left <= 0 else "⏳"
    blocks = [
        header(title),
        section(f"{mark} *{sentence}*"),
        *fields(
            [
                ("Ends on", f"{reminder.renews_on:%A %d %B %Y}"),
                ("Licence", escape(reminder.licence_type or "")),
            ]
        ),
        context(f"{escape(view.alert.system)} · alert {view.alert_id}"),
    ]
    return Message(f"{escape(title)}: {sentence} ({reminder.renews_on})", blocks)


def _sentence(reminder: LicenceReminder) -> str:
    days = reminder.days_left
    if days == 0:
        return "Ends today"
    if days < 0:
        return f"Ended {-days} {'day' if days == -1 else 'days'} ago"
    return f"{days} {'day' if days == 1 else 'days'} left"
