"""The writer: units share a commit and nothing else, and are answered when it is on disk."""

import asyncio

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import select
from support.clocks import START
from support.writers import in_one_batch, writer_held

from storage import outbox, watches
from storage import store as store_module
from storage.engine import DatabaseUnusable, open_engines
from storage.journeys import add_leg
from storage.store import Backlog, Store
from storage.tables import OutboxRow, WatchRow
from storage.topics import Topic, announce

MESSAGE = {"kind": "notice", "now": START}


def put(session, key):
    watches.put_watch(session, key, {"key": key})
    return key


def keys(session):
    return sorted(session.execute(text("SELECT key FROM watches")).scalars())


def fail(session):
    watches.put_watch(session, "of the one that failed", {})
    session.flush()
    raise RuntimeError("this unit is broken")


def break_constraint(session):
    session.execute(text("INSERT INTO watches (key, facts) VALUES (NULL, '{}')"))


async def test_a_unit_gives_its_result_and_is_kept(store):
    assert await store.write(put, "a") == "a"
    assert await store.read(watches.get_watch, "a") == {"key": "a"}


async def test_a_writer_that_does_not_get_on_is_stuck_until_it_does(store, monkeypatch):
    assert not store.is_stuck
    async with writer_held(store):
        assert not store.is_stuck
        monkeypatch.setattr(store_module, "STUCK_SECONDS", 0.0)
        assert store.is_stuck
    assert not store.is_stuck


async def test_units_that_wait_together_share_one_commit(store):
    results = await in_one_batch(store, *(store.write(put, f"k{n}") for n in range(50)))
    assert results == [f"k{n}" for n in range(50)]
    assert store.commits == 2


@pytest.mark.parametrize(
    ("broken", "error"), [(fail, RuntimeError), (break_constraint, IntegrityError)]
)
async def test_a_unit_that_fails_takes_nobody_with_it(store, broken, error):
    first, failed, last = await in_one_batch(
        store, store.write(put, "a"), store.write(broken), store.write(put, "b")
    )
    assert (first, last) == ("a", "b")
    assert isinstance(failed, error)
    assert await store.read(keys) == ["a", "b"]


@pytest.mark.parametrize(("losses", "wins"), [(3, True), (4, False)])
async def test_a_unit_that_loses_a_race_is_run_again_three_times(store, losses, wins):
    left = [*range(losses)]

    def racing(session):
        if left:
            left.pop()
            break_constraint(session)
        return put(session, "a")

    (result,) = await asyncio.gather(store.write(racing), return_exceptions=True)
    assert result == "a" if wins else isinstance(result, IntegrityError)
    assert await store.read(keys) == (["a"] if wins else [])


async def test_what_a_failed_unit_has_loaded_is_nobody_elses(store):
    """SQLite gives the id of its row to the next one, and a session knows rows by their ids."""

    def broken(session):
        number = outbox.put_message(session, key="broken", slack_channel="C0BROKEN", **MESSAGE)
        row = session.get(OutboxRow, number)
        raise RuntimeError(row)  # whoever gets the error keeps the row alive

    def whole(session):
        outbox.put_message(session, key="whole", slack_channel="C0WHOLE", **MESSAGE)
        return session.exec(select(OutboxRow).where(OutboxRow.key == "whole")).one().slack_channel

    failed, channel = await in_one_batch(store, store.write(broken), store.write(whole))
    assert isinstance(failed, RuntimeError)
    assert channel == "C0WHOLE"


async def test_what_was_loaded_before_all_are_run_anew_is_nobodys(store):
    kept = []

    def whole(session):
        key = f"whole {len(kept)}"
        outbox.put_message(session, key=key, slack_channel=f"C{len(kept)}", **MESSAGE)
        kept.append(session.exec(select(OutboxRow).where(OutboxRow.key == key)).one())
        return kept[-1].slack_channel

    channel, failed = await in_one_batch(store, store.write(whole), store.write(fail))
    assert isinstance(failed, RuntimeError)
    assert channel == "C1"


async def test_a_value_that_cannot_be_held_is_not_called_a_broken_database(postgres_url):
    """Else whoever waits for the database to come back would try it for ever."""
    made = Store(open_engines(postgres_url, serving=False))
    with pytest.raises(DataError):
        await made.write(add_leg, "paris", "a\x00b", 1)
    assert await made.write(put, "a") == "a"
    await made.close()


async def test_nobody_hears_of_a_result_before_the_commit(store):
    """At the moment of the driver's commit no waiter may have been answered."""
    at_commit = []
    waiting = []

    @event.listens_for(store.engines.writer, "commit")
    def look(connection):
        at_commit.append([task.done() for task in waiting])

    async with writer_held(store):
        waiting += [asyncio.ensure_future(store.write(put, f"k{n}")) for n in range(5)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert at_commit == [[False] * 5] * 2


async def test_every_answer_has_a_commit_behind_it(store):
    """Whatever was answered can be read on another connection at once."""

    async def write_and_look(key):
        await store.write(put, key)
        return await store.read(watches.get_watch, key)

    found = await asyncio.gather(*(write_and_look(f"k{n}") for n in range(40)))
    assert [each["key"] for each in found] == [f"k{n}" for n in range(40)]


async def test_listeners_are_woken_after_the_commit_and_only_those_concerned(store):
    outbox, receipts = store.listen(Topic.OUTBOX), store.listen(Topic.RECEIPTS)
    woken_at_commit = []

    @event.listens_for(store.engines.writer, "commit")
    def look(connection):
        woken_at_commit.append(outbox.is_set())

    def tell(session):
        put(session, "a")
        announce(session, Topic.OUTBOX)

    await store.write(tell)
    assert woken_at_commit == [False]
    assert outbox.is_set()
    assert not receipts.is_set()


async def test_a_full_backlog_takes_no_more_and_recovers(store, monkeypatch):
    monkeypatch.setattr(store_module, "LONGEST_BACKLOG", 3)
    async with writer_held(store):
        taken = [asyncio.ensure_future(store.write(put, key)) for key in "abc"]
        await asyncio.sleep(0)
        assert store.backlog == 3
        with pytest.raises(Backlog):
            await store.write(put, "d")
    assert await asyncio.gather(*taken) == ["a", "b", "c"]
    assert await store.write(put, "e") == "e"
    assert await store.read(keys) == ["a", "b", "c", "e"]


async def test_whoever_stops_waiting_harms_nobody(store):
    async with writer_held(store):
        gone, stays = (asyncio.ensure_future(store.write(put, key)) for key in "ab")
        await asyncio.sleep(0)
        gone.cancel()
    assert await stays == "b"
    assert await store.read(keys) == ["a", "b"]


@pytest.mark.parametrize("rounds", [0, 1])
async def test_closing_writes_what_waits(store, other, rounds):
    """Also what was asked for in the same round of the event loop."""
    async with writer_held(store):
        waiting = [asyncio.ensure_future(store.write(put, f"k{n}")) for n in range(10)]
        for _ in range(rounds):
            await asyncio.sleep(0)
        closing = asyncio.ensure_future(store.close())
        await asyncio.sleep(0)
    await closing
    async with asyncio.timeout(5):
        assert len(await asyncio.gather(*waiting)) == 10
    assert len(await other.read(keys)) == 10


async def test_after_closing_nothing_is_taken_on(store):
    await store.close()
    with pytest.raises(DatabaseUnusable, match="closed"):
        async with asyncio.timeout(2):
            await store.write(put, "a")


async def test_a_reading_unit_sees_rows_after_its_session_is_gone(store):
    await store.write(put, "a")
    row = await store.read(lambda session: session.get(WatchRow, "a"))
    assert row.facts == {"key": "a"}
