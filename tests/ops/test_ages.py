"""A machine's clock that is set: what rules and the watch reckon from moments is not hurried."""

from datetime import timedelta

import pytest
from support.cards import NUMBER
from support.clocks import START, FixedClock
from support.delivery import TOKEN
from support.waiting import put, receipt
from support.world import open_world

from bot.alerts import queue_watch
from bot.clock import SteadyClock
from bot.runtime import AGES
from bot.settings import Settings
from bot.telephony.queues import QueueFigures
from bot.timekeeping import follow_machine
from bot.watching import FRESH_SECONDS
from storage import alerts, clock_steps, receipts
from storage.tables import WatchRow

HOUR = timedelta(hours=1)
SILENT = """
[systems.gate]
vendor = "generic"
silent_minutes = 30
webhook_signature = "shared_secret"
webhook_secret = "a-made-up-secret"
"""


class Queue:
    """A queue that is looked at by a clock which may be set; ``waiting`` are its callers."""

    settings = Settings(
        slack={"bot_token": TOKEN, "signing_secret": "made-up", "ops_channel": "C0OPS"},
        systems={"moscow": {"vendor": "generic", "webhook_secret": "made-up"}},
        thresholds=[
            {"metric": "data_age", "warn": 300, "critical": 900, "clear": 60},
            {"metric": "waiting", "warn": 3, "critical": 10, "clear": 1, "hold_seconds": 600},
        ],
    )

    def __init__(self, store):
        self.store, self.machine, self.waiting = store, FixedClock(), 0
        self.clock = SteadyClock(self.machine)

    async def set_clock(self, by=timedelta()):
        self.machine.set(self.machine.now() + by)
        assert await follow_machine(self.clock, self.store, AGES)
        assert self.clock.now() == self.machine.now()

    async def look(self, after=0.0):
        await self.machine.advance(after)
        figures = [QueueFigures(queue_id="281", name="Support", waiting=self.waiting)]
        asked = (self.settings, "moscow", figures, self.clock.now())
        await self.store.write(queue_watch.on_all_figures, *asked)

    async def fail(self, after):
        await self.machine.advance(after)
        asked = (self.settings, "moscow", self.clock.now())
        await self.store.write(queue_watch.on_no_figures, *asked)

    async def told(self):
        rows = await self.store.read(alerts.list_open, queue_watch.KIND)
        return [(load.metric, load.level) for load in map(queue_watch.load, rows)]


@pytest.fixture
async def queue(sqlite_store):
    made = Queue(sqlite_store)
    await made.set_clock()
    return made


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_figures_are_as_old_as_they_were(queue, by):
    await queue.look()
    await queue.set_clock(by)
    await queue.fail(after=299)
    assert await queue.told() == []
    await queue.fail(after=1)
    assert await queue.told() == [("data_age", "warn")]


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_a_limit_has_been_exceeded_as_long_as_it_was(queue, by):
    queue.waiting = 12
    await queue.look()
    await queue.set_clock(by)
    await queue.look(after=599)
    assert await queue.told() == []
    await queue.look(after=1)
    assert await queue.told() == [("waiting", "critical")]


async def test_when_a_trouble_began_is_read_as_a_time_of_day_and_stays(queue):
    queue.waiting = 12
    await queue.look()
    await queue.look(after=600)
    await queue.set_clock(HOUR)
    queue.waiting = 11
    await queue.look()
    (row,) = await queue.store.read(alerts.list_open, queue_watch.KIND)
    assert queue_watch.load(row).since == START


async def test_a_rule_that_cannot_read_what_it_remembers_stops_nothing(queue, caplog):
    unread = WatchRow(key=f"{queue_watch.SEEN}moscow", facts={"at": "some day"})
    await queue.store.write(lambda session: session.add(unread))
    queue.machine.set(START + HOUR)
    assert not await follow_machine(queue.clock, queue.store, AGES)
    assert queue.clock.now() == START
    assert "a step of the clock cannot be followed" in caplog.text


async def set_clock(world, by):
    """The machine's clock is set while the loops rest: they follow it as they begin."""
    world.clock.set(world.clock.now() + by)
    async with world.runtime.working():
        assert world.runtime.clock.step == timedelta()
    await world.runtime.watch.look()  # it may get the answer to what the loop had asked
    await world.clock.advance(FRESH_SECONDS)


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_a_second_click_rings_nobody_again_though_the_clock_was_set(world, by):
    await set_clock(world, timedelta())
    await world.own("U0BO", "104", "paris")
    await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, "Pat"))
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.call_back")
    await set_clock(world, by)
    await world.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.call_back")
    assert len(world.mirta.pbx.dialled) == 1
    assert world.workspace.ephemerals("U0BO")[-1].text == "bo is calling back right now."


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_a_silence_lasts_as_long_as_it_does(tmp_path, by):
    async with open_world(tmp_path, SILENT) as world:
        await set_clock(world, timedelta())
        await world.runtime.store.write_item(
            receipts.insert_receipts, receipt(world.runtime.clock.now(), "gate")
        )
        await world.settle()
        await world.clock.advance(FRESH_SECONDS)
        assert await world.runtime.watch.problems() == ()
        await set_clock(world, by)
        await world.clock.advance(29 * 60)
        assert await world.runtime.watch.problems() == ()
        await world.clock.advance(2 * 60)
        assert await world.runtime.watch.problems() == ("nothing has come from gate for 31 min",)


@pytest.mark.parametrize("by", [HOUR, -HOUR])
async def test_a_message_has_waited_as_long_as_it_did(world, by):
    await put(world)
    await world.clock.advance(10)
    step = (world.clock.now(), by, 1.0, "a start of the machine")
    await world.runtime.store.write(clock_steps.move, *step)
    world.clock.set(world.clock.now() + by)
    await world.clock.advance(49)
    assert await world.runtime.watch.problems() == ()
    await world.clock.advance(3)
    told = ("a message for C0SUPPORT has waited 62 s to be sent",)
    assert await world.runtime.watch.problems() == told
