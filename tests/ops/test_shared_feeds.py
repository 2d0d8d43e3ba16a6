"""Several processes and one feed: one looks, and the next goes on where it ended."""

import asyncio

import pytest
from support.clocks import FixedClock
from support.replicas import holder, lapse

from bot.clock import SystemClock
from bot.leaseholder import Alone
from bot.pollers import Poller
from bot.telephony.errors import Unreachable
from bot.telephony.events import FeedBatch, FeedItem
from storage import alerts, receipts
from storage.leases import LeaseLost


class Feed:
    """Brings one item per look, and can be made to take its time."""

    name = "cdr"
    holds = False

    def __init__(self):
        self.looks, self.entered, self.go = 0, asyncio.Event(), asyncio.Event()
        self.go.set()
        self.broken = False

    async def fetch(self, cursor):
        self.looks += 1
        self.entered.set()
        await self.go.wait()
        if self.broken:
            raise Unreachable("paris does not answer.")
        number = int(cursor or 0) + 1
        return FeedBatch(items=(FeedItem(dedupe_key=str(number), body=b"{}"),), cursor=str(number))


def poller(store, settings, feed, held):
    return Poller("paris", feed, store, SystemClock(), settings, held)


async def test_one_of_two_looks(stores, settings):
    held = [holder(store) for store in stores[:2]]
    feeds = [Feed(), Feed()]
    for one in held:
        await one.renew()
    assert await poller(stores[0], settings, feeds[0], held[0]).look() is False
    with pytest.raises(LeaseLost):
        await poller(stores[1], settings, feeds[1], held[1]).look()
    assert (feeds[0].looks, feeds[1].looks) == (1, 0)


async def test_a_look_that_outlives_its_lease_stores_nothing(stores, settings):
    held = [holder(store) for store in stores[:2]]
    slow, quick = Feed(), Feed()
    slow.go.clear()
    await held[0].renew()
    looking = asyncio.ensure_future(poller(stores[0], settings, slow, held[0]).look())
    await slow.entered.wait()
    await lapse(stores[0], held[0])
    await held[1].renew()
    await poller(stores[1], settings, quick, held[1]).look()
    await poller(stores[1], settings, quick, held[1]).look()
    slow.go.set()
    with pytest.raises(LeaseLost):
        await looking
    assert await stores[0].read(receipts.get_cursor, "paris", "cdr") == "2"
    assert await stores[0].read(receipts.count_waiting) == 2


async def test_a_loop_goes_on_where_a_dead_one_ended(stores, settings):
    held = [holder(store) for store in stores[:2]]
    feeds = [Feed(), Feed()]
    await held[0].renew()
    await poller(stores[0], settings, feeds[0], held[0]).look()
    await lapse(stores[0], held[0])
    tasks = [
        asyncio.ensure_future(held[1].run()),
        asyncio.ensure_future(poller(stores[1], settings, feeds[1], held[1]).run()),
    ]
    async with asyncio.timeout(5):
        await feeds[1].entered.wait()
    await asyncio.sleep(0.1)
    assert await stores[1].read(receipts.get_cursor, "paris", "cdr") == "2"
    for task in tasks:
        task.cancel()


async def test_who_takes_over_clears_what_the_other_reported(stores, settings):
    held = [holder(store) for store in stores[:2]]
    feed = Feed()
    heir = poller(stores[1], settings, Feed(), held[1])
    await held[1].renew()
    await heir.look()
    await held[1].release()
    await held[0].renew()
    feed.broken = True
    broken = poller(stores[0], settings, feed, held[0])
    for _ in range(3):
        await broken._try()
    assert len(await stores[0].read(alerts.list_open, "system_down")) == 1
    await held[0].release()
    await held[1].renew()
    await heir.look()
    assert await stores[0].read(alerts.list_open, "system_down") == []


async def test_a_failure_of_the_database_does_not_end_the_loop(stores, settings, monkeypatch):
    """The look fails, and so does writing that down: the loop goes on all the same."""
    feed = Feed()
    feed.broken = True
    one = poller(stores[0], settings, feed, Alone())
    one.clock = FixedClock()

    async def fails(*args, **kwargs):
        raise RuntimeError("no database")

    monkeypatch.setattr(stores[0], "write", fails)
    running = asyncio.ensure_future(one.run())
    for _ in range(4):
        await asyncio.sleep(0.05)
        await one.clock.advance(60)
    assert not running.done()
    assert feed.looks > 1
    running.cancel()
