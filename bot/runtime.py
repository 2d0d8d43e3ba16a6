"""Builds every long-lived object, in order, and closes them in reverse. Nothing else builds."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import VENDORS
from bot.clock import Clock
from bot.commands.request import Services
from bot.intake import Intake
from bot.pollers import Poller
from bot.schedule import Checks, Schedule
from bot.settings import Settings, SystemSettings
from bot.slack.answers import Answers
from bot.slack.carrying_out import Carrier
from bot.slack.composing import compose
from bot.slack.inbound import Inbound, build_bolt
from bot.slack.people import SlackPeople
from bot.slack.poster import Poster
from bot.telephony.system import PhoneSystem
from storage.engine import open_engines
from storage.outbox import Pace
from storage.schema import migrate
from storage.store import Store

log = logging.getLogger(__name__)

SLACK_SECONDS = 10.0

MakeHttp = Callable[[SystemSettings], httpx.AsyncClient]


@dataclass
class Runtime:
    """Everything that lives as long as the process."""

    settings: Settings
    clock: Clock
    store: Store
    systems: Mapping[str, PhoneSystem]
    client: AsyncWebClient
    bolt: AsyncApp
    intake: Intake
    poster: Poster
    carrier: Carrier
    checks: Checks
    pollers: tuple[Poller, ...]
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Everything runs inside; what has begun is finished on the way out."""
        schedule = Schedule(self.checks)
        self._start("intake", self.intake.run())
        self._start("poster", self.poster.run())
        self._start("carrier", self.carrier.run())
        for poller in self.pollers:
            self._start(f"poller {poller.system}", poller.run())
        await schedule.start()
        try:
            yield
        finally:
            await schedule.stop()
            for task in self.tasks.values():
                task.cancel()
            await asyncio.gather(*self.tasks.values(), return_exceptions=True)
            self.tasks.clear()

    def stopped(self) -> list[str]:
        """The names of loops that ended though they should not have."""
        return [name for name, task in self.tasks.items() if task.done()]

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks[name] = task
        task.add_done_callback(partial(_report, name))


def _report(name: str, task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("%s has stopped", name, exc_info=task.exception())


def make_http(settings: SystemSettings) -> httpx.AsyncClient:
    """An HTTP client for one phone system: explicit time limits, no redirects."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(settings.timeout_seconds, connect=min(5.0, settings.timeout_seconds)),
        verify=settings.verify_tls,
        follow_redirects=False,
    )


def build_systems(
    settings: Settings, clock: Clock, http: Mapping[str, httpx.AsyncClient]
) -> dict[str, PhoneSystem]:
    """Every configured phone system, by its key."""
    return {
        key: VENDORS[system.vendor].build(key, system, http[key], clock)
        for key, system in settings.systems.items()
    }


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
        await asyncio.to_thread(migrate, engines)
        store = Store(engines)
        stack.push_async_callback(store.close)
        clients = {
            key: await stack.enter_async_context(http(system))
            for key, system in settings.systems.items()
        }
        systems = build_systems(settings, clock, clients)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS))
        )
        client = AsyncWebClient(
            token=settings.slack.bot_token.get_secret_value(),
            base_url=str(settings.slack.api_url),
            session=session,
            retry_handlers=[],
            timeout=int(SLACK_SECONDS),
        )
        services = Services(
            store=store,
            clock=clock,
            settings=settings,
            systems=systems,
            people=SlackPeople(client),
            started_at=clock.now(),
        )
        yield Runtime(
            settings=settings,
            clock=clock,
            store=store,
            systems=systems,
            client=client,
            bolt=build_bolt(Inbound(store, clock)),
            intake=Intake(store, clock, settings, systems),
            poster=Poster(
                store, clock, settings, client, partial(compose, settings), pace or Pace()
            ),
            carrier=Carrier(services, Answers(store, clock, client, session)),
            checks=Checks(store, clock, settings, systems),
            pollers=tuple(
                Poller(key, system.feed, store, clock, settings)
                for key, system in systems.items()
                if system.feed is not None
            ),
        )
