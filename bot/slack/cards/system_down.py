"""A phone system that does not answer: alerts of it are blind meanwhile, and this says so."""

from bot.alerts.health import load
from bot.slack.cards.view import View
from bot.slack.message import Message, context, escape, fields, header, moment, section


def render(view: View) -> Message:
    """The card as it stands now."""
    health = load(view.alert)
    system = view.alert.system
    if health.back_at is not None:
        title, mark, sentence = f"{system} is back", "✅", "Answering again"
    else:
        title, mark = f"{system} does not answer", "🔴"
        sentence = "Missed calls and queue alerts of this system are blind until it is back"
    blocks = [
        header(title),
        section(f"{mark} *{sentence}*"),
        *fields(
            [
                ("Since", moment(health.since, view.zone) if health.since else ""),
                ("Back", moment(health.back_at, view.zone) if health.back_at else ""),
                ("Reason", escape(health.reason)),
            ]
        ),
        context(f"alert {view.alert_id}"),
    ]
    return Message(f"{escape(title)}. {sentence}.", blocks)
