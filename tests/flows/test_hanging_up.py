"""``/hangup`` and the button of a placed call: only the call that is meant is ended."""

from support.pressing import actions, asked, forge, press, say

NUMBER = "01 23 45 67 89"


async def test_the_call_of_ones_extension_is_ended(paris):
    await say(paris, f"/dial {NUMBER}")
    assert await say(paris, "/hangup") == "paris ended your call.\nparis ended your call."
    assert paris.mirta.pbx.dialled == []
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_the_button_of_a_placed_call_ends_it(paris):
    await say(paris, f"/dial {NUMBER}")
    assert "paris ended your call." in await press(paris, "U0BO", "call.hang_up")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_a_call_back_is_ended_from_its_answer_too(paris):
    await paris.post("door", *paris.door.customer_calls_and_hangs_up("0123456789", "Pat"))
    await paris.click("U0BO", "C0SUPPORT", "Missed call: Pat", "missed_call.call_back")
    assert "paris ended your call." in await press(paris, "U0BO", "call.hang_up")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_a_system_that_wants_the_call_gets_the_last_one(lyon):
    await say(lyon, f"/dial {NUMBER}")
    first = next(iter(lyon.axeos.pbx.calls))
    await say(lyon, "/dial 01 23 45 67 80")
    assert "lyon ended your call." in await say(lyon, "/pbx hangup")
    assert list(lyon.axeos.pbx.calls) == [first]
    assert asked(lyon.axeos.simulation, "DELETE ") == 1


async def test_a_button_of_an_older_call_is_not_the_present_one(lyon):
    await say(lyon, f"/dial {NUMBER}")
    older = lyon.workspace.ephemerals("U0BO")[-1]
    await say(lyon, "/dial 01 23 45 67 80")
    await lyon.workspace.click("U0BO", older, "call.hang_up")
    await lyon.settle()
    assert "not the last call you placed" in lyon.workspace.ephemerals("U0BO")[-1].all_text
    assert len(lyon.axeos.pbx.calls) == 2
    assert asked(lyon.axeos.simulation, "DELETE ") == 0


async def test_a_call_that_was_ended_is_not_ended_again(lyon):
    await say(lyon, f"/dial {NUMBER}")
    placed = lyon.workspace.ephemerals("U0BO")[-1]
    await press(lyon, "U0BO", "call.hang_up")
    await lyon.workspace.click("U0BO", placed, "call.hang_up")
    await lyon.settle()
    assert "not the last call you placed" in lyon.workspace.ephemerals("U0BO")[-1].all_text
    assert asked(lyon.axeos.simulation, "DELETE ") == 1


async def test_nobodys_call_is_ended_when_there_is_none(paris):
    assert "No such channel" in await say(paris, "/hangup")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_others_calls_are_not_ended_by_whoever_asks(paris):
    paris.mirta.pbx.dial("105", "0123456789", "")
    refusal = "only an admin can end it"
    assert refusal in await say(paris, "/hangup 105")
    assert refusal in await forge(paris, "call.hang_up", "paris:105")
    assert len(paris.mirta.pbx.dialled) == 1
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 0


async def test_an_admin_may_end_the_call_of_an_extension(paris):
    paris.mirta.pbx.dial("105", "0123456789", "")
    assert "paris ended the call 105." in await say(paris, "/hangup 105 @paris", "U0ANA")
    assert asked(paris.mirta.simulation, "reqtype=HANGUP") == 1


async def test_a_button_of_a_system_that_is_not_there_is_refused(paris):
    assert "not known here any more" in await forge(paris, "call.hang_up", "rome:104")


async def test_a_system_that_cannot_end_calls_says_so_and_offers_no_button(moscow):
    await say(moscow, f"/dial {NUMBER}")
    assert "call.hang_up" not in actions(moscow)
    assert "moscow (3CX with the 3cx.ru REST API) cannot end calls." in await say(moscow, "/hangup")


async def test_hanging_up_takes_a_line(world):
    assert "You have no extension yet" in await say(world, "/hangup")
