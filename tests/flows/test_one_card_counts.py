"""Of two cards about one caller one counts, and both say what is true."""

import pytest
from support.cards import NUMBER, lines, only_card
from support.posted_calls import Call

QUIET = """
[[routes]]
channel = "C0SALES"
timezone = "Europe/Paris"
continue = true

[[routes]]
channel = "C0OPS"
timezone = "Europe/Paris"
quiet_hours = "13:00-16:00"
"""


def cards(world, channel="C0SUPPORT"):
    return world.workspace.messages(channel)


async def test_a_card_that_another_counts_for_is_not_opened_beside_it(world):
    first, second = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", first.started(), first.ended())
    await world.post("door", second.ended(direction="inbound"), second.started())
    counts, other = cards(world)
    await world.workspace.click("U0BO", other, "missed_call.reopen")
    await world.settle()
    assert "another card that is still open" in world.workspace.ephemerals("U0BO")[-1].text
    assert "has an open card already" in cards(world)[1].all_text
    assert "Open: nobody" in counts.all_text


async def test_of_two_cards_of_one_call_the_open_one_counts(world):
    one, other = Call(world, "41"), Call(world, "42")
    await world.post("door", one.ended(direction="inbound"))
    await world.click("U0BO", "C0SUPPORT", "Missed call", "missed_call.resolve")
    await world.post("door", other.ended(direction="inbound"))
    await world.post("door", other.post("call.transferred", 20, other_call_id="41"))
    assert "Resolved by bo." in cards(world)[0].all_text
    assert "Open: nobody" in cards(world)[1].all_text


async def test_what_was_settled_in_quiet_hours_is_shown_there_when_it_is_opened_again(world_with):
    async with world_with(routes=QUIET) as world:
        call = Call(world)
        await world.post("door", call.started(), call.ended())
        await world.click("U0BO", "C0SALES", "Missed call", "missed_call.resolve")
        await world.clock.advance(4 * 60 * 60)
        await world.settle()
        assert cards(world, "C0OPS") == []
        await world.click("U0BO", "C0SALES", "Missed call", "missed_call.reopen")
        await world.settle()
        (card,) = cards(world, "C0OPS")
        assert "Open: nobody" in card.all_text


async def test_a_call_back_of_which_nobody_knows_the_end_is_no_failure(lyon):
    pbx = lyon.axeos.pbx
    await lyon.poll("lyon")
    pbx.customer_calls_and_hangs_up("+33123456789")
    await lyon.clock.advance(40)
    await lyon.poll("lyon")
    await lyon.clock.advance(30)
    ana = next(iter(pbx.users.values()))
    phone = pbx.phones_of(ana)[0]
    caller = {"user_uuid": ana.uuid, "phone_uuid": phone.uuid, "number": "pat", "name": "Pat"}
    members = pbx.members(called_extension=NUMBER, caller=caller)
    pbx.emit("incoming call", **members)
    await lyon.clock.advance(300)
    pbx.emit("call finished", **members, reason="expired")
    await lyon.poll("lyon")
    told = "Called back; the phone system does not tell whether anybody was reached."
    assert lines(only_card(lyon)) == [told]
    assert "without an answer" not in only_card(lyon).all_text


@pytest.mark.parametrize(("answered_at", "is_open"), [(28, True), (5, False)])
async def test_late_news_of_a_short_talk_does_not_settle_an_earlier_try(
    world, answered_at, is_open
):
    missed, again = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", missed.started(), missed.ended())
    await world.post("door", again.started(), again.ended(disposition=None))
    assert "*Tries*\n2" in only_card(world).all_text
    await world.post("door", again.post("call.answered", answered_at, extension="104"))
    assert ("Open: nobody has claimed it" in only_card(world).all_text) is is_open


@pytest.mark.parametrize("talked", [0, 2])
async def test_late_news_of_hardly_any_talk_does_not_settle_an_earlier_try(world, talked):
    missed, again = Call(world, "41", ago=300), Call(world, "42")
    await world.post("door", missed.started(), missed.ended())
    await world.post("door", again.started(), again.ended(disposition=None))
    ended = again.post("call.ended", 31, disposition="answered", talk_seconds=talked)
    await world.post("door", ended)
    assert "Open: nobody has claimed it" in only_card(world).all_text


async def test_a_call_that_was_counted_twice_is_one_try(world):
    """Only its transfer, told late, shows that both legs are of one call."""
    one, other = Call(world, "41"), Call(world, "42")
    await world.post("door", one.started(), one.ended())
    await world.post("door", other.started(), other.ended())
    assert lines(only_card(world)) == ["Missed again: try 2."]
    onwards = one.post("call.transferred", 10, other_call_id="42")
    await world.post("door", onwards, other.post("call.answered", 25, extension="105"))
    assert "answered after all" in only_card(world).all_text
