"""What a timer does when it is due."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot import evaluation
from bot.alerts import missed_calls
from bot.commands import pause_ends
from bot.journey_facts import load
from bot.settings import Settings
from storage import invocations, journeys, timers
from storage.tables import TimerRow


def ring(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    """Take a timer and do what it is for, in one transaction.

    A journey is locked before its timer, as by whoever sets or cancels the timer.
    """
    if timer.kind == evaluation.JOURNEY_TIMER:
        journeys.get_locked(session, timer.payload["journey_id"])
    if timers.take_timer(session, timer.key, timer.due_at):
        TIMERS[timer.kind](session, settings, timer, now)


def _settle_journey(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    """A journey of a system that is not configured any more stays as it is."""
    row = journeys.get_locked(session, timer.payload["journey_id"])
    if row is not None and row.system in settings.systems:
        call_id, road = timer.payload["call_id"], timer.payload["road"]
        evaluation.settle(session, settings, row, load(row), call_id, road, now)
        journeys.save(session, row, call_id)


def _lapse_claim(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    missed_calls.lapse(session, settings, timer.payload["alert_id"], now)


def _end_pause(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    """That is asked of a phone system: carried out like a command, never twice."""
    invocations.save_invocation(
        session,
        key=f"timer:{timer.key}:{timer.due_at.isoformat()}",
        kind="timer",
        name="resume-agent",
        slack_user=timer.payload["slack_user"],
        slack_channel=timer.payload["slack_channel"],
        payload=timer.payload | {"value": timer.key.removeprefix(pause_ends.KEY)},
        asked_at=now,
    )


Ring = Callable[[Session, Settings, TimerRow, datetime], None]

TIMERS: Final[Mapping[str, Ring]] = {
    "claim": _lapse_claim,
    pause_ends.PAUSE_TIMER: _end_pause,
    evaluation.JOURNEY_TIMER: _settle_journey,
}
