"""A mistake of ours, whatever it is, ends none of the loops that nobody would start again."""

import asyncio

import pytest
from pydantic import SecretStr
from support.clocks import FixedClock

from bot.clock import SteadyClock
from bot.leaseholder import Leaseholder
from bot.pinging import Ping
from storage.engine import DatabaseUnusable
from storage.store import Backlog

MISTAKE = RuntimeError("a mistake of ours")
LONGEST_PAUSE_SECONDS = 60.0


class Failing:
    """Fails three times; ``asked`` says how often it was tried."""

    asked = 0

    async def __call__(self):
        self.asked += 1
        if self.asked <= 3:
            raise MISTAKE


@pytest.fixture
def survives(caplog):
    async def survives(run, clock, failing):
        running = asyncio.ensure_future(run())
        for _ in range(200):
            await clock.advance(LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(0.005)
            if failing.asked > 3 or running.done():
                break
        assert not running.done()
        assert [r.exc_info[1] for r in caplog.records if r.exc_info] == [MISTAKE] * 3
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    return survives


async def test_leases_are_renewed_again(survives):
    clock = FixedClock()
    holder = Leaseholder(None, SteadyClock(clock), ("intake",))
    holder.renew = Failing()
    await survives(holder.run, clock, holder.renew)


async def test_ringback_looks_at_itself_again(world, survives):
    world.runtime.watch.look = Failing()
    await survives(world.runtime.watch.run, world.clock, world.runtime.watch.look)


async def test_the_ping_is_sent_again(world, survives):
    ping = Ping(world.runtime.watch, world.clock, None, SecretStr("https://hc.example/ping/1"))
    ping.ping = Failing()
    await survives(ping.run, world.clock, ping.ping)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MISTAKE, ["Invocation 7 failed"]),
        (DatabaseUnusable("The store has said so."), []),
        (Backlog("The store has said so."), []),
    ],
    ids=lambda of: type(of).__name__,
)
async def test_a_command_that_the_database_cuts_off_is_no_mistake(world, caplog, error, said):
    async def cut_off():
        raise error

    world.runtime.carrier._begin(7, cut_off())
    await world.runtime.carrier.settle()
    assert [r.getMessage() for r in caplog.records] == said
