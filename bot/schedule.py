"""What is done by the clock. APScheduler is only the alarm clock: the memory is in the database.

A run is a row ``(job, scheduled_for)`` that the first replica inserts, in the same transaction as
the run's effect. So no leader is needed, and a restart repeats nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from bot import intake
from bot.alerts import health, licence_check, missed_calls, queue_watch
from bot.clock import Clock
from bot.settings import Settings
from bot.telephony.errors import PhoneSystemError
from bot.telephony.queues import QueueFigures
from bot.telephony.system import PhoneSystem
from storage import invocations, timers
from storage.store import Store
from storage.tables import JourneyRow, TimerRow

log = logging.getLogger(__name__)

TIMER_SECONDS = 1.0
LICENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Checks:
    """Looks at phone systems and at the clock; each look stores what it leads to."""

    store: Store
    clock: Clock
    settings: Settings
    systems: Mapping[str, PhoneSystem]

    async def timers(self) -> None:
        """Do what is due."""
        now = self.clock.now()
        for timer in await self.store.read(timers.list_due, now):
            await self.store.write(ring, self.settings, timer, now)

    async def queue_figures(self, key: str) -> None:
        """Hold the figures of a system's queues against their limits."""
        system = self.systems[key]
        if system.queues is None or not _watched(self.settings, key):
            return
        scheduled_for = _slot(self.clock.now(), self.settings.systems[key].poll_seconds)
        try:
            queues = await system.queues.list_queues()
            figures = [await system.queues.fetch_figures(queue.queue_id) for queue in queues]
        except PhoneSystemError as error:
            log.debug("%s: no queue figures: %s", key, error)
            await self._looked(key, str(error))
            return
        await self._looked(key, None)
        job = f"queue_figures:{key}"
        await self.store.write(
            on_figures, self.settings, key, job, scheduled_for, figures, self.clock.now()
        )

    async def licences(self, key: str) -> None:
        """Once per local date, look for licences that end soon."""
        system = self.systems[key]
        if system.hosts is None:
            return
        zone = self.settings.systems[key].zone
        local = self.clock.now().astimezone(zone)
        at = datetime.combine(local.date(), self.settings.licences.at, tzinfo=zone)
        job = f"licences:{key}"
        last = await self.store.read(timers.last_tick, job)
        if local < at or (last is not None and last >= at):
            return
        try:
            hosts = await system.hosts.list_hosts()
        except PhoneSystemError as error:
            log.debug("%s: no hosts: %s", key, error)
            await self._looked(key, str(error))
            return
        await self._looked(key, None)

        def effect(session: Session) -> None:
            if timers.take_tick(session, job, at.astimezone(UTC)):
                licence_check.on_hosts(
                    session, self.settings, key, hosts, local.date(), self.clock.now()
                )

        await self.store.write(effect)

    async def _looked(self, key: str, problem: str | None) -> None:
        """Systems with a feed are judged by the feed, the others by these looks."""
        if self.systems[key].feed is None:
            now = self.clock.now()
            await self.store.write(health.on_look, self.settings, key, problem, now)


def _watched(settings: Settings, key: str) -> bool:
    return any({"*", key} & set(limits.systems) for limits in settings.thresholds)


def _slot(now: datetime, seconds: float) -> datetime:
    """The start of the period that ``now`` lies in: the same for every replica."""
    stamp = now.timestamp()
    return datetime.fromtimestamp(stamp - stamp % seconds, UTC)


def on_figures(
    session: Session,
    settings: Settings,
    key: str,
    job: str,
    scheduled_for: datetime,
    figures: list[QueueFigures],
    now: datetime,
) -> None:
    """One run's figures, unless another replica has had this run."""
    if timers.take_tick(session, job, scheduled_for):
        for of_one in figures:
            queue_watch.on_figures(session, settings, key, of_one, now)


def ring(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    """Take a timer and do what it is for, in one transaction."""
    if timers.take_timer(session, timer.key, timer.due_at):
        TIMERS[timer.kind](session, settings, timer, now)


def _settle_journey(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    row = session.get(JourneyRow, timer.payload["journey_id"])
    if row is not None:
        call_id, road = timer.payload["call_id"], timer.payload["road"]
        intake.settle(session, settings, row, call_id, road, now)


def _lapse_claim(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    missed_calls.lapse(session, settings, timer.payload["alert_id"], now)


def _invoke(session: Session, settings: Settings, timer: TimerRow, now: datetime) -> None:
    """Something to be asked of a phone system: carried out like a command, never twice."""
    invocations.save_invocation(
        session,
        key=f"timer:{timer.key}:{timer.due_at.isoformat()}",
        kind="command",
        name=timer.payload["name"],
        slack_user=timer.payload["slack_user"],
        slack_channel=timer.payload["slack_channel"],
        payload={"text": timer.payload["text"]},
        asked_at=now,
    )


Ring = Callable[[Session, Settings, TimerRow, datetime], None]

TIMERS: Final[Mapping[str, Ring]] = {
    "claim": _lapse_claim,
    "invocation": _invoke,
    "journey": _settle_journey,
}


class Schedule:
    """The alarm clock. ``start`` looks once at everything, then by the clock."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED)

    async def start(self) -> None:
        """Begin. Looks that fail are logged and come again."""
        self._every(TIMER_SECONDS, "timers", self._checks.timers)
        for key, system_settings in self._checks.settings.systems.items():
            figures = partial(self._checks.queue_figures, key)
            self._every(system_settings.poll_seconds, f"queue_figures:{key}", figures)
            self._every(LICENCE_SECONDS, f"licences:{key}", partial(self._checks.licences, key))
        self._scheduler.start()

    async def stop(self) -> None:
        """Let no more looks begin."""
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)

    def _every(self, seconds: float, name: str, look: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(
            look, "interval", seconds=seconds, id=name, next_run_time=self._checks.clock.now()
        )


def _report(event: JobExecutionEvent) -> Any:
    if event.exception is not None:
        log.error("Scheduled %s failed", event.job_id, exc_info=event.exception)
    else:
        log.warning("Scheduled %s was missed", event.job_id)
