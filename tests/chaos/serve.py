"""``ringback serve`` with a quicker quarantine and a clock that can be put wrong.

The same runtime, the same doors, the same loops, and one look more, which takes ticks: only
``Pace``, the moments of the audits and the clock are other ones. ``OFFSET`` names a file that holds
how many seconds the clock is wrong.
"""

import asyncio
import os
import signal
import sys
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path

import uvicorn
from apscheduler.schedulers import base
from sqlmodel import Session
from uvicorn.loops.auto import auto_loop_factory

from bot import schedule
from bot.cli.ending import load_settings
from bot.cli.serving import bind, uvicorn_config
from bot.clock import SystemClock
from bot.runtime import open_runtime
from bot.schedule import Checks, Job
from bot.settings import Settings
from bot.slack import results
from bot.ticks import Every
from storage import outbox, timers
from storage.engine import DatabaseUnusable
from storage.outbox import Pace
from storage.store import Backlog
from webhooks.app import create_app

PACE = Pace(edit_seconds=0.2, attempt_seconds=2.0, quarantine_seconds=2.5)
"""What Slack may still be at work on for half a minute is over after 4.5 seconds here."""
TICK_SECONDS = 2.0
LOOK_SECONDS = 0.25
AUDITS = (timedelta(seconds=1.5), timedelta(seconds=4))


class WrongClock(SystemClock):
    """The real time and an error that somebody else may change at any moment."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Wrong by as many seconds as the file says."""
        try:
            wrong = float(self._file.read_text() or 0)
        except OSError:
            wrong = 0.0
        return datetime.now(UTC) + timedelta(seconds=wrong)

    def now_in(self, zone: tzinfo | None = None) -> datetime:
        """The same, as ``datetime.now`` gives it."""
        return self.now().astimezone(zone)


async def tick(calm: Path, checks: Checks) -> None:
    """Say something once per period, however many processes try, until ``calm`` is there.

    A look like every other: the tick and its effect are one transaction, and the first has it.
    """
    if calm.exists():  # noqa: ASYNC240 - a file in memory or in the cache, a few times per second
        return
    now = checks.clock.now()
    with suppress(Backlog, DatabaseUnusable):  # the store has logged it
        await checks.store.write(_take, Every(TICK_SECONDS).newest(now), now)


def _take(session: Session, scheduled_for: datetime, now: datetime) -> None:
    if timers.take_tick(session, "chaos", scheduled_for):
        outbox.put_message(
            session,
            key=f"tick:{uuid.uuid4()}",
            kind="notice",
            slack_channel="ticks",
            body={"text": f"Tick {int(scheduled_for.timestamp())}"},
            now=now,
        )


async def _serve(settings: Settings, clock: WrongClock, offset: Path) -> None:
    listening = bind(settings.server)
    async with open_runtime(settings, clock, pace=PACE) as runtime:
        offset.with_name(f"{offset.name}.process").write_text(runtime.leases.process)
        server = uvicorn.Server(uvicorn_config(create_app(runtime)))
        async with runtime.working():
            await server.serve(sockets=[listening])


def main(settings: Path, offset: Path) -> None:
    """Serve until told to stop, as ``ringback serve`` does."""
    results.AUDIT_AFTER = AUDITS
    ticks = Job("chaos", LOOK_SECONDS, partial(tick, offset.with_name("calm")))
    schedule.JOBS = (*schedule.JOBS, ticks)  # type: ignore[misc] # only here is one added
    machine = WrongClock(offset)
    wrong = type("WrongDatetime", (datetime,), {"now": staticmethod(machine.now_in)})
    base.datetime = wrong  # type: ignore[assignment, misc] # the alarm clock's time is wrong as well
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serve(load_settings(settings), machine, offset))


def _end(number: int, frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(os.environ["OFFSET"]))
