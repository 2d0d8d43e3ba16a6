"""Runs whose moment is yet to come again, after a clock was put back."""

from datetime import timedelta

import pytest
from support.clocks import START, FixedClock

from bot.clock import SteadyClock
from bot.timekeeping import follow_machine
from storage import clock_steps, timers
from storage.engine import open_engines
from storage.store import Store

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BOOT = "a start of the machine"


@pytest.fixture
async def store(sqlite_url):
    made = Store(open_engines(sqlite_url, serving=False))
    yield made
    await made.close()


async def test_a_run_that_was_taken_too_early_is_given_back(store):
    for at in (START - HOUR, START + HOUR):
        await store.write(timers.take_tick, "licences:crm", at)
    await store.write(clock_steps.move, START + 2 * HOUR, -2 * HOUR, 1.0, BOOT)
    assert await store.read(timers.last_tick, "licences:crm") == START - HOUR


@pytest.mark.parametrize("is_done_meanwhile", [True, False])
async def test_a_run_is_not_done_again_once_the_clock_is_where_it_was(store, is_done_meanwhile):
    await store.write(timers.take_tick, "licences:crm", START)
    for _ in range(2):
        await store.write(clock_steps.move, START + SECOND, -HOUR, 1.0, BOOT)
        if is_done_meanwhile:
            assert await store.write(timers.take_tick, "licences:crm", START)
        await store.write(clock_steps.move, START - HOUR + 2 * SECOND, HOUR, 2.0, BOOT)
        assert not await store.write(timers.take_tick, "licences:crm", START)
        assert await store.read(timers.last_tick, "licences:crm") == START


@pytest.mark.parametrize("seconds", [1.5, 3.5])
async def test_a_step_back_and_nearly_as_far_forward_repeats_no_run(store, seconds):
    await store.write(timers.take_tick, "licences:crm", START)
    await store.write(clock_steps.move, START, -HOUR, 1.0, BOOT)
    await store.write(clock_steps.move, START - HOUR, HOUR - seconds * SECOND, 1.0, BOOT)
    assert not await store.write(timers.take_tick, "licences:crm", START)


@pytest.mark.parametrize("seconds", [1.5, 3.5])
async def test_a_step_forward_and_a_little_further_back_repeats_no_run(store, seconds):
    await store.write(timers.take_tick, "licences:crm", START)
    await store.write(clock_steps.move, START, HOUR, 1.0, BOOT)
    await store.write(timers.take_tick, "licences:crm", START + HOUR)
    await store.write(clock_steps.move, START + HOUR, -HOUR - seconds * SECOND, 1.0, BOOT)
    assert await store.read(timers.last_tick, "licences:crm") == START
    assert await store.write(timers.take_tick, "licences:crm", START + HOUR)


async def test_two_small_steps_back_repeat_no_run(store):
    """The first is too small to be followed; both together are not."""
    machine = FixedClock()
    steady = SteadyClock(machine)
    await follow_machine(steady, store)
    done = steady.now()
    await store.write(timers.take_tick, "figures:crm", done)
    machine.set(done - 1.8 * SECOND)
    assert abs(steady.step) < clock_steps.SMALL_STEP
    machine.set(machine.now() - 1.8 * SECOND)
    await follow_machine(steady, store)
    assert steady.now() == done - 3.6 * SECOND
    assert not await store.write(timers.take_tick, "figures:crm", done)


async def test_what_was_given_back_and_is_still_to_come_is_done_then(store):
    await store.write(timers.take_tick, "licences:crm", START + HOUR)
    await store.write(clock_steps.move, START + 2 * HOUR, -2 * HOUR, 1.0, BOOT)
    await store.write(clock_steps.move, START, SECOND, 2.0, BOOT)
    assert await store.write(timers.take_tick, "licences:crm", START + HOUR)
