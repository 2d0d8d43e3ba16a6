"""The same posts, taken by two replicas in different order."""

import asyncio
import logging

import pytest
from sqlalchemy import create_engine, event, text
from support.clocks import START

from storage.engine import open_engines, read_url
from storage.receipts import NewReceipt, insert_receipts, list_new
from storage.store import Store


def posts(number):
    return [
        NewReceipt("paris", f"{number}-{place}", "push", "", b"{}", START) for place in range(12)
    ]


MISTAKE = "made up"
SLOWLY = (
    "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN PERFORM pg_sleep(0.005); RETURN NEW; END'",
    "CREATE TRIGGER slowly BEFORE INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION slowly()",
)


async def take(store, receipts, beside=()):
    """Every fifth post comes with something else to write."""
    work = []
    for place, each in enumerate(receipts):
        work.append(store.write_item(insert_receipts, each))
        if place % 5 == 0:
            work += (store.write(unit) for unit in beside)
    results = await asyncio.gather(*work, return_exceptions=True)
    assert {str(each) for each in results if each is not None} <= {MISTAKE}


def nothing(session):
    """A unit that shares the batch with posts."""


def mistaken(session):
    raise ValueError(MISTAKE)


@pytest.fixture
def slow_url(postgres_url):
    """Each post takes five milliseconds, so that what two replicas store surely overlaps."""
    engine = create_engine(read_url(postgres_url))
    with engine.begin() as connection:
        for statement in SLOWLY:
            connection.execute(text(statement))
    engine.dispose()
    return postgres_url


@pytest.mark.parametrize("beside", [(), (nothing,), (mistaken,)])
async def test_replicas_that_get_the_same_posts_do_not_wait_for_each_other(
    slow_url, beside, caplog
):
    caplog.set_level(logging.INFO)
    stores = [Store(open_engines(slow_url, serving=False)) for _ in range(2)]
    failed = []
    for store in stores:
        event.listen(store.engines.writer, "handle_error", failed.append)
    for number in range(3):
        there = posts(number)
        if failed or "is to be in a transaction" in caplog.text:
            break  # each time it takes PostgreSQL a second to see that
        await asyncio.gather(take(stores[0], there, beside), take(stores[1], there[::-1], beside))
    for store in stores:
        await store.close()
    assert failed == []
    assert "is to be in a transaction" not in caplog.text


async def test_posts_are_numbered_as_they_came(store):
    came = posts(0)[::-1]
    await take(store, came)
    waiting = await store.read(list_new, len(came))
    assert [each.dedupe_key for each in waiting] == [each.dedupe_key for each in came]
