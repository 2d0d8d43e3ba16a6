"""Journeys are found by any identifier of theirs."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import journeys
from storage.journeys import StoredJourney


@pytest.fixture
def journey(store, now):
    async def add(call_id, *, system="paris", party="+33123456789", minutes=0, tenant="main"):
        def save(session):
            row = StoredJourney(
                system=system,
                tenant=tenant,
                party=party,
                started_at=now + timedelta(minutes=minutes),
                facts={"call": call_id},
            )
            journeys.save(session, row, call_id)
            return row.id

        return await store.write(save)

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


async def test_what_is_put_off_is_listed_as_it_will_be(store, journey, now):
    left, stays = await journey("c1", minutes=1), await journey("c2", minutes=2)

    def put_off(session):
        with journeys.remembering(session, {("paris", "c1")}):
            gone = journeys.find_journey(session, "paris", "c1")
            gone.party = "+33987654321"
            journeys.save(session, gone, "c1")
            new = StoredJourney("paris", "main", "+33123456789", now + timedelta(minutes=3), {})
            journeys.save(session, new, "c3")
            listed = journeys.list_by_party(session, "main", "+33123456789", now)
        return [row.id for row in listed], new.id

    listed, new = await store.write(put_off)
    assert listed == [new, stays]
    rows = await store.read(journeys.list_by_party, "main", "+33987654321", now)
    assert [row.id for row in rows] == [left]


async def test_a_new_journey_that_is_saved_twice_is_stored_once(store, now):
    def save_twice(session):
        with journeys.remembering(session, {("paris", "c1")}):
            new = StoredJourney("paris", "main", None, now, {"step": 1})
            journeys.save(session, new, "c1")
            new.facts = {"step": 2}
            journeys.save(session, new, "c1")
            assert journeys.find_journey(session, "paris", "c1") is new

    await store.write(save_twice)
    (row,) = await store.read(journeys.list_recent, "paris", 10)
    assert row.facts == {"step": 2}
    assert await found(store, "c1") == row.id


async def test_what_was_put_off_is_written_before_another_call_is_looked_up(store, now):
    def look_up_another(session):
        with journeys.remembering(session, {("paris", "c1")}):
            new = StoredJourney("paris", "main", None, now, {})
            journeys.save(session, new, "c1")
            assert journeys.find_journey(session, "paris", "c2") is None
            return journeys.find_journey(session, "paris", "c1").id

    number = await store.write(look_up_another)
    assert number is not None
    assert await found(store, "c1") == number


async def test_where_an_identifier_leads_is_not_remembered_once_that_changed(store, journey):
    kept, gone = await journey("c1"), await journey("c2")

    def absorb(session):
        with journeys.remembering(session, {("paris", "c1"), ("paris", "c2")}):
            journeys.absorb_journey(session, kept, gone)
            absorbed = journeys.find_journey(session, "paris", "c2").id
            journeys.forget_call(session, "paris", "c2")
            return absorbed, journeys.find_journey(session, "paris", "c2")

    assert await store.write(absorb) == (kept, None)


async def test_two_identifiers_of_one_journey_lead_to_one_and_the_same(store, journey):
    made = await journey("c1")
    await store.write(journeys.add_leg, "paris", "c2", made)

    def change_by_both(session):
        with journeys.remembering(session, {("paris", "c1"), ("paris", "c2")}):
            one, other = (journeys.find_journey(session, "paris", call) for call in ("c1", "c2"))
            one.outcome = "missed"
            journeys.save(session, one, "c1")
            other.party = None
            journeys.save(session, other, "c2")

    await store.write(change_by_both)
    row = await store.read(journeys.get_journey, made)
    assert (row.outcome, row.party) == ("missed", None)


async def test_an_identifier_leads_there_at_once(store, journey):
    made = await journey("c1")

    def lead(session):
        journeys.add_leg(session, "paris", "c2", made)
        return journeys.find_journey(session, "paris", "c2").id

    assert await store.write(lead) == made
