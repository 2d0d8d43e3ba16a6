"""Several processes and people's commands: each is carried out once, or is told of."""

import asyncio
from types import SimpleNamespace

from support.clocks import FixedClock
from support.replicas import holder, lapse
from support.rows import asked

from bot.clock import SystemClock
from bot.commands.request import Services
from bot.leaseholder import Alone
from bot.slack.carrying_out import Carrier
from storage import invocations
from storage.engine import DatabaseUnusable


class Told:
    def __init__(self):
        self.replies = []

    async def give(self, row, reply):
        self.replies.append((row.id, reply.text))


def carrier(store, settings, held, told, clock=None):
    async def nobody_looks():
        raise AssertionError("nobody asks how things stand")

    services = Services(
        store=store,
        clock=clock or SystemClock(),
        settings=settings,
        systems={},
        people=SimpleNamespace(),
        started_at=SystemClock().now(),
        look=nobody_looks,
    )
    return Carrier(services, told, held)


async def ask(store, key, text="help"):
    pbx = asked(SystemClock().now(), key, name="pbx", payload={"text": text})
    await store.write(invocations.save_invocation, **pbx)
    return (await store.read(invocations.list_asked))[-1]


async def test_the_living_tell_what_the_dead_left_and_once(stores, settings):
    dead = holder(stores[0])
    heirs = [holder(store) for store in stores[1:]]
    for one in (dead, *heirs):
        await one.renew()
    row = await ask(stores[0], "k")
    await stores[0].write(invocations.start, row.id, dead.process)
    told = Told()
    carriers = [carrier(s, settings, h, told) for s, h in zip(stores[1:], heirs, strict=True)]
    await asyncio.gather(*(one.recover() for one in carriers))
    assert told.replies == []
    await lapse(stores[0], dead)
    await asyncio.gather(*(one.recover() for one in carriers))
    await asyncio.gather(*(one.settle() for one in carriers))
    ((row_id, text),) = told.replies
    assert row_id == row.id
    assert "it may have happened" in text
    assert await stores[0].read(invocations.list_running) == []


async def test_each_command_is_carried_out_by_one_of_three(stores, settings):
    told = Told()
    held = [holder(store) for store in stores]
    for one in held:
        await one.renew()
    carriers = [carrier(s, settings, h, told) for s, h in zip(stores, held, strict=True)]
    for number in range(10):
        await ask(stores[0], f"k{number}")
    await asyncio.gather(*(one.look() for one in carriers))
    await asyncio.gather(*(one.settle() for one in carriers))
    assert len(told.replies) == 10
    assert len({row_id for row_id, _ in told.replies}) == 10


class Full:
    """Leases and reads as usual, but nothing can be written: a full disk."""

    def __init__(self, store):
        self.listen, self.read, self.attempts = store.listen, store.read, 0

    async def write(self, unit, *args, **kwargs):
        self.attempts += 1
        raise DatabaseUnusable("the disk is full")


async def test_what_cannot_be_written_is_not_tried_again_at_once(sqlite_store, settings):
    await ask(sqlite_store, "k")
    full = Full(sqlite_store)
    clock = FixedClock()
    one = carrier(full, settings, Alone(), Told(), clock)
    running = asyncio.ensure_future(one.run())
    for _ in range(50):
        await asyncio.sleep(0.002)
    assert full.attempts == 1
    while full.attempts < 2:
        await clock.advance(1.0)
        await asyncio.sleep(0.002)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_process_that_nobody_believes_alive_carries_nothing_out(stores, settings):
    told, sleeper = Told(), holder(stores[0])
    await sleeper.renew()
    await ask(stores[0], "k")
    await lapse(stores[0], sleeper)
    one = carrier(stores[0], settings, sleeper, told)
    await one.look()
    await one.settle()
    assert told.replies == []
    (row,) = await stores[0].read(invocations.list_asked)
    assert (row.state, row.process) == ("asked", None)


async def test_who_begins_something_meanwhile_is_not_taken_for_dead(stores, settings, monkeypatch):
    told, held, starting = Told(), holder(stores[0]), holder(stores[1])
    await held.renew()
    row = await ask(stores[0], "k")
    known = type(held).list_living

    async def another_starts(self):
        living = await known(self)
        await starting.renew()
        await stores[1].write(invocations.start, row.id, starting.process)
        return living

    monkeypatch.setattr(type(held), "list_living", another_starts)
    one = carrier(stores[0], settings, held, told)
    await one.recover()
    await one.settle()
    assert told.replies == []


async def test_what_the_dead_left_does_not_hold_up_what_is_asked_now(stores, settings):
    answered, answering = asyncio.Event(), asyncio.Event()

    class Slow(Told):
        async def give(self, row, reply):
            if row.key == "new":
                answered.set()
            else:
                await answering.wait()

    held = holder(stores[0])
    await held.renew()
    for number in range(30):
        row = await ask(stores[0], f"k{number}")
        await stores[0].write(invocations.start, row.id, "a process that is gone")
    await ask(stores[0], "new")
    one = carrier(stores[0], settings, held, Slow())
    await one.recover()
    await one.look()
    async with asyncio.timeout(30):
        await answered.wait()
    answering.set()
    await one.settle()
