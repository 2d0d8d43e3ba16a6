"""Builds every long-lived object, in order, and closes them in reverse. Nothing else builds."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import VENDORS
from bot.alerts import missed_calls, queue_watch
from bot.clock import Clock, SteadyClock
from bot.commands.request import Services
from bot.http_clients import make_client, make_http
from bot.intake import Intake
from bot.leaseholder import INTAKE, Alone, Leaseholder, Leases, poller_lease
from bot.pinging import Ping
from bot.pollers import Poller
from bot.schedule import Checks, Schedule
from bot.settings import Settings, SystemSettings
from bot.slack.answers import Answers
from bot.slack.carrying_out import Carrier
from bot.slack.composing import compose
from bot.slack.departures import AskingRequest, without_redirects
from bot.slack.inbound import Inbound, build_bolt
from bot.slack.people import SlackPeople
from bot.slack.poster import Poster
from bot.slack.traffic import Traffic
from bot.telephony.system import PhoneSystem
from bot.timekeeping import LOOK_SECONDS, daily_runs, follow_machine, wait_for_step
from bot.watching import Watch
from storage.clock_steps import MoveAges
from storage.engine import DatabaseUnusable, open_engines
from storage.outbox import Pace
from storage.schema import migrate
from storage.store import Backlog, Store

log = logging.getLogger(__name__)

SLACK_SECONDS = 10.0
PING_TIMEOUT_SECONDS = 10.0
LEASES = "leases"
"""The loop that ends last: what is being finished is still ours."""
TIME = "time"
AGAIN_SECONDS = 30.0
"""Until a step of the clock is followed again that the database could not be told of."""

AGES: Final[tuple[MoveAges, ...]] = (missed_calls.move_ages, queue_watch.move_ages)
"""Since when something is so, as rules remember it: it moves along with a clock that is set."""

MakeHttp = Callable[[SystemSettings], httpx.AsyncClient]


@dataclass
class Runtime:
    """Everything that lives as long as the process."""

    settings: Settings
    clock: SteadyClock
    store: Store
    systems: Mapping[str, PhoneSystem]
    client: AsyncWebClient
    bolt: AsyncApp
    intake: Intake
    poster: Poster
    carrier: Carrier
    checks: Checks
    pollers: tuple[Poller, ...]
    leases: Alone | Leaseholder
    watch: Watch
    traffic: Traffic
    ping: Ping | None = None
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _schedule: Schedule | None = None

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Everything runs inside; what has begun is finished on the way out."""
        if isinstance(self.leases, Leaseholder):
            await self.leases.renew()
            self._start(LEASES, self.leases.run())
        else:
            await self._follow_machine()
            self._start(TIME, self._keep_time())
        await self._begin()
        try:
            yield
        finally:
            await self._stop([name for name in (TIME,) if name in self.tasks])
            await self._end()
            if isinstance(self.leases, Leaseholder):
                await self._stop([LEASES])
                await self.leases.release()

    async def _begin(self) -> None:
        """Start what works."""
        self._schedule = Schedule(self.checks, self.clock.machine)
        self._start("watch", self.watch.run())
        if self.leases.shared:  # where nobody else is, ``_keep_time`` begins anew
            self._start("clock", self._schedule.keep_time())
        self._start("intake", self.intake.run())
        self._start("poster", self.poster.run())
        self._start("carrier", self.carrier.run())
        for poller in self.pollers:
            self._start(f"poller {poller.system}", poller.run())
        if self.ping is not None:
            self._start("ping", self.ping.run())
        await self._schedule.start()

    async def _end(self) -> None:
        """Let what works come to its end."""
        if self._schedule is not None:
            schedule, self._schedule = self._schedule, None
            await schedule.stop()
        await self._stop([name for name in self.tasks if name not in (LEASES, TIME)])

    async def _keep_time(self) -> None:
        """Where no database tells the time: begin anew whenever the machine's clock was set."""
        pause = LOOK_SECONDS
        while True:
            await self.clock.sleep(pause)
            await wait_for_step(self.clock)
            await self._end()
            followed = await self._follow_machine()
            await self._begin()
            pause = LOOK_SECONDS if followed else AGAIN_SECONDS

    async def _follow_machine(self) -> bool:
        """False: the time of before goes on. What moves has to be in the database first."""
        try:
            await self.poster.catch_up()
        except (Backlog, DatabaseUnusable):  # the store has logged it
            return False
        return await follow_machine(self.clock, self.store, AGES, daily_runs(self.settings))

    async def _stop(self, names: Sequence[str]) -> None:
        """Ask each once to end, and wait: what has begun is finished, also if we are stopped."""
        tasks = {self.tasks[name] for name in names}
        for task in tasks:
            if not task.cancelling():
                task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for name in names:
            self.tasks.pop(name, None)

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks[name] = task
        task.add_done_callback(partial(_report, name))


def _stopped(tasks: "Mapping[str, asyncio.Task[None]]") -> list[str]:
    """The names of loops that ended though they should not have."""
    return [name for name, task in tasks.items() if task.done()]


def _report(name: str, task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("%s has stopped", name, exc_info=task.exception())


def build_systems(
    settings: Settings, clock: Clock, http: Mapping[str, httpx.AsyncClient]
) -> dict[str, PhoneSystem]:
    """Every configured phone system, by its key."""
    return {
        key: VENDORS[system.vendor].build(key, system, http[key], clock)
        for key, system in settings.systems.items()
    }


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways to the phone systems and to Slack; ``session`` is for all that is asked there."""

    systems: Mapping[str, PhoneSystem]
    session: aiohttp.ClientSession
    client: AsyncWebClient
    traffic: Traffic


@asynccontextmanager
async def open_outside(
    settings: Settings, clock: Clock, *, http: MakeHttp = make_http
) -> AsyncIterator[Outside]:
    """Everything that is not our own: no database is touched."""
    async with AsyncExitStack() as stack:
        clients = {
            key: await stack.enter_async_context(http(system))
            for key, system in settings.systems.items()
        }
        traffic = Traffic(str(settings.slack.api_url))
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS),
                trace_configs=[traffic.trace(), without_redirects()],
                request_class=AskingRequest,
            )
        )
        client = AsyncWebClient(
            token=settings.slack.bot_token.get_secret_value(),
            base_url=str(settings.slack.api_url),
            session=session,
            retry_handlers=[],
            timeout=int(SLACK_SECONDS),
        )
        yield Outside(build_systems(settings, clock, clients), session, client, traffic)


@asynccontextmanager
async def open_runtime(
    settings: Settings,
    clock: Clock,
    *,
    serving: bool = True,
    http: MakeHttp = make_http,
    pace: Pace | None = None,
) -> AsyncIterator[Runtime]:
    """Build everything; nothing works yet (see ``Runtime.working``).

    Raises ``DatabaseUnusable`` when the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        engines = open_engines(settings.database.url.get_secret_value(), serving=serving)
        stack.callback(engines.dispose)
        await asyncio.to_thread(migrate, engines, upgrades=serving)
        store, clock = Store(engines), SteadyClock(clock)
        stack.push_async_callback(store.close)
        outside = await stack.enter_async_context(open_outside(settings, clock, http=http))
        runtime = _build(settings, clock, store, outside, pace or Pace())
        url = settings.watching.ping_url
        if url is not None:
            pinging = await stack.enter_async_context(make_client(PING_TIMEOUT_SECONDS))
            runtime.ping = Ping(runtime.watch, clock, pinging, url)
        yield runtime


def _build_leases(store: Store, clock: SteadyClock, settings: Settings) -> Alone | Leaseholder:
    if store.engines.writer.dialect.name == "sqlite":
        return Alone()
    return Leaseholder(store, clock, (INTAKE, *map(poller_lease, settings.systems)))


def _build_pollers(
    store: Store,
    clock: Clock,
    settings: Settings,
    systems: Mapping[str, PhoneSystem],
    leases: Leases,
) -> tuple[Poller, ...]:
    return tuple(
        Poller(key, system.feed, store, clock, settings, leases)
        for key, system in systems.items()
        if system.feed is not None
    )


def _build(
    settings: Settings, clock: SteadyClock, store: Store, outside: Outside, pace: Pace
) -> Runtime:
    systems, client = outside.systems, outside.client
    leases = _build_leases(store, clock, settings)
    tasks: dict[str, asyncio.Task[None]] = {}
    pushing = frozenset(key for key, of in systems.items() if of.parse and not of.feed)
    watch = Watch(store, clock, settings, leases, partial(_stopped, tasks), pushing)
    services = Services(
        store=store,
        clock=clock,
        settings=settings,
        systems=systems,
        people=SlackPeople(clock, client),
        started_at=clock.now(),
        look=watch.look,
    )
    poster = Poster(store, clock, settings, client, partial(compose, settings), pace)
    return Runtime(
        settings=settings,
        clock=clock,
        store=store,
        systems=systems,
        client=client,
        bolt=build_bolt(Inbound(store, clock)),
        intake=Intake(store, clock, settings, systems, leases, poster.write),
        poster=poster,
        carrier=Carrier(services, Answers(store, clock, client, outside.session), leases),
        checks=Checks(store, clock, settings, systems, leases),
        pollers=_build_pollers(store, clock, settings, systems, leases),
        leases=leases,
        watch=watch,
        traffic=outside.traffic,
        tasks=tasks,
    )
