"""The alarm clock: whole again after the machine's clock was set, quiet when it is stopped."""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.schedule import JOBS, Schedule
from bot.ticks import Every
from storage import timers
from storage.engine import DatabaseUnusable
from storage.leases import LeaseLost
from storage.store import Backlog
from storage.tables import WatchRow


def next_runs(schedule):
    return {job.id: job.next_run_time for job in schedule._scheduler.get_jobs()}


async def test_every_job_of_the_table_is_on_the_clock(world):
    schedule = Schedule(world.runtime.checks, world.clock)
    await schedule.start()
    names = {name.partition(":")[0] for name in next_runs(schedule)}
    await schedule.stop()
    assert names == {job.name for job in JOBS}


async def test_a_clock_that_is_set_back_by_an_hour_stops_nothing(world):
    """The scheduler itself goes by the machine's clock, so it is only asked, not started."""
    schedule = Schedule(world.runtime.checks, world.clock)
    schedule._every(60, "look", world.runtime.checks.timers)
    keeping = asyncio.ensure_future(schedule.keep_time())
    await asyncio.sleep(0)
    back = world.clock.now() - timedelta(hours=1)
    world.clock.set(back)
    await world.clock.advance(1)
    keeping.cancel()
    assert next_runs(schedule) == {"look": back + timedelta(seconds=1)}


async def test_time_that_passes_as_it_should_moves_nothing(world, caplog):
    schedule = Schedule(world.runtime.checks, world.clock)
    keeping = asyncio.ensure_future(schedule.keep_time())
    for _ in range(5):
        await world.clock.advance(1)
    keeping.cancel()
    assert "The clock was set" not in caplog.text


async def test_a_look_that_is_cut_off_by_the_end_is_no_error(world, caplog):
    caplog.set_level(logging.INFO)
    schedule = Schedule(world.runtime.checks, world.clock)
    begun = asyncio.Event()

    async def hangs():
        begun.set()
        await asyncio.Event().wait()

    await schedule.start()
    schedule._every(60, "hangs", hangs)
    await begun.wait()
    await schedule.stop()
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("a mistake of ours"), [("ERROR", "Scheduled fails failed")]),
        (LeaseLost("poller:paris"), [("INFO", "Scheduled fails was not done here: poller:paris")]),
        (DatabaseUnusable("The store has said so."), []),
        (Backlog("The store has said so."), []),
    ],
    ids=lambda of: type(of).__name__,
)
async def test_a_look_that_fails_is_said_once_at_most(world, caplog, error, said):
    caplog.set_level(logging.INFO)
    schedule = Schedule(world.runtime.checks, world.clock)
    failed = asyncio.Event()

    async def fails():
        failed.set()
        raise error

    await schedule.start()
    caplog.clear()
    schedule._every(60, "fails", fails)
    await failed.wait()
    await asyncio.sleep(0.05)
    await schedule.stop()
    told = [(r.levelname, r.getMessage()) for r in caplog.records if "fails" in r.getMessage()]
    assert told == said
    assert [r for r in caplog.records if r.name.startswith("apscheduler") and r.exc_info] == []


async def test_a_run_that_another_replica_took_is_not_done_again(world):
    seconds = world.settings.systems["paris"].poll_seconds
    slot = Every(seconds).newest(world.clock.now())
    store = world.runtime.store
    assert await store.write(timers.take_tick, "queue_figures:paris", slot) is True
    await world.runtime.checks.queue_figures("paris")
    assert await store.read(timers.last_tick, "queue_figures:paris") == slot
    keys = await store.read(lambda session: session.exec(select(WatchRow.key)).all())
    assert [key for key in keys if key.startswith("queue")] == []


async def test_nothing_is_looked_at_without_the_lease(world, monkeypatch):
    monkeypatch.setattr(world.runtime.leases, "holding", lambda name: None)
    await world.runtime.checks.queue_figures("paris")
    await world.runtime.checks.licences("crm")
    assert (world.wires["paris"].asked, world.wires["crm"].asked) == (0, 0)
    assert await world.runtime.store.read(timers.last_tick, "licences:crm") is None


async def test_a_timer_that_fails_does_not_hold_up_the_others(world, caplog):
    store, now = world.runtime.store, world.clock.now()
    await store.write(timers.set_timer, "old", "of a version long gone", now, {})
    await store.write(timers.set_timer, "journey:1", "journey", now, {"journey_id": 1})
    await world.runtime.checks.timers()
    await world.runtime.checks.timers()
    assert [timer.key for timer in await store.read(timers.list_due, now)] == []
    assert [r.getMessage() for r in caplog.records if r.exc_info] == [
        "Timer old failed and is tried again later"
    ]
    later = now + timedelta(hours=1)
    assert [timer.key for timer in await store.read(timers.list_due, later)] == ["old"]
