"""Calls of an Axeos PBX, whose events Ringback may see in part only."""

from datetime import timedelta

from support.cards import NUMBER, only_card


class Call:
    """A customer's call, told event by event."""

    def __init__(self, world, **more):
        self.world = world
        caller = {"trunk_uuid": "t1", "number": NUMBER, "name": "Pat"}
        facts = {"called_did": "0198765432", "caller": caller, **more}
        self.members = world.axeos.pbx.members(**facts)

    def tell(self, kind, seconds=0, **more):
        at = self.world.clock.now() + timedelta(seconds=seconds)
        self.world.axeos.pbx.emit(kind, at, **self.members, **more)

    def begins(self, seconds=0):
        self.tell("incoming call", seconds)

    def is_answered(self, seconds=0):
        self.tell("call answered", seconds, target={"user_uuid": "u1", "number": "101"})

    def ends(self, seconds=0):
        self.tell("call finished", seconds, reason="hangup")


def cards(world):
    return world.workspace.messages("C0SUPPORT")


async def say(world, text):
    await world.own("U0BO", "pat", "lyon")
    return await world.slash("U0BO", "C0SUPPORT", text)


async def test_a_call_that_was_answered_before_the_first_look_is_no_missed_call(world):
    world.axeos.pbx.events.gathering = True
    call = Call(world)
    call.begins(-60)
    call.is_answered(-50)
    await world.poll("lyon")
    call.ends()
    await world.poll("lyon")
    assert cards(world) == []
    assert "nobody knows how it ended" in await say(world, "/calls recent @lyon")


async def test_a_call_whose_answer_ran_over_is_no_missed_call(world):
    await world.poll("lyon")
    call = Call(world)
    call.begins(-60)
    await world.poll("lyon")
    call.is_answered(-50)
    world.axeos.pbx.events.overflow(lost=40)
    call.ends()
    await world.poll("lyon")
    assert cards(world) == []


async def test_a_call_that_was_answered_while_ringback_was_away_is_no_missed_call(world):
    await world.poll("lyon")
    call = Call(world)
    call.begins(-60)
    call.tell("internal dial", -59)
    await world.poll("lyon")
    world.axeos.pbx.events.reset()
    await world.poll("lyon")
    call.ends()
    await world.poll("lyon")
    assert cards(world) == []


async def test_a_missed_call_is_told_although_ringback_was_restarted_meanwhile(world):
    await world.poll("lyon")
    call = Call(world)
    call.begins(-20)
    await world.poll("lyon")
    await world.restart()
    call.ends()
    await world.poll("lyon")
    assert "Missed call: Pat" in only_card(world).text


async def test_a_call_that_begins_after_the_gap_is_missed_as_ever(world):
    await world.poll("lyon")
    Call(world).begins(-60)
    await world.poll("lyon")
    world.axeos.pbx.events.overflow(lost=40)
    call = Call(world)
    call.begins(-20)
    call.ends()
    await world.poll("lyon")
    assert "Missed call: Pat" in only_card(world).text


async def test_a_call_to_a_did_is_missed_even_if_no_trunk_is_named(world):
    await world.poll("lyon")
    call = Call(world, caller={"number": NUMBER, "name": "Pat"}, called_extension="101")
    call.begins(-20)
    call.ends()
    await world.poll("lyon")
    assert "Missed call: Pat" in only_card(world).text


async def test_nobody_claims_to_know_how_a_call_to_outside_ended(world):
    await world.poll("lyon")
    call = Call(world, caller={"phone_uuid": "p1", "number": "101"}, called_did=None)
    call.members |= {"called_extension": NUMBER}
    call.begins(-300)
    call.ends()
    await world.poll("lyon")
    answer = await say(world, "/calls recent @lyon")
    assert "outbound 101 to 01 23 45 67 89: nobody knows how it ended" in answer
