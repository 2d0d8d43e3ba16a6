"""A ping a minute while all is well: who expects it learns of trouble by its absence."""

import asyncio
import logging

import httpx
from pydantic import SecretStr

from bot.pinging import Ping


class Pinged:
    """Whoever expects the ping."""

    def __init__(self, *statuses):
        self.statuses, self.seen = list(statuses), []

    def __call__(self, request):
        self.seen.append(str(request.url))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            raise httpx.ConnectTimeout(f"no way to {request.url}")
        return httpx.Response(status)


URL = "https://hc.example/ping/canary-ping-secret"


async def test_a_ping_a_minute_while_all_is_well_and_none_otherwise(world):
    pinged = Pinged()
    async with httpx.AsyncClient(transport=httpx.MockTransport(pinged)) as http:
        ping = Ping(world.runtime.watch, world.clock, http, SecretStr(URL))
        running = asyncio.ensure_future(ping.run())
        for expected in (1, 2, 3):
            await wait_for(lambda: len(pinged.seen) == expected)  # noqa: B023 - used at once
            await world.clock.advance(60)
        world.runtime.leases.skew_seconds = 9.0
        await asyncio.sleep(0.3)
        before = len(pinged.seen)
        await world.clock.advance(60)
        await asyncio.sleep(0.3)
        assert len(pinged.seen) == before
        assert pinged.seen[0] == URL
        running.cancel()


async def wait_for(condition):
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def test_a_ping_that_fails_is_logged_once_and_without_its_address(world, caplog):
    caplog.set_level(logging.DEBUG)
    pinged = Pinged(0, 500, 0, 200, 200)
    async with httpx.AsyncClient(transport=httpx.MockTransport(pinged)) as http:
        ping = Ping(world.runtime.watch, world.clock, http, SecretStr(URL))
        for _ in range(5):
            await ping.ping()
    told = [record.message for record in caplog.records if record.name == "bot.pinging"]
    assert told == ["The ping was not taken: no answer in time", "The ping is taken again"]
    ours = [r for r in caplog.records if r.name != "httpx"]  # kept at WARNING by the settings
    assert not any("canary-ping-secret" in record.getMessage() for record in ours)
