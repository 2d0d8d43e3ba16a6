"""Items for a function that takes many: they share a call, and are alone in a transaction."""

import pytest
from sqlalchemy import event, text
from support.writers import in_one_batch

from storage import batches, watches
from storage.batches import Statement
from storage.receipts import LARGEST_INSERT
from storage.store import LARGEST_ROUND
from storage.topics import Topic

INSERT = "INSERT INTO watches (key, facts) VALUES "
ROW = {"sqlite": "(?, '{}')", "postgresql": "(%s, '{}')"}


def put(session, key):
    watches.put_watch(session, key, {})


def keys(session):
    return sorted(session.execute(text("SELECT key FROM watches")).scalars())


class Many:
    """Takes several at once, and one called ``bad`` spoils the whole call."""

    def __init__(self):
        self.calls = []

    def __call__(self, dialect, items):
        self.calls.append("".join(items))
        if "bad" in items:
            raise RuntimeError(f"one of {len(items)}")
        sql = INSERT + ", ".join([ROW[dialect]] * len(items))
        return Statement(sql, tuple(items), Topic.INVOCATIONS)


@pytest.fixture
def begun(store):
    """The transactions that the writer began."""
    transactions = []
    event.listen(store.engines.writer, "begin", transactions.append)
    return transactions


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


async def test_items_alone_are_a_transaction_by_themselves(store, many, begun):
    await store.write_item(many, "a")
    assert begun == []
    await in_one_batch(store, store.write_item(many, "b"), store.write(put, "c"))
    assert len(begun) == 2
    await store.write_item(many, "d")
    assert len(begun) == 2
    assert await store.read(keys) == ["a", "b", "c", "d"]


async def test_what_follows_items_alone_is_kept_as_a_whole_or_not_at_all(postgres_store, many):
    def half(session):
        put(session, "b")
        session.flush()
        raise RuntimeError("the other half")

    await postgres_store.write_item(many, "a")
    with pytest.raises(RuntimeError, match="the other half"):
        await postgres_store.write(half)
    assert await postgres_store.read(keys) == ["a"]


async def test_items_alone_that_fail_are_tried_in_a_transaction(store, many):
    await in_one_batch(store, *(store.write_item(many, item) for item in ("e", "bad")))
    assert many.calls == ["ebad", "ebad", "ebad", "e", "bad"]
    assert await store.read(keys) == ["e"]


async def test_while_writes_fail_items_have_a_transaction(store, many, begun):
    """What proves that the database can be written is part of it."""
    store._unusable.fails(0.0, "made up")
    await store.write_item(many, "a")
    assert len(begun) == 1


def test_what_is_taken_at_once_is_one_statement():
    assert 2 * LARGEST_ROUND <= LARGEST_INSERT


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
