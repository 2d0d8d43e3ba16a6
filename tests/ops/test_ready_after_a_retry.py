"""Old events that are put back in line have not waited since they came."""

from datetime import timedelta

import pytest
from support.waiting import receipt

from bot import watching
from storage import receipts, unreadable


async def problems(world):
    """What /readyz says, looked at anew."""
    await world.clock.advance(watching.FRESH_SECONDS)
    return (await world.app.get("/readyz")).json().get("problems", [])


async def come(world, *keys):
    """Events of a moment ago that nobody takes up."""
    for key in keys:
        new = receipt(world.clock.now(), key=key)
        await world.runtime.store.write_item(receipts.insert_receipts, new)


async def put_back(world):
    now = world.clock.now()
    return await world.runtime.store.write(unreadable.retry, [1, 2], "somebody", now)


@pytest.fixture
async def retried(world):
    """Two events that could not be read are put back in line an hour later."""
    await come(world, "a", "b")
    await world.settle()
    await world.clock.advance(3600)
    assert await problems(world) == []
    assert await put_back(world) == [1, 2]
    return world


async def test_what_was_put_back_does_not_make_it_red_at_once(retried):
    assert await problems(retried) == []
    figures = (await retried.app.get("/metrics")).text
    assert 'ringback_oldest_seconds{stage="receipts"} 1.0' in figures


async def test_what_was_put_back_and_is_not_taken_up_is_said(retried):
    await retried.clock.advance(62)
    assert await problems(retried) == ["an event from door has waited 63 s to be taken up"]


async def test_what_came_before_a_retry_and_still_waits_is_said(retried):
    """It stands behind what was put back, which is older."""
    await retried.settle()
    await come(retried, "c")
    await retried.clock.advance(50)
    assert await problems(retried) == []
    await put_back(retried)
    assert await problems(retried) == []
    await retried.clock.advance(10)
    assert await problems(retried) == ["an event from door has waited 63 s to be taken up"]


async def test_what_waits_after_the_clock_was_set_back_is_said(retried):
    await retried.settle()
    await problems(retried)
    retried.clock.set(retried.clock.now() - timedelta(days=1))
    await come(retried, "c")
    assert await problems(retried) == []
    await retried.clock.advance(61)
    (told,) = await problems(retried)
    assert told.startswith("an event from door has waited")
