"""Leases on PostgreSQL: one holder at a time, taken over after a death, fenced against sleepers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import func, select, update
from support.clocks import FixedClock
from support.rows import asked

from bot.clock import SteadyClock, SystemClock
from bot.leaseholder import RENEWALS, Alone, Leaseholder, process_lease, skew
from storage import invocations, leases, receipts
from storage.leases import Lease, LeaseLost, fenced
from storage.receipts import NewReceipt
from storage.tables import LeaseRow

NAMES = ("intake", "poller:paris")
LONG = 60.0


def receipt(key):
    return NewReceipt(
        system="paris",
        dedupe_key=key,
        road="cdr",
        content_type="application/json",
        body=b"{}",
        received_at=datetime(2026, 11, 20, tzinfo=UTC),
    )


async def held(store, owner, seconds=LONG, names=NAMES):
    return (await store.write(leases.renew, owner, names, seconds, SystemClock().monotonic)).held


@pytest.mark.parametrize(
    ("moments", "kept"),
    [
        ((0.0, 0.001), (0.0, 0.001)),
        ((0.0, 3.0, 3.0, 3.001), (3.0, 3.001)),
        ((0.0, 0.3, 0.4, 0.5, 0.5, 0.7), (0.4, 0.5)),
    ],
)
async def test_the_time_is_asked_for_again_when_the_answer_took_long(stores, moments, kept):
    steady = iter(moments)
    renewal = await stores[0].write(leases.renew, "a", NAMES, LONG, lambda: next(steady))
    assert (renewal.asked, renewal.answered) == pytest.approx(kept)
    assert next(steady, None) is None


async def let_end(store):
    """Every lease is over: the database's clock cannot be moved, but its leases can."""
    over = update(LeaseRow).values(until=func.clock_timestamp() - timedelta(seconds=1))
    await store.write(lambda session: session.exec(over))


async def be_silent(store, part):
    """So much of a lease of ``LONG`` has passed since everything was renewed."""
    until = func.clock_timestamp() + timedelta(seconds=LONG * (1 - part))
    await store.write(lambda session: session.exec(update(LeaseRow).values(until=until)))


async def disconnect(witness):
    """The holders' connections end, as when a process is killed."""
    end = func.pg_terminate_backend(select(LeaseRow.backend).distinct().scalar_subquery(), 20000)
    assert await witness.read(lambda session: session.exec(select(end)).one()) is True


async def test_the_first_has_it_and_the_second_has_not(stores):
    assert set(await held(stores[0], "a")) == set(NAMES)
    assert await held(stores[1], "b") == {}
    assert (await held(stores[0], "a"))["intake"].fence == 1


async def test_of_three_that_begin_together_one_has_it(stores):
    for round_ in range(20):
        name = (f"round:{round_}",)
        got = await asyncio.gather(*(held(s, str(n), LONG, name) for n, s in enumerate(stores)))
        assert [len(one) for one in got].count(1) == 1


async def test_of_two_that_find_it_over_one_has_it(stores):
    for round_ in range(10):
        name = (f"round:{round_}",)
        await held(stores[0], "dead", 0.0, name)
        await asyncio.sleep(0.01)
        got = await asyncio.gather(*(held(s, str(n), LONG, name) for n, s in enumerate(stores)))
        assert [len(one) for one in got].count(1) == 1
        assert next(lease.fence for one in got for lease in one.values()) == 2


async def test_a_lease_that_is_over_is_taken_and_its_fence_moves_on(stores):
    await held(stores[0], "a")
    await let_end(stores[0])
    assert (await held(stores[1], "b"))["intake"] == Lease("intake", "b", 2)
    assert await held(stores[0], "a") == {}


async def test_the_dead_are_followed_before_their_lease_is_over(stores):
    await held(stores[0], "a")
    await disconnect(stores[1])
    await be_silent(stores[1], leases.SILENT_PART + 0.05)
    assert (await held(stores[1], "b"))["intake"].fence == 2


async def test_whoever_only_connects_anew_keeps_what_it_has(stores):
    await held(stores[0], "a")
    await disconnect(stores[1])
    await be_silent(stores[1], leases.SILENT_PART - 0.05)
    assert await held(stores[1], "b") == {}
    assert (await held(stores[0], "a"))["intake"].fence == 1
    await be_silent(stores[1], leases.SILENT_PART + 0.05)
    assert await held(stores[1], "b") == {}


async def test_whoever_sleeps_with_a_connection_keeps_it_to_the_end(stores):
    await held(stores[0], "a")
    await be_silent(stores[1], 0.95)
    assert await held(stores[1], "b") == {}


async def test_a_lease_of_an_older_program_lasts_to_its_end(stores):
    await held(stores[0], "a")
    await stores[1].write(lambda s: s.exec(update(LeaseRow).values(backend=None)))
    await be_silent(stores[1], 0.95)
    assert await held(stores[1], "b") == {}


async def test_what_is_given_up_is_free_at_once(stores):
    await held(stores[0], "a")
    await stores[0].write(leases.release, "a")
    assert set(await held(stores[1], "b")) == set(NAMES)


async def test_a_sleeper_writes_nothing_and_moves_no_cursor(stores):
    mine = (await held(stores[0], "a"))["poller:paris"]
    await let_end(stores[0])
    theirs = (await held(stores[1], "b"))["poller:paris"]
    news = [receipt("late")]
    with pytest.raises(LeaseLost):
        await stores[0].write(fenced(mine, receipts.save_feed_batch), "paris", "cdr", "9", news)
    assert await stores[1].read(receipts.count_waiting) == 0
    assert await stores[1].read(receipts.get_cursor, "paris", "cdr") is None
    await stores[1].write(fenced(theirs, receipts.save_feed_batch), "paris", "cdr", "2", news)
    assert await stores[0].read(receipts.get_cursor, "paris", "cdr") == "2"


async def test_nothing_is_written_after_the_end_even_if_nobody_took_over(stores):
    mine = (await held(stores[0], "a"))["intake"]
    await let_end(stores[0])
    with pytest.raises(LeaseLost):
        await stores[0].write(fenced(mine, receipts.save_receipts), [receipt("late")])


async def test_nobody_takes_over_while_a_fenced_write_is_not_committed(postgres_url, stores):
    mine = (await held(stores[0], "a", 1.0))["intake"]
    inside, go = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(session):
        loop.call_soon_threadsafe(inside.set)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()

    writing = asyncio.ensure_future(stores[0].write(fenced(mine, slow)))
    await inside.wait()
    await asyncio.sleep(1.1)
    taking = asyncio.ensure_future(held(stores[1], "b", LONG, ("intake",)))
    await asyncio.sleep(0.2)
    assert not taking.done()
    go.set()
    await writing
    assert (await taking)["intake"].fence == 2


async def test_the_living_hold_up_nobody(stores):
    """Asking for what another one holds must not wait for its transaction."""
    mine = (await held(stores[0], "a"))["intake"]
    go, loop = asyncio.Event(), asyncio.get_running_loop()

    def slow(session):
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()

    writing = asyncio.ensure_future(stores[0].write(fenced(mine, slow)))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(2):
        assert await held(stores[1], "b") == {}
    go.set()
    await writing


async def test_a_holder_takes_over_from_one_that_died(stores):
    clock = FixedClock()
    dead, heir = (Leaseholder(store, SteadyClock(clock), NAMES, LONG) for store in stores[:2])
    await dead.renew()
    await heir.renew()
    assert dead.list_held() == sorted(NAMES)
    assert heir.list_held() == []
    running = asyncio.ensure_future(heir.run())
    holding = asyncio.ensure_future(heir.hold("intake"))
    await clock.advance(LONG)
    await let_end(stores[0])
    while not holding.done():
        await clock.advance(LONG / RENEWALS)
        await asyncio.sleep(0.01)
    assert holding.result().fence == 2
    assert dead.holding("intake") is None
    running.cancel()


async def test_a_holder_whose_steady_clock_ran_on_holds_nothing(stores):
    clock = FixedClock()
    holder = Leaseholder(stores[0], SteadyClock(clock), NAMES, LONG)
    await holder.renew()
    assert holder.holding("intake") is not None
    await clock.advance(LONG)
    assert holder.holding("intake") is None


async def test_a_clock_that_is_off_is_noticed(stores):
    right, wrong = Leaseholder(stores[0], SteadyClock(SystemClock()), NAMES), FixedClock()
    await right.renew()
    assert right.skew_seconds == 0.0
    wrong.set(datetime.now(UTC) + timedelta(seconds=90))
    ahead = Leaseholder(stores[1], SteadyClock(wrong), NAMES)
    await ahead.renew()
    assert 80 < ahead.skew_seconds < 100


def test_the_time_that_a_question_took_is_not_skew():
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert skew(noon, noon + second, noon + 5 * second) == 0.0
    assert skew(noon, noon - 3 * second, noon + second) == 3.0
    assert skew(noon, noon + 3 * second, noon + second) == 2.0


async def test_processes_show_that_they_live(stores):
    one, two = (Leaseholder(store, SteadyClock(SystemClock()), NAMES, LONG) for store in stores[:2])
    await one.renew()
    await two.renew()
    assert await one.list_living() == {one.process, two.process}
    await two.release()
    assert await one.list_living() == {one.process}


async def test_the_leases_of_processes_long_gone_are_forgotten(stores):
    await held(stores[0], "a", 0.0, (process_lease("a"), "intake"))
    later = datetime.now(UTC) + timedelta(days=2)
    assert await stores[0].write(leases.forget_gone, later) == 1
    names = await stores[0].read(lambda session: list(session.exec(select(LeaseRow.name))))
    assert names == ["intake"]


async def ask(store, key="k"):
    await store.write(invocations.save_invocation, **asked(datetime(2026, 11, 20, tzinfo=UTC), key))
    return (await store.read(invocations.list_asked))[-1]


async def test_only_what_the_dead_left_is_taken_over_and_by_one(stores):
    row = await ask(stores[0])
    assert await stores[0].write(invocations.start, row.id, "a") is True
    (left,) = await stores[1].read(invocations.list_running)
    taken = await asyncio.gather(
        stores[1].write(invocations.adopt, left, "b"), stores[2].write(invocations.adopt, left, "c")
    )
    assert sorted(taken) == [False, True]


async def test_alone_everything_is_held_and_nothing_is_asked(sqlite_store):
    alone = Alone()
    commits = sqlite_store.commits
    unit = fenced(await alone.hold("intake"), receipts.save_receipts)
    assert unit is receipts.save_receipts
    assert alone.holding("poller:paris") == Lease("poller:paris")
    assert await alone.list_living() == {alone.process}
    assert sqlite_store.commits == commits


async def test_what_a_process_left_running_is_abandoned_on_sqlite_too(sqlite_store):
    row = await ask(sqlite_store)
    await sqlite_store.write(invocations.start, row.id, "before")
    (left,) = await sqlite_store.read(invocations.list_running)
    assert await sqlite_store.write(invocations.adopt, left, "now") is True
    assert await sqlite_store.write(invocations.adopt, left, "now") is False
