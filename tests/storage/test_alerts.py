"""Alerts: at most one open per identity."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import alerts


def alert(now, dedup_key="missed:1", **values):
    standard = {"kind": "missed_call", "system": "paris", "tenant": "main", "state": "open"}
    return {"dedup_key": dedup_key, "now": now} | standard | values


def close(session, dedup_key, now):
    row = alerts.find_open(session, dedup_key)
    row.state, row.is_open, row.changed_at = "closed", False, now
    session.flush()


async def test_an_open_alert_is_found_by_its_identity(store, now):
    made = await store.write(alerts.add_alert, **alert(now, facts={"tries": 1}))
    row = await store.read(alerts.find_open, "missed:1")
    assert (row.id, row.facts, row.opened_at) == (made, {"tries": 1}, now)
    assert await store.read(alerts.find_open, "missed:2") is None


async def test_an_alert_is_stored_as_it_was_raised(store, now):
    said = {
        "kind": "licence",
        "dedup_key": "licence:1",
        "system": "lyon",
        "tenant": "b",
        "state": "soon",
        "severity": 1,
        "facts": {"days": 7},
    }
    made = await store.write(alerts.add_alert, **said, now=now)
    row = await store.read(alerts.get_stored, made)
    assert {name: getattr(row, name) for name in said} == said
    assert (row.id, row.is_open, row.owner) == (made, True, None)
    assert (row.opened_at, row.changed_at) == (now, now)
    assert await store.read(alerts.get_stored, made + 1) is None


async def test_a_second_open_alert_of_the_same_identity_is_refused(store, now):
    await store.write(alerts.add_alert, **alert(now))
    with pytest.raises(IntegrityError):
        await store.write(alerts.add_alert, **alert(now))
    assert len(await store.read(alerts.list_open, "missed_call")) == 1


async def test_of_two_processes_one_opens_it(store, other, now):
    results = await asyncio.gather(
        store.write(alerts.add_alert, **alert(now)),
        other.write(alerts.add_alert, **alert(now)),
        return_exceptions=True,
    )
    assert sorted(isinstance(result, IntegrityError) for result in results) == [False, True]
    assert len(await store.read(alerts.list_open, "missed_call")) == 1


async def test_after_it_was_closed_the_same_identity_opens_anew(store, now):
    first = await store.write(alerts.add_alert, **alert(now))
    later = now + timedelta(seconds=5)
    await store.write(close, "missed:1", later)
    assert await store.read(alerts.find_open, "missed:1") is None
    second = await store.write(alerts.add_alert, **alert(later))
    assert second != first
    assert (await store.read(alerts.find_open, "missed:1")).id == second


async def test_a_closed_alert_was_raised_all_the_same(store, now):
    assert not await store.read(alerts.was_raised, "missed:1")
    await store.write(alerts.add_alert, **alert(now))
    await store.write(close, "missed:1", now)
    assert await store.read(alerts.was_raised, "missed:1")


async def test_open_alerts_of_a_kind_come_oldest_first(store, now):
    first = await store.write(alerts.add_alert, **alert(now, "missed:1"))
    second = await store.write(alerts.add_alert, **alert(now, "missed:2", tenant="shop"))
    await store.write(alerts.add_alert, **alert(now, "queue:1", kind="queue_threshold"))
    await store.write(alerts.add_alert, **alert(now, "missed:3"))
    await store.write(close, "missed:3", now)
    rows = await store.read(alerts.list_open, "missed_call")
    assert [row.id for row in rows] == [first, second]
    rows = await store.read(alerts.list_open, "missed_call", "shop")
    assert [row.id for row in rows] == [second]
