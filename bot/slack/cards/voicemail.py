"""New voicemail in a box."""

from bot.alerts.mailboxes import load
from bot.slack.cards.view import View
from bot.slack.message import Message, context, escape, fields, header, moment, section


def render(view: View) -> Message:
    """The card as it stands now."""
    box = load(view.alert)
    title = f"Voicemail in box {box.mailbox}"
    messages = "message" if box.new == 1 else "messages"
    sentence = f"{box.new} new {messages}" if box.new else "All messages were heard"
    blocks = [
        header(title),
        section(f"{'📩' if box.new else '✅'} *{sentence}*"),
        *fields([("Last came", moment(box.since, view.zone)), ("Old", str(box.old))]),
        context(f"{escape(view.alert.system)} · alert {view.alert_id} · `/vm` lists and plays"),
    ]
    return Message(f"{escape(title)}: {sentence}", blocks)
