"""``/pbx status``: each connection, what waits, and what is open, in words."""

from datetime import datetime, timedelta

from bot.commands.asking import refuse_words
from bot.commands.request import Reply, Request
from bot.telephony.system import PhoneSystem
from bot.watching import is_looked_at
from storage.standing import Standing


async def run(request: Request) -> Reply:
    """Tell how things stand."""
    refuse_words(request, "/pbx status")
    services = request.services
    now, look = services.clock.now(), await services.look()
    text = f"Running for {describe_span(now - services.started_at)}."
    if look.problems:
        text += f" Something is wrong: {'; '.join(look.problems)}."
    if look.standing is None:
        return Reply(text=text)
    systems = [
        f"{key} ({system.title}): {_state(request, look.standing, system)}, "
        + _heard(system, look.heard.get(key), now)
        for key, system in sorted(services.systems.items())
    ]
    rows = tuple((line, ()) for line in (*systems, *_waiting(look.standing)))
    return Reply(text=text, rows=rows)


def _state(request: Request, standing: Standing, system: PhoneSystem) -> str:
    if system.key in standing.down:
        return "down"
    return "up" if is_looked_at(request.services.settings, system) else "not checked"


def _heard(system: PhoneSystem, last: datetime | None, now: datetime) -> str:
    if system.parse is None:
        return "sends no events"
    return f"last event {describe_span(now - last)} ago" if last else "no event yet"


def _waiting(standing: Standing) -> tuple[str, ...]:
    messages = standing.messages
    waiting = messages.get("pending", 0) + messages.get("sending", 0)
    return (
        f"Events waiting: {standing.receipts}, unreadable: {standing.unreadable}",
        f"Slack messages: {waiting} waiting, {messages.get('unknown', 0)} with unknown delivery, "
        f"{messages.get('dead', 0)} failed",
        f"Missed calls open: {standing.missed_calls}",
    )


def describe_span(span: timedelta) -> str:
    """``3 min`` for people."""
    seconds = max(0, round(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
