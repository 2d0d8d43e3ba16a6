"""Receipts: each stored once, taken up in order, settled once."""

import asyncio
from zoneinfo import ZoneInfo

import pytest
from support.clocks import START

from storage import receipts, unreadable
from storage.receipts import NewReceipt, Settlement
from storage.topics import Topic


def receipt(key, system="paris", body=b"{}"):
    return NewReceipt(
        system=system,
        dedupe_key=key,
        road="push",
        content_type="application/json",
        body=body,
        received_at=START,
    )


async def settled(store, receipt_id, state, problem=None):
    return await store.write(receipts.settle_all, [Settlement(receipt_id, state, problem)])


async def waiting(store):
    return await store.read(receipts.list_new, 100)


async def test_the_first_of_two_alike_wins(store):
    await store.write_item(receipts.insert_receipts, receipt("a", body=b"first"))
    await store.write_item(receipts.insert_receipts, receipt("a", body=b"second"))
    assert [row.body for row in await waiting(store)] == [b"first"]


async def test_a_time_comes_back_as_the_moment_that_it_was(store):
    moment = START.astimezone(ZoneInfo("America/St_Johns")).replace(microsecond=7)
    await store.write_item(receipts.insert_receipts, receipt("a")._replace(received_at=moment))
    (row,) = await waiting(store)
    assert row.received_at == moment


async def test_a_time_without_a_zone_is_refused_and_takes_nobody_with_it(store):
    naive = receipt("a")._replace(received_at=START.replace(tzinfo=None))
    results = await asyncio.gather(
        *(store.write_item(receipts.insert_receipts, each) for each in (naive, receipt("b"))),
        return_exceptions=True,
    )
    assert [str(each) for each in results] == ["a datetime without a zone cannot be stored", "None"]
    assert [row.dedupe_key for row in await waiting(store)] == ["b"]


async def test_the_first_wins_inside_one_batch_too(store):
    alike = [receipt("a", body=b"1"), receipt("b"), receipt("a", body=b"2"), receipt("a")]
    await store.write(receipts.save_receipts, alike)
    assert [(row.dedupe_key, row.body) for row in await waiting(store)] == [
        ("a", b"1"),
        ("b", b"{}"),
    ]


async def test_of_neighbours_that_were_put_together_the_first_of_each_is_stored(store):
    keys = ["a", "b", "a", "c", "b"]
    await asyncio.gather(
        *(store.write_item(receipts.insert_receipts, receipt(key)) for key in keys)
    )
    assert [row.dedupe_key for row in await waiting(store)] == ["a", "b", "c"]


async def test_more_than_fit_into_one_statement_are_stored_once_each(store):
    keys = [f"k{number % 1_100}" for number in range(1_200)]
    await store.write(receipts.save_receipts, [receipt(key) for key in keys])
    assert await store.read(receipts.count_waiting) == 1_100


async def test_the_same_key_of_another_system_is_another_receipt(store):
    both = [receipt("a"), receipt("a", system="lyon")]
    await store.write(receipts.save_receipts, both)
    assert len(await waiting(store)) == 2


async def test_of_two_processes_one_stores_it(store, other):
    for round_ in range(20):
        new = receipt(f"k{round_}")
        await asyncio.gather(
            store.write_item(receipts.insert_receipts, new),
            other.write_item(receipts.insert_receipts, new),
        )
    assert await store.read(receipts.count_waiting) == 20


async def test_receipts_are_taken_up_in_the_order_they_came(store):
    await store.write(receipts.save_receipts, [receipt(key) for key in "cab"])
    await store.write_item(receipts.insert_receipts, receipt("0"))
    assert [row.dedupe_key for row in await waiting(store)] == ["c", "a", "b", "0"]
    assert [row.dedupe_key for row in await store.read(receipts.list_new, 2)] == ["c", "a"]


@pytest.mark.parametrize("other", ["berlin", "zurich"])
async def test_a_flood_of_one_system_makes_no_other_wait(store, other):
    flood = [receipt(f"flood{number}") for number in range(50)]
    await store.write(receipts.save_receipts, [*flood, receipt("a", system=other)])
    await store.write_item(receipts.insert_receipts, receipt("b", system=other))
    taken = [row.dedupe_key for row in await store.read(receipts.list_new, 4)]
    assert taken == ["flood0", "a", "flood1", "b"]
    assert await store.read(receipts.list_waiting_systems) == sorted([other, flood[0].system])


async def test_what_one_system_leaves_free_another_may_use(store):
    flood = [receipt(f"flood{number}") for number in range(50)]
    await store.write(receipts.save_receipts, [*flood, receipt("a", system="other")])
    taken = [row.dedupe_key for row in await store.read(receipts.list_new, 6)]
    assert taken == ["flood0", "a", *(f"flood{number}" for number in range(1, 5))]


async def test_bytes_come_back_unchanged(store):
    body = bytes(range(256))
    await store.write_item(receipts.insert_receipts, receipt("a", body=body))
    assert (await waiting(store))[0].body == body


async def test_only_one_settles_a_receipt(store):
    await store.write_item(receipts.insert_receipts, receipt("a"))
    (row,) = await waiting(store)
    assert await settled(store, row.id, "done") == {row.id}
    assert await settled(store, row.id, "failed", "too late") == set()
    assert await waiting(store) == []
    assert await store.read(unreadable.count_unreadable) == 0


async def test_a_settled_receipt_is_still_known(store):
    await store.write_item(receipts.insert_receipts, receipt("a"))
    await settled(store, (await waiting(store))[0].id, "done")
    await store.write_item(receipts.insert_receipts, receipt("a"))
    assert await store.read(receipts.count_waiting) == 0


async def test_a_feed_stores_what_it_brought_and_moves_its_cursor(store):
    assert await store.read(receipts.get_cursor, "paris", "cdr") is None
    news = [receipt("a"), receipt("b")]
    await store.write(receipts.save_feed_batch, "paris", "cdr", "7", news)
    assert await store.read(receipts.count_waiting) == 2
    await store.write(receipts.save_feed_batch, "paris", "cdr", "8", news[1:])
    await store.write(receipts.save_feed_batch, "paris", "cdr", "9", [])
    assert await store.read(receipts.get_cursor, "paris", "cdr") == "9"
    assert await store.read(receipts.get_cursor, "paris", "other") is None
    assert await store.read(receipts.count_waiting) == 2


async def test_a_feed_whose_batch_fails_keeps_its_cursor(store):
    await store.write(receipts.save_feed_batch, "paris", "cdr", "1", [])

    def fails_after(session):
        receipts.save_feed_batch(session, "paris", "cdr", "2", [receipt("a")])
        raise RuntimeError("after both")

    with pytest.raises(RuntimeError, match="after both"):
        await store.write(fails_after)
    assert await store.read(receipts.get_cursor, "paris", "cdr") == "1"
    assert await store.read(receipts.count_waiting) == 0


async def test_only_what_is_new_wakes_the_intake(store):
    wake = store.listen(Topic.RECEIPTS)
    await store.write_item(receipts.insert_receipts, receipt("a"))
    assert wake.is_set()
    wake.clear()
    await store.write_item(receipts.insert_receipts, receipt("a"))
    assert not wake.is_set()
