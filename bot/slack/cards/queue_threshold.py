"""A queue in trouble: the figure first, then since when, the worst of it, and the others."""

from bot.alerts.queue_threshold import Level, QueueTrouble, in_words
from bot.alerts.queue_watch import load
from bot.slack.cards.view import View
from bot.slack.message import Message, context, escape, fields, header, moment, section

MARKS = {Level.CLEAR: "✅", Level.WARN: "⚠️", Level.CRITICAL: "🔴"}
WORDS = {Level.CLEAR: "Cleared", Level.WARN: "Warning", Level.CRITICAL: "Critical"}


def render(view: View) -> Message:
    """The card as it stands now."""
    trouble = load(view.alert)
    name = f"Queue {trouble.queue_name}"
    sentence = _sentence(trouble)
    mark, word = MARKS[trouble.level], WORDS[trouble.level]
    if trouble.level is Level.CLEAR and trouble.value is None:
        mark, word = "⚪", "Over"
    figures = trouble.figures
    pairs = [
        ("Worst", in_words(trouble.metric, trouble.peak)),
        ("Since", moment(trouble.since, view.zone) if trouble.since else ""),
    ]
    if figures is not None:
        pairs += [
            ("Waiting", _known(figures.waiting)),
            ("Oldest wait", _known(figures.longest_wait_seconds, " s")),
            ("Agents free", _of(figures.agents_available, figures.agents_logged_in)),
            ("Paused", _known(figures.agents_paused)),
        ]
    blocks = [
        header(name),
        section(f"{mark} *{word}* · {sentence}"),
        *fields(pairs),
        context(f"{escape(view.alert.system)} · alert {view.alert_id}"),
    ]
    return Message(f"{escape(name)}: {word.lower()}, {sentence}", blocks)


def _sentence(trouble: QueueTrouble) -> str:
    if trouble.value is None:
        if trouble.level is Level.CLEAR:
            return "this queue is not watched any more"
        return "not known now: the phone system does not tell"
    figure = in_words(trouble.metric, trouble.value)
    match trouble.metric:
        case "longest_wait":
            return f"the oldest caller waits {figure}" if trouble.value else "nobody waits"
        case "waiting":
            return f"{figure} waiting"
        case "agents_available":
            return f"{figure} agent{'' if trouble.value == 1 else 's'} free"
        case "service_level":
            return f"service level {figure}"
        case "abandoned_rate":
            return f"{figure} of the callers gave up"
        case "data_age":
            return f"the figures are {figure} old" if trouble.value else "the figures are fresh"


def _known(value: int | None, unit: str = "") -> str:
    return "" if value is None else f"{value}{unit}"


def _of(part: int | None, whole: int | None) -> str:
    if part is None:
        return ""
    return f"{part} of {whole}" if whole is not None else str(part)
