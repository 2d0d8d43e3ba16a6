"""``/pbx status``: each connection, what waits, and what is open, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.commands.request import Reply, Request
from storage import alerts, outbox, receipts


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows of how things stand."""

    last_received: dict[str, datetime]
    down: frozenset[str]
    waiting_receipts: int
    outbox: dict[str, int]
    open_missed_calls: int


async def run(request: Request) -> Reply:
    """Tell how things stand."""
    services = request.services
    standing = await services.store.read(read_standing)
    now = services.clock.now()
    rows = []
    for key, system in sorted(services.systems.items()):
        last = standing.last_received.get(key)
        heard = f"last event {ago(now - last)} ago" if last else "no event yet"
        if system.parse is None:
            heard = "sends no events"
        state = "DOWN" if key in standing.down else "up"
        rows.append((f"{key} ({system.title}): {state}, {heard}", ()))
    waiting = standing.outbox.get("pending", 0) + standing.outbox.get("sending", 0)
    rows.append((f"Events waiting: {standing.waiting_receipts}", ()))
    rows.append(
        (
            f"Messages waiting: {waiting}, unclear: {standing.outbox.get('unknown', 0)}, "
            f"undeliverable: {standing.outbox.get('dead', 0)}",
            (),
        )
    )
    rows.append((f"Missed calls open: {standing.open_missed_calls}", ()))
    text = f"Running for {ago(now - services.started_at)}."
    problems = await services.problems()
    if problems:
        text += f" Something is wrong: {'; '.join(problems)}."
    return Reply(text=text, rows=tuple(rows))


def read_standing(session: Session) -> Standing:
    """Collect it on one session."""
    return Standing(
        last_received=receipts.last_received(session),
        down=frozenset(row.system for row in alerts.list_open(session, "system_down")),
        waiting_receipts=receipts.count_waiting(session),
        outbox=outbox.count_by_state(session),
        open_missed_calls=len(alerts.list_open(session, "missed_call")),
    )


def ago(span: timedelta) -> str:
    """``3 min`` for people."""
    seconds = max(0, round(span.total_seconds()))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
