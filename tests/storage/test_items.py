"""Items for a function that takes many: they share a call, and are alone in a transaction."""

import sqlite3

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import text
from sqlmodel import insert
from support.writers import in_one_batch

from storage import batches, watches
from storage.receipts import LARGEST_INSERT
from storage.store import LARGEST_BATCH
from storage.tables import WatchRow
from storage.topics import Topic


def put(session, key):
    watches.put_watch(session, key, {})


def keys(session):
    return sorted(session.execute(text("SELECT key FROM watches")).scalars())


class Many:
    """Takes several at once, and one called ``bad`` spoils the whole call."""

    def __init__(self):
        self.calls = []
        self.begun = []
        """Whether a transaction was around what each call wrote."""

    def __call__(self, connection, items):
        self.calls.append("".join(items))
        if "bad" in items:
            raise RuntimeError(f"one of {len(items)}")
        rows = [{"key": item, "facts": {}} for item in items]
        connection.execute(insert(WatchRow).values(rows))
        self.begun.append(is_in_transaction(connection.connection.driver_connection))
        return {Topic.INVOCATIONS}


def is_in_transaction(driver):
    if isinstance(driver, sqlite3.Connection):
        return driver.in_transaction
    return driver.info.transaction_status is not TransactionStatus.IDLE


@pytest.fixture
def many():
    return Many()


async def test_those_of_one_function_are_one_call(store, many):
    results = await in_one_batch(store, *(store.write_item(many, item) for item in "abc"))
    assert results == [None, None, None]
    assert many.calls == ["abc"]
    assert await store.read(keys) == ["a", "b", "c"]


async def test_items_alone_make_no_session(store, many, monkeypatch):
    made = []
    monkeypatch.setattr(batches, "Session", lambda *args, **kwargs: made.append(args))
    await store.write_item(many, "a")
    assert made == []


async def test_items_alone_are_a_transaction_by_themselves(store, many):
    await in_one_batch(store, *(store.write_item(many, item) for item in "ab"))
    await in_one_batch(store, store.write_item(many, "c"), store.write(put, "d"))
    await in_one_batch(store, *(store.write_item(many, item) for item in ("e", "bad")))
    await store.write_item(many, "f")
    assert many.calls == ["ab", "c", "ebad", "ebad", "e", "bad", "f"]
    assert many.begun == [False, True, True, False]
    assert await store.read(keys) == ["a", "b", "c", "d", "e", "f"]


async def test_while_writes_fail_items_have_a_transaction(store, many):
    """What proves that the database can be written is part of it."""
    store._unusable.fails(0.0, "made up")
    await store.write_item(many, "a")
    assert many.begun == [True]


def test_what_is_taken_at_once_is_one_statement():
    assert LARGEST_BATCH <= LARGEST_INSERT


async def test_they_are_written_together_whatever_stands_between_them(store, many):
    seen = []
    await in_one_batch(
        store,
        store.write_item(many, "a"),
        store.write(lambda session: seen.extend(keys(session))),
        store.write_item(many, "b"),
    )
    assert many.calls == ["ab"]
    assert seen == ["a", "b"]


async def test_a_call_for_many_that_fails_is_made_one_by_one(store, many):
    first, bad, last = await in_one_batch(
        store, *(store.write_item(many, item) for item in ("a", "bad", "c"))
    )
    assert (first, last) == (None, None)
    assert str(bad) == "one of 1"
    assert many.calls[-3:] == ["a", "bad", "c"]
    assert await store.read(keys) == ["a", "c"]
