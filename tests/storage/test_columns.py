"""Times come back as they went in, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from storage import timers

MOMENT = datetime(2026, 10, 25, 0, 30, 0, 123456, tzinfo=UTC)


async def only_moment(store):
    due = await store.read(timers.list_due, MOMENT + timedelta(days=1))
    return due[0].due_at if due else None


async def test_a_moment_comes_back_in_utc_with_its_microseconds(store):
    await store.write(timers.set_timer, "t", "kind", MOMENT, {})
    back = await only_moment(store)
    assert back == MOMENT
    assert back.tzinfo is UTC
    assert back.microsecond == 123456


async def test_a_moment_of_another_zone_is_the_same_moment(store):
    paris = MOMENT.astimezone(timezone(timedelta(hours=2)))
    await store.write(timers.set_timer, "t", "kind", paris, {})
    assert (await only_moment(store)).isoformat() == MOMENT.isoformat()


async def test_a_moment_without_a_zone_is_refused_and_nothing_is_kept(store):
    with pytest.raises(StatementError, match="without a zone"):
        await store.write(timers.set_timer, "t", "kind", MOMENT.replace(tzinfo=None), {})
    assert await only_moment(store) is None


async def test_moments_are_ordered_to_the_microsecond(store):
    later = MOMENT + timedelta(microseconds=1)
    await store.write(timers.set_timer, "late", "kind", later, {})
    await store.write(timers.set_timer, "early", "kind", MOMENT, {})
    due = await store.read(timers.list_due, MOMENT)
    assert [timer.key for timer in due] == ["early"]
