"""Receipts that could not be read: counted, taken up again, dropped, and nothing else touched."""

from datetime import timedelta

from support.clocks import START

from storage import receipts, unreadable
from storage.receipts import NewReceipt, Settlement

LATER = START + timedelta(hours=1)


def receipt(key, system="paris", at=START):
    return NewReceipt(
        system=system, dedupe_key=key, road="push", content_type="", body=b"{}", received_at=at
    )


async def fail(store, *new):
    """Store receipts that nobody can read; returns their ids."""
    await store.write(receipts.save_receipts, new)
    ids = [row.id for row in await store.read(receipts.list_new, 100)]
    await store.write(receipts.settle_all, [Settlement(each, "failed", "broken") for each in ids])
    return sorted(ids)


async def test_they_are_counted_by_system_from_the_first_on(store):
    await fail(store, receipt("b", at=LATER), receipt("a"), receipt("c", system="lyon", at=LATER))
    assert await store.read(unreadable.count_since, "paris") == (2, START)
    assert await store.read(unreadable.count_since, "lyon") == (1, LATER)
    assert await store.read(unreadable.count_unreadable) == 3


async def test_those_that_are_put_back_in_line_are_taken_up_like_new_ones(store):
    first, second = await fail(store, receipt("a"), receipt("b", system="lyon"))
    assert await store.write(unreadable.retry, [second, 99], "me", LATER) == [second]
    (again,) = await store.read(receipts.list_new, 100)
    assert (again.id, again.system) == (second, "lyon")
    assert await store.write(unreadable.retry, [second], "me", LATER) == []
    (left,) = await store.read(unreadable.list_unreadable)
    assert left == (first, "paris", START, "broken")


async def test_those_that_are_dropped_are_new_when_they_are_sent_again(store):
    (dropped,) = await fail(store, receipt("a"))
    assert await store.write(unreadable.drop, [dropped], "me", LATER) == [dropped]
    assert await store.read(unreadable.list_unreadable) == []
    await store.write_item(receipts.insert_receipts, receipt("a"))
    assert await store.read(receipts.count_waiting) == 1
