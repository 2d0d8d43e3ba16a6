"""What is done by the clock. APScheduler is only the alarm clock: the memory is in the database.

When a run is due, and what becomes of missed ones, is reckoned in ``bot.ticks``. What looks at a
phone system is done under that system's lease, so that replicas do not look twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from bot.alerts import health, licence_check, mailboxes, queue_watch
from bot.clock import Clock
from bot.leaseholder import MOST_SKEW_SECONDS, Leases, poller_lease
from bot.ringing import ring
from bot.settings import Settings
from bot.telephony.errors import PhoneSystemError, Unreachable
from bot.telephony.hosts import Host
from bot.telephony.system import PhoneSystem
from bot.ticks import Daily, Every, Policy, due
from bot.upkeep import remove_old
from bot.watching import watches_queues
from storage import timers
from storage.engine import DatabaseUnusable
from storage.leases import Lease, LeaseLost, fenced
from storage.outages import Outage
from storage.store import Backlog, Store
from storage.tables import TimerRow

log = logging.getLogger(__name__)

TIMER_SECONDS = 1.0
TIMER_RETRY = timedelta(minutes=5)
LICENCE_SECONDS = 60.0
MAILBOX_SECONDS = 60.0
RETENTION_LOOK_SECONDS = 60.0
RETENTION = Every(3600.0)
CLOCK_SECONDS = 1.0
CLOCK_STEP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Checks:
    """Looks at phone systems and at the clock; each look stores what it leads to."""

    store: Store
    clock: Clock
    settings: Settings
    systems: Mapping[str, PhoneSystem]
    leases: Leases
    _troubles: dict[tuple[str, str], Outage] = field(default_factory=dict)

    async def timers(self) -> None:
        """Do what is due."""
        if not self._clock_is_right():
            return
        now = self.clock.now()
        for timer in await self.store.read(timers.list_due, now):
            await self._ring(timer, now)

    async def _ring(self, timer: TimerRow, now: datetime) -> None:
        """One timer that fails must not hold up the others, which are due all the same."""
        try:
            await self.store.write(ring, self.settings, timer, now)
        except (DatabaseUnusable, Backlog):
            raise
        except Exception:  # whatever it is, it is this timer's
            log.exception("Timer %s failed and is tried again later", timer.key)
            again_at = now + TIMER_RETRY
            await self.store.write(timers.put_off, timer.key, timer.due_at, again_at)

    async def queue_figures(self, key: str) -> None:
        """Hold the figures of a system's queues against their limits."""
        system, lease = self.systems[key], self._lease(key)
        if system.queues is None or lease is None:
            return
        watched = watches_queues(self.settings, key)
        if not watched and not await self.store.read(queue_watch.in_trouble, key):
            return
        scheduled_for = Every(self.settings.systems[key].poll_seconds).newest(self.clock.now())
        try:
            queues = await system.queues.list_queues()
            figures = [await system.queues.fetch_figures(queue.queue_id) for queue in queues]
        except PhoneSystemError as error:
            await self._looked(lease, key, "queue figures", str(error))
            unit = fenced(lease, queue_watch.on_no_figures)
            await self.store.write(unit, self.settings, key, self.clock.now())
            return
        await self._looked(lease, key, "queue figures", None)

        def effect(session: Session) -> None:
            if timers.take_tick(session, f"queue_figures:{key}", scheduled_for):
                queue_watch.on_all_figures(session, self.settings, key, figures, self.clock.now())

        await self.store.write(fenced(lease, effect))

    async def mailboxes(self, key: str) -> None:
        """See what came into the voicemail boxes that nobody tells of."""
        boxes, lease = self.systems[key].unannounced_mailboxes, self._lease(key)
        if boxes is None or lease is None:
            return
        try:
            found = await boxes.list_mailboxes()
        except PhoneSystemError as error:
            await self._looked(lease, key, "voicemail boxes", str(error))
            return
        await self._looked(lease, key, "voicemail boxes", None)
        unit = fenced(lease, mailboxes.on_boxes)
        await self.store.write(unit, self.settings, key, found, self.clock.now())

    async def licences(self, key: str) -> None:
        """Once per local date, look for licences that end soon."""
        system, lease = self.systems[key], self._lease(key)
        if (system.hosts is None and system.licence is None) or lease is None:
            return
        job = f"licences:{key}"
        daily = Daily(self.settings.licences.at, self.settings.systems[key].zone)
        last = await self.store.read(timers.last_tick, job)
        runs = due(daily, Policy.SKIP, last, self.clock.now())
        if not runs:
            return
        try:
            hosts = await _licensed(system)
        except PhoneSystemError as error:
            await self._looked(lease, key, "licences", str(error))
            return
        await self._looked(lease, key, "licences", None)

        def effect(session: Session) -> None:
            if timers.take_tick(session, job, runs[-1]):
                licence_check.on_hosts(
                    session, self.settings, key, hosts, runs[-1].date(), self.clock.now()
                )

        await self.store.write(fenced(lease, effect))

    async def retention(self) -> None:
        """Once an hour, remove what is over and done with."""
        now = self.clock.now()
        last = await self.store.read(timers.last_tick, "retention")
        runs = due(RETENTION, Policy.LATEST, last, now)
        if not runs or not self._clock_is_right():
            return
        if await self.store.write(timers.take_tick, "retention", runs[-1]):
            await remove_old(self.store, self.settings.retention, now)

    async def _looked(self, lease: Lease, key: str, what: str, problem: str | None) -> None:
        """Systems with a feed are judged by the feed, the others by these looks."""
        trouble = self._troubles.setdefault((key, what), Outage(log, logging.WARNING))
        if problem is None:
            trouble.is_over(f"{key} tells its {what} again")
        else:
            trouble.goes_on(f"{key} does not tell its {what}: {problem}")
        if self.systems[key].feed is None:
            unit = fenced(lease, health.on_look)
            await self.store.write(unit, self.settings, key, problem, self.clock.now())

    def _lease(self, key: str) -> Lease | None:
        """Needed to look at a system; nobody looks by a clock that is wrong."""
        return self.leases.holding(poller_lease(key)) if self._clock_is_right() else None

    def _clock_is_right(self) -> bool:
        return self.leases.skew_seconds <= MOST_SKEW_SECONDS


async def _licensed(system: PhoneSystem) -> list[Host]:
    """What a system tells the licences of: the hosts that it looks after, and itself."""
    hosts = await system.hosts.list_hosts() if system.hosts is not None else []
    if system.licence is None:
        return hosts
    try:
        own = await system.licence.fetch_licence()
    except Unreachable:
        raise
    except PhoneSystemError as error:  # not every key may ask, and not every version answers
        log.info("%s: nothing about its own licence: %s", system.key, error)
        return [
            *hosts,
            Host(host_id=licence_check.OWN_LICENCE, name=system.title, end_is_unreadable=True),
        ]
    if own is None:
        return hosts
    name = f"{own.product} ({system.key})"
    return [*hosts, Host(host_id=licence_check.OWN_LICENCE, name=name, renews_on=own.expires_on)]


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is looked at every ``seconds``."""

    name: str
    seconds: float
    look: Callable[[Checks], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SystemJob:
    """The same for each phone system; ``seconds`` ``None`` is its own ``poll_seconds``."""

    name: str
    seconds: float | None
    look: Callable[[Checks, str], Awaitable[None]]


JOBS: Final[tuple[Job | SystemJob, ...]] = (
    SystemJob("licences", LICENCE_SECONDS, Checks.licences),
    SystemJob("mailboxes", MAILBOX_SECONDS, Checks.mailboxes),
    SystemJob("queue_figures", None, Checks.queue_figures),
    Job("retention", RETENTION_LOOK_SECONDS, Checks.retention),
    Job("timers", TIMER_SECONDS, Checks.timers),
)


class Schedule:
    """The alarm clock. ``start`` looks once at everything, then by the clock.

    ``keep_time`` has to run beside it: the scheduler would sleep through an hour that the machine's
    clock is set back by.
    """

    def __init__(self, checks: Checks, machine: Clock) -> None:
        self._checks = checks
        self._machine = machine
        self._looks: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(_report_missed, EVENT_JOB_MISSED)

    async def start(self) -> None:
        """Begin. Looks that fail are logged and come again."""
        for job in JOBS:
            if isinstance(job, Job):
                self._every(job.seconds, job.name, partial(job.look, self._checks))
                continue
            for key, of_one in self._checks.settings.systems.items():
                look = partial(job.look, self._checks, key)
                self._every(job.seconds or of_one.poll_seconds, f"{job.name}:{key}", look)
        self._scheduler.start()

    async def keep_time(self) -> None:
        """Begin all looks anew whenever the clock was set, until cancelled."""
        clock = self._machine
        while True:
            now, steady = clock.now(), clock.monotonic()
            await clock.sleep(CLOCK_SECONDS)
            passed = (clock.now() - now).total_seconds()
            step = passed - (clock.monotonic() - steady)
            if abs(step) > CLOCK_STEP_SECONDS:
                log.warning("The clock was set by %+.0f s", step)
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=clock.now())

    async def stop(self) -> None:
        """Let no more looks begin, and end those under way."""
        self._scheduler.pause()
        looks = tuple(self._looks)
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
        for _ in range(3):  # the scheduler hears of it by callbacks
            await asyncio.sleep(0)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)

    def _every(self, seconds: float, name: str, look: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(
            partial(self._run, name, look),
            "interval",
            seconds=seconds,
            id=name,
            next_run_time=self._machine.now(),
        )

    async def _run(self, name: str, look: Callable[[], Awaitable[None]]) -> None:
        """A look that is cut off is no failure; the scheduler would call it one.

        Nothing is raised: the scheduler would log it once more.
        """
        task = asyncio.ensure_future(look())
        self._looks.add(task)
        await asyncio.wait({task})
        self._looks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, LeaseLost):
            log.info("Scheduled %s was not done here: %s", name, error)
        elif isinstance(error, Exception) and not isinstance(error, (Backlog, DatabaseUnusable)):
            log.error("Scheduled %s failed", name, exc_info=error)  # else the store has logged it


def _report_missed(event: JobExecutionEvent) -> None:
    log.warning("Scheduled %s was missed", event.job_id)
