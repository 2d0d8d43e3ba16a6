"""A machine's clock that is put back: a run that was done is not done again for that."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.clocks import FixedClock

from bot.clock import SteadyClock
from bot.ticks import Daily, Every, Policy, due
from bot.timekeeping import daily_runs, follow_machine
from storage import timers

JOB = "licences:crm"
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
DONE = [
    ("Asia/Tokyo", time(8), datetime(2026, 11, 20, 23, 10, tzinfo=UTC)),
    ("Asia/Tokyo", time(8), datetime(2026, 11, 21, 0, 0, 1, tzinfo=UTC)),
    ("Pacific/Auckland", time(9), datetime(2026, 11, 20, 20, 30, tzinfo=UTC)),
    ("Europe/Paris", time(0), datetime(2026, 11, 20, 23, 0, 1, tzinfo=UTC)),
    ("America/Los_Angeles", time(9), datetime(2026, 11, 20, 18, tzinfo=UTC)),
]


class Runs:
    """A daily job, and a clock that is set after its runs."""

    def __init__(self, store, zone, at, now):
        self.store, self.daily = store, Daily(at, ZoneInfo(zone))
        self.machine = FixedClock(now)
        self.clock = SteadyClock(self.machine)

    async def set_clock(self, by=timedelta()):
        self.machine.set(self.machine.now() + by)
        assert await follow_machine(self.clock, self.store, (), {JOB: self.daily})

    async def do(self):
        """Do what is due now; returns the dates."""
        last = await self.store.read(timers.last_tick, JOB)
        runs = due(self.daily, Policy.SKIP, last, self.clock.now())
        for run in runs:
            assert await self.store.write(timers.take_tick, JOB, run)
        return [run.date().isoformat() for run in runs]

    async def do_all_day(self):
        found = []
        for _ in range(24):
            await self.machine.advance(3600)
            found += await self.do()
        return found


@pytest.mark.parametrize(("zone", "at", "now"), DONE)
@pytest.mark.parametrize("by", [3 * SECOND, -3 * SECOND, HOUR, -HOUR])
async def test_a_date_has_one_run_though_the_clock_was_set(sqlite_store, zone, at, now, by):
    runs = Runs(sqlite_store, zone, at, now)
    await runs.set_clock()
    (done,) = await runs.do()
    await runs.set_clock(by)
    assert done not in await runs.do() + await runs.do_all_day()


@pytest.mark.parametrize(("zone", "at", "now"), DONE)
async def test_a_run_that_was_done_a_day_too_early_is_done_on_its_date(sqlite_store, zone, at, now):
    runs = Runs(sqlite_store, zone, at, now + DAY)
    await runs.set_clock()
    (early,) = await runs.do()
    await runs.set_clock(-DAY)
    (today,) = await runs.do()
    assert await runs.do_all_day() == [early]
    assert today < early


async def test_a_period_that_is_yet_to_come_has_its_run(sqlite_store):
    runs = Runs(sqlite_store, *DONE[0])
    await runs.set_clock()
    period = Every(60).newest(runs.clock.now())
    await sqlite_store.write(timers.take_tick, "queue_figures:paris", period)
    await runs.set_clock(-HOUR)
    assert await sqlite_store.write(timers.take_tick, "queue_figures:paris", period)


async def test_what_follows_the_clock_knows_which_runs_are_named_by_a_date(world):
    """Half past midnight in Paris: the date has begun, and its name lies in the future."""
    store = world.runtime.store
    async with world.runtime.working():
        pass
    await world.watch("crm")
    run = await store.read(timers.last_tick, JOB)
    world.clock.set(run - HOUR / 2)
    async with world.runtime.working():
        assert world.runtime.clock.now() < run
    assert await store.read(timers.last_tick, JOB) == run
    assert daily_runs(world.settings)[JOB].zone == world.settings.systems["crm"].zone
