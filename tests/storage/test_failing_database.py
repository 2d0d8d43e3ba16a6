"""A database that fails: everybody who waits is told, nothing is half kept, the writer lives on."""

import asyncio
import logging
import sqlite3
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from support.postgres import drop_connections
from support.writers import writer_held

from storage.batches import Statement
from storage.engine import DatabaseUnusable, open_engines
from storage.outages import RELAPSE_SECONDS, Outage, Relapsing
from storage.receipts import NewReceipt, insert_receipts
from storage.store import Store
from storage.topics import Topic, announce

CANARY = "".join(["cana", "ry"])
"""Put together, so that a traceback's source lines do not show it."""


def insert(session, key, size=1):
    session.execute(
        text("INSERT INTO watches (key, facts) VALUES (:key, :facts)"),
        {"key": key, "facts": f'"{"x" * size}"'},
    )
    return key


def keys(session):
    return sorted(session.execute(text("SELECT key FROM watches")).scalars())


def leave_pages(session, spare):
    """A disk that will be full in ``spare`` pages (SQLite)."""
    used = session.execute(text("PRAGMA page_count")).scalar_one()
    session.execute(text(f"PRAGMA max_page_count={used + spare}"))


def add_late_constraint(session):
    session.execute(text("CREATE TABLE parents (id INTEGER PRIMARY KEY)"))
    reference = "REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED"
    session.execute(text(f"CREATE TABLE children (parent INTEGER {reference})"))


async def together(store, *units):
    """Submit everything while the writer is busy; the result or error of each."""
    async with writer_held(store):
        waiting = [asyncio.ensure_future(unit) for unit in units]
    return await asyncio.gather(*waiting, return_exceptions=True)


@pytest.fixture
async def file_store(sqlite_url):
    made = Store(open_engines(sqlite_url, serving=False))
    yield made
    await made.close()


async def test_nothing_is_called_written_when_the_disk_fills_up_beside_it(file_store):
    """SQLite then undoes the whole transaction, and says so only to the unit that failed."""
    await file_store.write(leave_pages, 3)
    results = await together(
        file_store,
        file_store.write(insert, "before"),
        file_store.write(insert, "large", 100_000),
        file_store.write(insert, "after"),
    )
    kept = await file_store.read(keys)
    assert [each for each in results if isinstance(each, str)] == kept == []
    assert all(isinstance(each, DatabaseUnusable) for each in results)


async def test_the_writer_lives_on_when_there_is_room_again(file_store):
    await file_store.write(leave_pages, 3)
    with pytest.raises(DatabaseUnusable):
        await file_store.write(insert, "large", 100_000)
    pragmas = [
        await file_store.write(lambda session, name=name: session.execute(text(name)).scalar())
        for name in ("PRAGMA synchronous", "PRAGMA foreign_keys", "PRAGMA journal_mode")
    ]
    assert pragmas == [2, 1, "wal"]
    await file_store.write(leave_pages, 1000)
    assert await file_store.write(insert, "large", 100_000) == "large"
    assert await file_store.read(keys) == ["large"]


async def test_an_outage_is_logged_once_and_so_is_its_end(file_store, caplog):
    await file_store.write(leave_pages, 3)
    for _ in range(3):
        with pytest.raises(DatabaseUnusable):
            await file_store.write(insert, "large", 100_000)
    await file_store.write(leave_pages, 1000)
    await file_store.write(insert, "small")
    assert [record.getMessage() for record in caplog.records] == [
        "What was to be written was not committed: "
        "The database cannot be used: database or disk is full.",
        "The database is written to again",
    ]


async def test_what_still_takes_small_writes_is_failing_until_it_takes_all(file_store, caplog):
    await file_store.write(leave_pages, 3)
    for n in range(3):
        with pytest.raises(DatabaseUnusable):
            await file_store.write(insert, "large", 100_000)
        await file_store.write(insert, f"small {n}")
    assert file_store.is_failing
    began, ended, again = (record.getMessage() for record in caplog.records)
    assert (began, ended) == (again, "The database is written to again")


def test_an_outage_that_came_back_is_over_when_nothing_has_failed_for_a_while(caplog):
    trouble = Relapsing(Outage(logging.getLogger()))
    trouble.fails(0.0, "broken")
    trouble.works(0.1, "works")
    assert not trouble.lasts
    trouble.fails(RELAPSE_SECONDS - 1, "broken")
    trouble.works(RELAPSE_SECONDS, "works")
    trouble.fails(RELAPSE_SECONDS + 1, "broken")
    trouble.works(2 * RELAPSE_SECONDS, "works")
    assert trouble.lasts
    trouble.works(2 * RELAPSE_SECONDS + 1, "works")
    assert not trouble.lasts
    trouble.fails(4 * RELAPSE_SECONDS, "broken")
    trouble.works(4 * RELAPSE_SECONDS, "works")
    assert not trouble.lasts
    assert [record.getMessage() for record in caplog.records] == ["broken", "works"] * 3


@contextmanager
def read_only(engine):
    """Every transaction that begins inside may only read."""
    statement = "PRAGMA query_only={}" if engine.name == "sqlite" else "SET TRANSACTION READ ONLY"

    def begin(connection):
        connection.exec_driver_sql(statement.format("ON"))

    event.listen(engine, "begin", begin)
    yield
    event.remove(engine, "begin", begin)
    engine.dispose()


async def test_a_database_that_may_only_be_read_is_said_once_whatever_comes(store, caplog):
    """Between writes that fail, transactions that have nothing to write would succeed."""
    await store.write(insert, "before")
    with read_only(store.engines.writer):
        for _ in range(5):
            for unit in (lambda session: insert(session, "a"), keys):
                with suppress(DatabaseUnusable):
                    await store.write(unit)
    await store.write(insert, "after")
    assert await store.read(keys) == ["after", "before"]
    (began, ended) = caplog.records
    assert "not committed: The database cannot be used: " in began.getMessage()
    assert ended.getMessage() == "The database is written to again"
    assert (began.exc_info, ended.exc_info) == (None, None)


async def test_a_mistake_of_ours_has_its_traceback(store, caplog):
    def mistaken(session):
        session.execute(text("INSERT INTO children (parent) VALUES (7)"))

    await store.write(add_late_constraint)
    with pytest.raises(DatabaseUnusable):
        await store.write(mistaken)
    assert [record.exc_info is not None for record in caplog.records] == [True]


async def test_a_read_that_fails_is_said_once(store, caplog):
    def mistaken(session):
        session.execute(text("SELECT key FROM nowhere"))

    for _ in range(3):
        with pytest.raises(DatabaseUnusable):
            await store.read(mistaken)
    await store.read(keys)
    (began, ended) = caplog.records
    assert "not read: The database cannot be used: " in began.getMessage()
    assert "nowhere" in began.getMessage()
    assert ended.getMessage() == "The database is read again"


async def test_a_batch_of_receipts_on_a_full_disk_is_refused_as_a_whole(file_store, now):
    await file_store.write(leave_pages, 3)
    bodies = {"small": b"{}", "large": b"x" * 100_000, "last": b"{}"}
    new = [
        NewReceipt(
            system="paris",
            dedupe_key=key,
            road="push",
            content_type="",
            body=body,
            received_at=now,
        )
        for key, body in bodies.items()
    ]
    results = await together(file_store, *(file_store.write_item(insert_receipts, n) for n in new))
    stored = await file_store.read(
        lambda session: (
            session.execute(text("SELECT dedupe_key FROM receipts ORDER BY id")).scalars().all()
        )
    )
    told = [new[i].dedupe_key for i, result in enumerate(results) if result is None]
    assert told == stored


async def test_a_commit_that_fails_is_told_to_everybody_and_wakes_nobody(store):
    wake = store.listen(Topic.OUTBOX)

    def break_commit(session):
        """A constraint that is looked at only when everything is committed."""
        session.execute(text("INSERT INTO children (parent) VALUES (7)"))

    await store.write(add_late_constraint)

    def tell(session):
        insert(session, "a")
        announce(session, Topic.OUTBOX)

    results = await together(
        store, store.write(tell), store.write(break_commit), store.write(insert, "b")
    )
    assert [type(each) for each in results] == [DatabaseUnusable] * 3
    assert "foreign key" in str(results[0]).lower()
    assert not wake.is_set()
    assert await store.write(insert, "c") == "c"
    assert await store.read(keys) == ["c"]


async def test_a_locked_file_is_told_in_one_sentence_and_waited_out(file_store, sqlite_url):
    def hurry(session):
        session.execute(text("PRAGMA busy_timeout=50"))

    await file_store.write(hurry)
    blocker = open_engines(sqlite_url, serving=False)
    with (
        blocker.writer.begin(),
        pytest.raises(DatabaseUnusable, match=r"^The database cannot .+\.$"),
    ):
        await file_store.write(insert, "a")
    blocker.dispose()
    assert await file_store.write(insert, "b") == "b"


async def test_a_unit_that_cannot_be_undone_is_not_half_kept(file_store):
    """A disk that fails while a savepoint is gone back to."""

    def half(session):
        insert(session, "half")
        raise RuntimeError("the other half")

    def break_undoing(connection, cursor, statement, *_):
        if statement.startswith("ROLLBACK TO"):
            raise OperationalError(statement, None, sqlite3.OperationalError("disk I/O error"))

    event.listen(file_store.engines.writer, "before_cursor_execute", break_undoing)
    results = await together(file_store, file_store.write(half), file_store.write(insert, "a"))
    assert [type(each) for each in results] == [DatabaseUnusable] * 2
    assert await file_store.read(keys) == []


async def test_a_lost_connection_is_told_to_the_whole_batch(postgres_store, postgres_url):
    results = await together(
        postgres_store,
        postgres_store.write(insert, "before"),
        postgres_store.write(lambda session: drop_connections(postgres_url)),
        postgres_store.write(insert, "after"),
    )
    assert [type(each) for each in results] == [DatabaseUnusable] * 3
    assert "\n" not in str(results[0])
    assert await postgres_store.read(keys) == []


async def test_a_lost_connection_is_made_anew(postgres_store, postgres_url):
    await postgres_store.write(insert, "a")
    assert await postgres_store.read(keys) == ["a"]
    drop_connections(postgres_url)
    assert await postgres_store.write(insert, "b") == "b"
    assert await postgres_store.read(keys) == ["a", "b"]


async def test_what_is_logged_of_a_failure_holds_nothing_that_was_to_be_stored(store, caplog):
    def unhappy(dialect, items):
        return Statement("INSERT INTO nowhere VALUES (?)", (CANARY,), Topic.RECEIPTS)

    await together(store, store.write_item(unhappy, 1), store.write_item(unhappy, 2))
    assert "tried one by one" in caplog.text
    assert CANARY not in caplog.text
