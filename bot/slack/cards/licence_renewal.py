"""A licence that ends soon."""

from bot.alerts.licence_check import load
from bot.alerts.licence_renewal import LicenceReminder
from bot.slack.cards.view import View
from bot.slack.message import Message, context, escape, fields, header, section

ENDINGS = {
    "gone": "No longer watched: the host is inactive, gone, or has an earlier date",
    "renewed": "Renewed",
}
MARKS = {"gone": "☑️", "renewed": "✅"}


def render(view: View) -> Message:
    """The card as it stands now."""
    reminder = load(view.alert)
    title = f"Licence of {reminder.host_name}"
    sentence = ENDINGS.get(view.alert.state) or _sentence(reminder)
    mark = MARKS.get(view.alert.state) or ("🔴" if reminder.days_left <= 0 else "⏳")
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
