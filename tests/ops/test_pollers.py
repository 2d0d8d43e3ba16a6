"""Feeds that fail, for whatever reason and however long: the loop goes on, and people are told."""

import asyncio
from datetime import timedelta

import pytest

from bot.alerts import health
from bot.leaseholder import poller_lease
from bot.pollers import LONGEST_BACK_OFF_SECONDS, Poller
from bot.telephony.errors import Unreachable
from bot.telephony.events import FeedBatch
from storage import alerts


class Broken:
    """A feed that raises what it is told to."""

    name, holds = "cdr", False

    def __init__(self, error):
        self.error = error
        self.asked = 0

    async def fetch(self, cursor):
        self.asked += 1
        raise self.error


@pytest.fixture
def poller_of(world):
    def make(error):
        runtime = world.runtime
        return Poller(
            "paris", Broken(error), runtime.store, world.clock, world.settings, runtime.leases
        )

    return make


async def open_notices(world):
    rows = await world.runtime.store.read(alerts.list_open, "system_down")
    return [(row.system, health.load(row).reason) for row in rows]


async def stop(running):
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def pass_time(world, enough):
    """Let one pause after the other be over."""
    while not enough():
        await world.clock.advance(LONGEST_BACK_OFF_SECONDS)
        await asyncio.sleep(0.001)


async def test_a_system_that_is_down_for_days_is_still_asked(world, poller_of):
    poller = poller_of(Unreachable("paris cannot be reached."))
    poller.failures = 5000
    running = asyncio.ensure_future(poller.run())
    await pass_time(world, lambda: poller.feed.asked >= 4 or running.done())
    assert not running.done()
    await stop(running)


async def test_a_mistake_of_an_adapter_is_a_system_that_cannot_be_heard(world, poller_of, caplog):
    poller = poller_of(KeyError("sc_start"))
    running = asyncio.ensure_future(poller.run())
    await pass_time(world, lambda: poller.failures >= 3)
    await stop(running)
    ((system, reason),) = await open_notices(world)
    assert (system, reason) == ("paris", "paris answers, but Ringback cannot read it.")
    assert len([record for record in caplog.records if record.exc_info]) == 1


class Odd:
    """A feed that tells times which are off, or leaves something open."""

    name, holds = "cdr", False

    def __init__(self, **oddity):
        self.oddity = oddity

    async def fetch(self, cursor):
        return FeedBatch(items=(), cursor="1", **self.oddity)


@pytest.mark.parametrize(
    ("oddity", "told"),
    [
        ({"off": timedelta(hours=-1)}, "tells times that are about 1 h behind: is `timezone`"),
        ({"off": timedelta(hours=5, minutes=30)}, "tells times that are about 5 h 30 min ahead: "),
        ({"off": timedelta(minutes=3, seconds=40)}, "tells times that are about 4 min ahead: "),
        ({"doubt": "paris left out some events."}, "left out some events."),
    ],
)
async def test_what_hides_calls_is_told_once_a_day(world, poller_of, caplog, oddity, told):
    poller = poller_of(None)
    poller.feed = Odd(**oddity)
    await poller.leases.hold(poller_lease("paris"))
    for _ in range(2):
        await poller.look()
    await world.settle()
    (notice,) = [message.text for message in world.workspace.messages("C0OPS")]
    assert f"paris {told}" in notice
    assert caplog.text.count(told) == 1
    await world.clock.advance(86400)
    await poller.look()
    assert caplog.text.count(told) == 2


async def test_a_feed_that_is_right_is_not_talked_of(world, poller_of):
    poller = poller_of(None)
    poller.feed = Odd()
    await poller.leases.hold(poller_lease("paris"))
    await poller.look()
    await world.settle()
    assert world.workspace.messages("C0OPS") == []
