"""Timers fire once; of any number of replicas one takes a tick."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session

from storage import timers
from storage.engine import open_engines

MINUTE = timedelta(minutes=1)


async def test_a_timer_is_due_at_its_moment(store, now):
    await store.write(timers.set_timer, "t", "journey", now + MINUTE, {"id": 7})
    assert await store.read(timers.list_due, now) == []
    (due,) = await store.read(timers.list_due, now + MINUTE)
    assert (due.key, due.kind, due.payload) == ("t", "journey", {"id": 7})


async def test_setting_a_timer_again_moves_it(store, now):
    await store.write(timers.set_timer, "t", "journey", now, {})
    await store.write(timers.set_timer, "t", "journey", now + MINUTE, {})
    assert await store.read(timers.list_due, now) == []
    assert not await store.write(timers.take_timer, "t", now)
    assert await store.write(timers.take_timer, "t", now + MINUTE)


async def test_a_timer_that_is_set_while_it_is_taken_is_set(store, now, url):
    if url.startswith("sqlite"):
        pytest.skip("one process has an SQLite database to itself")
    await store.write(timers.set_timer, "t", "journey", now, {})
    other = open_engines(url, serving=False)
    with Session(other.writer) as taking:
        assert timers.take_timer(taking, "t", now)
        setting = asyncio.ensure_future(
            store.write(timers.set_timer, "t", "journey", now + MINUTE, {})
        )
        await asyncio.sleep(0.3)
        taking.commit()
    await setting
    other.dispose()
    assert await store.read(timers.find_due_at, "t") == now + MINUTE


async def test_a_timer_is_put_off_unless_it_was_moved_meanwhile(store, now):
    await store.write(timers.set_timer, "t", "journey", now, {})
    await store.write(timers.put_off, "t", now - MINUTE, now + 5 * MINUTE)
    assert len(await store.read(timers.list_due, now)) == 1
    await store.write(timers.put_off, "t", now, now + MINUTE)
    assert await store.read(timers.list_due, now) == []
    assert len(await store.read(timers.list_due, now + MINUTE)) == 1


async def test_due_timers_come_oldest_first_and_a_bounded_number(store, now):
    for minutes in (3, 1, 2):
        await store.write(timers.set_timer, f"t{minutes}", "k", now + minutes * MINUTE, {})
    due = await store.read(timers.list_due, now + 5 * MINUTE, 2)
    assert [timer.key for timer in due] == ["t1", "t2"]


async def test_a_cancelled_timer_is_never_due(store, now):
    await store.write(timers.set_timer, "t", "k", now, {})
    await store.write(timers.cancel_timer, "t")
    await store.write(timers.cancel_timer, "t")
    assert await store.read(timers.list_due, now) == []


async def test_of_two_processes_one_takes_a_timer(store, other, now):
    for number in range(10):
        await store.write(timers.set_timer, f"t{number}", "k", now, {})
        taken = await asyncio.gather(
            *(each.write(timers.take_timer, f"t{number}", now) for each in (store, other))
        )
        assert sorted(taken) == [False, True]


async def test_of_two_processes_one_takes_a_tick(store, other, now):
    for number in range(30):
        when = now + number * MINUTE
        taken = await asyncio.gather(
            *(each.write(timers.take_tick, "licences", when) for each in (store, other))
        )
        assert sorted(taken) == [False, True]
    assert await store.read(timers.last_tick, "licences") == now + 29 * MINUTE


async def test_ticks_of_different_jobs_are_different(store, now):
    assert await store.read(timers.last_tick, "licences") is None
    assert await store.write(timers.take_tick, "licences", now)
    assert await store.write(timers.take_tick, "thresholds", now)


async def test_a_tick_whose_effect_fails_can_be_taken_again(store, now):
    def fails(session):
        assert timers.take_tick(session, "licences", now)
        raise RuntimeError("the effect failed")

    (error,) = await asyncio.gather(store.write(fails), return_exceptions=True)
    assert isinstance(error, RuntimeError)
    assert await store.write(timers.take_tick, "licences", now)
