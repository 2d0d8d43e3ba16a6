"""Runs whose moment is yet to come again, after a clock was put back."""

from datetime import timedelta

import pytest
from support.clocks import START, FixedClock

from bot.clock import SteadyClock
from bot.timekeeping import follow_machine
from storage import clock_steps, timers

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BOOT = "a start of the machine"


async def test_a_run_that_was_taken_too_early_is_given_back(sqlite_store):
    for at in (START - HOUR, START + HOUR):
        await sqlite_store.write(timers.take_tick, "licences:crm", at)
    await sqlite_store.write(clock_steps.move, START + 2 * HOUR, -2 * HOUR, 1.0, BOOT)
    assert await sqlite_store.read(timers.last_tick, "licences:crm") == START - HOUR


@pytest.mark.parametrize("is_done_meanwhile", [True, False])
async def test_a_run_is_not_done_again_once_the_clock_is_where_it_was(
    sqlite_store, is_done_meanwhile
):
    await sqlite_store.write(timers.take_tick, "licences:crm", START)
    for _ in range(2):
        await sqlite_store.write(clock_steps.move, START + SECOND, -HOUR, 1.0, BOOT)
        if is_done_meanwhile:
            assert await sqlite_store.write(timers.take_tick, "licences:crm", START)
        await sqlite_store.write(clock_steps.move, START - HOUR + 2 * SECOND, HOUR, 2.0, BOOT)
        assert not await sqlite_store.write(timers.take_tick, "licences:crm", START)
        assert await sqlite_store.read(timers.last_tick, "licences:crm") == START


@pytest.mark.parametrize("seconds", [1.5, 3.5])
async def test_a_step_back_and_nearly_as_far_forward_repeats_no_run(sqlite_store, seconds):
    await sqlite_store.write(timers.take_tick, "licences:crm", START)
    await sqlite_store.write(clock_steps.move, START, -HOUR, 1.0, BOOT)
    await sqlite_store.write(clock_steps.move, START - HOUR, HOUR - seconds * SECOND, 1.0, BOOT)
    assert not await sqlite_store.write(timers.take_tick, "licences:crm", START)


@pytest.mark.parametrize("seconds", [1.5, 3.5])
async def test_a_step_forward_and_a_little_further_back_repeats_no_run(sqlite_store, seconds):
    await sqlite_store.write(timers.take_tick, "licences:crm", START)
    await sqlite_store.write(clock_steps.move, START, HOUR, 1.0, BOOT)
    await sqlite_store.write(timers.take_tick, "licences:crm", START + HOUR)
    await sqlite_store.write(clock_steps.move, START + HOUR, -HOUR - seconds * SECOND, 1.0, BOOT)
    assert await sqlite_store.read(timers.last_tick, "licences:crm") == START
    assert await sqlite_store.write(timers.take_tick, "licences:crm", START + HOUR)


async def test_two_small_steps_back_repeat_no_run(sqlite_store):
    """The first is too small to be followed; both together are not."""
    machine = FixedClock()
    steady = SteadyClock(machine)
    await follow_machine(steady, sqlite_store)
    done = steady.now()
    await sqlite_store.write(timers.take_tick, "figures:crm", done)
    machine.set(done - 1.8 * SECOND)
    assert abs(steady.step) < clock_steps.SMALL_STEP
    machine.set(machine.now() - 1.8 * SECOND)
    await follow_machine(steady, sqlite_store)
    assert steady.now() == done - 3.6 * SECOND
    assert not await sqlite_store.write(timers.take_tick, "figures:crm", done)


async def test_what_was_given_back_and_is_still_to_come_is_done_then(sqlite_store):
    await sqlite_store.write(timers.take_tick, "licences:crm", START + HOUR)
    await sqlite_store.write(clock_steps.move, START + 2 * HOUR, -2 * HOUR, 1.0, BOOT)
    await sqlite_store.write(clock_steps.move, START, SECOND, 2.0, BOOT)
    assert await sqlite_store.write(timers.take_tick, "licences:crm", START + HOUR)
