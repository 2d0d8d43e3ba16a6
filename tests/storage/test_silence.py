"""A process that falls silent in a transaction on a shared database: its rows are free soon."""

import asyncio
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlmodel import Session
from support.databases import copy_to

from bot.leaseholder import LEASE_SECONDS, RENEWALS
from storage import watches
from storage.engine import DatabaseUnusable, open_engines
from storage.moving import move
from storage.schema import MIGRATING, migrate
from storage.store import Store
from storage.tables import WatchRow

SILENCE, LOCK = "idle_in_transaction_session_timeout", "lock_timeout"


def with_limit(url, name, milliseconds):
    return f"{url}&options=-c%20{name}%3D{milliseconds}"


def put(session, key, value="new"):
    watches.put_watch(session, key, {"value": value})
    session.flush()


def values(session):
    return {key: watches.get_watch(session, key)["value"] for key in ("a", "b", "c")}


def fall_silent(session, seconds=1.2):
    put(session, "a", "of the sleeper")
    time.sleep(seconds)  # the limits are the server's, and go by its own clock
    put(session, "b", "of the sleeper")


@pytest.fixture
def open_store(postgres_url):
    """A store, with a limit of its own if one is named; all are closed at the end."""
    made = []

    def open_store(name=SILENCE, milliseconds=5000):
        made.append(
            Store(open_engines(with_limit(postgres_url, name, milliseconds), serving=False))
        )
        return made[-1]

    return open_store


@pytest.fixture
async def store(postgres_url):
    made = Store(open_engines(postgres_url, serving=False))
    for key in ("a", "b", "c"):
        await made.write(put, key, "old")
    yield made
    await made.close()


@contextmanager
def silent(url):
    """Somebody has changed a row, and neither commits nor says anything more."""
    engines = open_engines(url, serving=False)
    with Session(engines.writer) as session:
        put(session, "a", "of the sleeper")
        try:
            yield session
        finally:
            session.invalidate()
            engines.dispose()


def shown(engine, name):
    with engine.connect() as connection:
        return connection.execute(text(f"SHOW {name}")).scalar()


def test_every_connection_has_limits_and_notices_that_it_was_dropped(postgres_url):
    engines = open_engines(postgres_url, serving=False)
    for engine in (engines.writer, engines.reader):
        assert (shown(engine, SILENCE), shown(engine, LOCK)) == ("5s", "8s")
        with engine.connect() as connection:
            asked = connection.connection.driver_connection.info.get_parameters()
        assert asked["connect_timeout"] == "5"
        kept = [int(asked[f"keepalives_{name}"]) for name in ("idle", "interval", "count")]
        assert kept[0] + kept[1] * kept[2] < 30
        assert int(asked["tcp_user_timeout"]) < 30_000
    engines.dispose()


def test_a_wait_outlasts_a_sleeper_and_still_leaves_time_to_renew_a_lease(postgres_url):
    engines = open_engines(postgres_url, serving=False)
    silence, lock = (int(shown(engines.writer, name).rstrip("s")) for name in (SILENCE, LOCK))
    engines.dispose()
    assert 0 < silence < lock
    assert lock + LEASE_SECONDS / RENEWALS < LEASE_SECONDS


def test_what_the_url_says_matters_more_and_nothing_of_it_is_lost(postgres_url):
    more = f"%20-c%20{LOCK}%3D3s%20-c%20application_name%3Dours&connect_timeout=9"
    engines = open_engines(f"{postgres_url}&options=-c%20work_mem%3D2MB{more}", serving=False)
    names = (SILENCE, LOCK, "work_mem", "application_name")
    assert [shown(engines.reader, name) for name in names] == ["5s", "3s", "2MB", "ours"]
    with engines.reader.connect() as connection:
        asked = connection.connection.driver_connection.info.get_parameters()
    assert (asked["connect_timeout"], asked["tcp_user_timeout"]) == ("9", "20000")
    engines.dispose()


async def test_the_rows_of_a_sleeper_are_free_before_its_lease_is_over(postgres_url, store):
    with silent(postgres_url):
        async with asyncio.timeout(LEASE_SECONDS / 2):
            await store.write(put, "a")
    assert (await store.read(values))["a"] == "new"


async def test_a_unit_that_fell_silent_is_told_as_not_done_and_the_next_is_done(store, open_store):
    sleeper = open_store(SILENCE, 400)
    with pytest.raises(DatabaseUnusable, match=r"idle-in-transaction timeout\.$"):
        await sleeper.write(fall_silent)
    assert await store.read(values) == {"a": "old", "b": "old", "c": "old"}
    await sleeper.write(put, "c")
    assert await sleeper.read(values) == {"a": "old", "b": "old", "c": "new"}
    await sleeper.close()


async def test_a_batch_that_fell_silent_once_is_done_whole(store, open_store):
    sleeper, sleeps = open_store(SILENCE, 400), iter([1.2])
    go_on = threading.Event()
    units = [
        sleeper.write(lambda session: go_on.wait(10)),
        sleeper.write(put, "c"),
        sleeper.write(lambda session: fall_silent(session, next(sleeps, 0.0))),
    ]
    waiting = [asyncio.ensure_future(unit) for unit in units]
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.gather(*waiting)
    assert await store.read(values) == {
        "a": "of the sleeper",
        "b": "of the sleeper",
        "c": "new",
    }
    await sleeper.close()


async def test_a_batch_that_falls_silent_again_is_told_as_not_done_whole(store, open_store):
    sleeper, go_on = open_store(SILENCE, 400), threading.Event()
    units = [
        sleeper.write(lambda session: go_on.wait(10)),
        sleeper.write(put, "c"),
        sleeper.write(fall_silent),
        sleeper.write(put, "b"),
    ]
    waiting = [asyncio.ensure_future(unit) for unit in units]
    await asyncio.sleep(0.05)
    go_on.set()
    _, *results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, DatabaseUnusable) for each in results)
    assert await store.read(values) == {"a": "old", "b": "old", "c": "old"}
    await sleeper.write(put, "c")
    await sleeper.close()


async def test_a_reader_that_fell_silent_is_told_so_and_the_next_one_reads(store, open_store):
    sleeper = open_store(SILENCE, 400)

    def slow(session):
        session.get(WatchRow, "a")
        time.sleep(1.2)  # longer than the server allows
        return session.get(WatchRow, "b")

    with pytest.raises(DatabaseUnusable):
        await sleeper.read(slow)
    assert (await sleeper.read(values))["b"] == "old"
    await sleeper.close()


async def test_a_writer_waits_for_nobodys_row_without_end(store, open_store):
    waiter = open_store(LOCK, 200)
    with silent(store.engines.writer.url.render_as_string(hide_password=False)):
        async with asyncio.timeout(30):
            with pytest.raises(DatabaseUnusable, match=r"lock timeout\.$"):
                await waiter.write(put, "a")
        await waiter.write(put, "b")
    await waiter.write(put, "a", "later")
    assert await store.read(values) == {"a": "later", "b": "new", "c": "old"}
    await waiter.close()


def test_a_move_may_be_silent_for_as_long_as_it_likes(tmp_path, postgres_url):
    file = copy_to(tmp_path / "old.db")
    old = open_engines(f"sqlite:///{file}", serving=False)
    with Session(old.writer) as session:
        put(session, "a")
        session.commit()
    new = open_engines(with_limit(postgres_url, SILENCE, 100), serving=False)
    pauses = iter([0.0, 0.3])
    event.listen(new.writer, "before_cursor_execute", lambda *_: time.sleep(next(pauses, 0)))
    # Three times as long as the server allows: first between two statements, then in a copy.
    moved = move(old, new, lambda table, done: time.sleep(0.3 if done else 0.0))
    assert moved["watches"] == 1
    new.dispose()
    old.dispose()


async def test_a_process_that_starts_waits_for_its_turn_to_migrate(cluster):
    url = cluster.copy("template0")
    first, second = (open_engines(with_limit(url, LOCK, 200), serving=False) for _ in range(2))
    with first.writer.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
        migrating = asyncio.ensure_future(asyncio.to_thread(migrate, second))
        await asyncio.sleep(0.6)
        assert not migrating.done()
    await migrating
    assert shown(second.writer, LOCK) == "200ms"
    first.dispose()
    second.dispose()
