"""What a system posts under identifiers that return: long calls, and later ones."""

from datetime import timedelta

import pytest
from support.cards import NUMBER, only_card
from support.posted_calls import Call

A_DAY = 24 * 60 * 60
OTHER = "0123450000"
SLOW = """
[systems.slow]
vendor = "generic"
webhook_secret = "env:DOOR_SECRET"
region = "FR"
settle_seconds = 60
"""
INBOUND = {"direction": "inbound", "caller_number": NUMBER}


def cards(world, channel="C0SUPPORT"):
    return world.workspace.messages(channel)


def talk_beside_a_phone_that_stops(world):
    """101 stops ringing as 104 answers, and the talk goes on for longer than calls stay apart."""
    call = Call(world, ago=3600)
    stops = call.post("call.ended", 10, disposition="no_answer")
    answered = call.post("call.answered", 10, extension="104")
    ended = call.post("call.ended", 2700, **INBOUND)
    return [call.started(), call.ringing("101", "104"), answered, stops], ended


async def test_the_end_of_a_long_talk_is_no_missed_call(world):
    begun, ended = talk_beside_a_phone_that_stops(world)
    await world.post("door", *begun)
    await world.post("door", ended)
    assert cards(world) == []


@pytest.mark.parametrize("said", [{"disposition": "answered"}, {"answered": True}, {}])
async def test_the_end_of_a_long_talk_does_not_answer_a_colleague(world, said):
    begun, _ = talk_beside_a_phone_that_stops(world)
    colleague = Call(world, "42", ago=3000)
    await world.post("door", *begun)
    await world.post("door", colleague.started(), colleague.ended())
    talk = Call(world, ago=3600)
    await world.post("door", talk.post("call.ended", 2700, **INBOUND, **said))
    assert "Open: nobody" in only_card(world).all_text


async def test_nor_where_calls_are_settled_later(world_with):
    async with world_with(SLOW) as world:
        begun, ended = talk_beside_a_phone_that_stops(world)
        for posts in (begun, [ended]):
            await world.post("slow", *posts)
            await world.clock.advance(100)
            await world.settle()
        assert cards(world) == []


@pytest.mark.parametrize("ahead", [0, 3600])
async def test_a_record_for_each_leg_makes_one_call_however_long_the_legs_are(world, ahead):
    """Also where the sender's clock is ahead."""
    began = world.clock.now() + timedelta(seconds=ahead)

    async def record(call_id, start, end, **facts):
        at, started_at = ((began + timedelta(seconds=s)).isoformat() for s in (end, start))
        told = {"event": "call.ended", "call_id": call_id, "at": at, "started_at": started_at}
        await world.clock.advance((began - world.clock.now()).total_seconds() + end - ahead)
        await world.post("door", world.door.post({**told, **INBOUND, **facts}))

    await record("41", 0, 60, disposition="answered", extension="104")
    await record("42", 340, 360, disposition="no_answer")
    await record("41", 60, 2760, disposition="answered", extension="105")
    assert "Open: nobody" in only_card(world).all_text


@pytest.mark.parametrize("number", [NUMBER, OTHER, None])
@pytest.mark.parametrize("days", [1, 7])
async def test_a_lost_end_hides_no_call_that_begins_with_a_ringing_phone(world, number, days):
    before, today = Call(world, ago=days * A_DAY), Call(world)
    ringing = before.post("call.ringing", 1, extension="104", **INBOUND)
    await world.post("door", ringing, before.post("call.answered", 5, extension="104"))
    facts = INBOUND | {"caller_number": number}
    ringing = today.post("call.ringing", 1, extension="104", **facts)
    await world.post("door", ringing, today.ended(**facts))
    assert only_card(world)


async def test_a_lost_end_hides_no_call_whose_facts_come_with_its_end(world):
    before, today = Call(world, ago=A_DAY), Call(world)
    answered = before.post("call.answered", 5, extension="104")
    await world.post("door", before.ringing("104"), answered)
    ended = today.ended(direction="inbound", caller_number=OTHER)
    await world.post("door", today.ringing("104"), ended)
    assert only_card(world)


async def test_an_answer_that_comes_before_its_beginning_counts_behind_a_lost_end(world):
    before, today = Call(world, ago=A_DAY), Call(world)
    await world.post("door", before.started(), before.post("call.answered", 5, extension="104"))
    answered = today.post("call.answered", 5, extension="104")
    ended = today.ended(disposition=None)
    await world.post("door", answered, today.started(caller_number=OTHER), ended)
    assert cards(world) == []


async def test_missed_calls_that_are_left_out_are_told_once_an_hour(world):
    for number in range(3):
        today = Call(world, str(number))
        await world.post("door", today.started(caller_number=f"012346000{number}"), today.ended())
    for number in range(3):
        late = Call(world, str(number), ago=A_DAY)
        facts = {"direction": "inbound", "caller_number": f"012345000{number}"}
        await world.post("door", late.ended(**facts))
        await world.clock.advance(1800)
    assert len(cards(world)) == 3
    assert len(cards(world, "C0OPS")) == 2
