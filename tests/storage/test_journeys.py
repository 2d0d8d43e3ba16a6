"""Journeys are found by any identifier of theirs."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import journeys
from storage.journeys import StoredJourney


@pytest.fixture
def journey(store, now):
    async def add(call_id, *, system="paris", party="+33123456789", minutes=0, tenant="main"):
        row = StoredJourney(
            system=system,
            tenant=tenant,
            party=party,
            started_at=now + timedelta(minutes=minutes),
            facts={"call": call_id},
        )
        await store.write(journeys.save, row, call_id)
        return row.id

    return add


async def found(store, call_id, system="paris"):
    row = await store.read(journeys.find_journey, system, call_id)
    return row.id if row else None


async def test_a_journey_is_found_by_its_first_identifier(store, journey):
    made = await journey("c1")
    assert await found(store, "c1") == made
    assert await found(store, "c2") is None
    assert await found(store, "c1", "lyon") is None


async def test_another_leg_leads_to_the_same_journey(store, journey):
    made = await journey("c1")
    await store.write(journeys.add_leg, "paris", "c2", made)
    await store.write(journeys.add_leg, "paris", "c2", made)
    assert await found(store, "c2") == made


async def test_an_identifier_belongs_to_one_journey(store, journey):
    first = await journey("c1")
    with pytest.raises(IntegrityError):
        await journey("c1")
    assert await found(store, "c1") == first


async def test_an_absorbed_journey_lives_on_in_the_other(store, journey):
    kept, gone = await journey("c1"), await journey("c2")
    await store.write(journeys.add_leg, "paris", "c3", gone)
    await store.write(journeys.absorb_journey, kept, gone)
    assert [await found(store, call) for call in ("c1", "c2", "c3")] == [kept] * 3
    rows = await store.read(journeys.list_recent, "paris", 10)
    assert [row.id for row in rows] == [kept]


async def test_journeys_of_a_party_come_newest_first(store, journey, now):
    old = await journey("c1", minutes=-90)
    older = await journey("c2", minutes=-100)
    new = await journey("c3")
    await journey("c4", party="+33987654321")
    await journey("c5", tenant="another")
    since = now - timedelta(minutes=95)
    rows = await store.read(journeys.list_by_party, "main", "+33123456789", since)
    assert [row.id for row in rows] == [new, old]
    rows = await store.read(journeys.list_recent, "paris", 10)
    assert older in [row.id for row in rows]
