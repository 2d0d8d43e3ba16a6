"""Whose extension is whose: ``/pbx link``, what admins answer, and ``/pbx unlink``."""

import pytest
from support import forging

from bot.demo.workspace import Fault


async def bo(world, line):
    return await world.slash("U0BO", "C0SUPPORT", line)


def question(world, number=-1):
    return world.workspace.dm("U0ANA")[number]


async def test_the_same_email_address_makes_a_link_at_once(world):
    answer = await world.slash("U0ANA", "C0SUPPORT", "/pbx link 104 @paris")
    assert "Extension 104 on paris is yours: the phone system has the same e-mail" in answer
    assert world.workspace.dm("U0ANA") == []
    assert "paris: extension 104" in await world.slash("U0ANA", "C0SUPPORT", "/pbx whoami")


async def test_another_email_address_asks_the_admin(world):
    answer = await bo(world, "/pbx link 104 @paris")
    assert "An admin was asked to approve extension 104 on paris." in answer
    assert "<@U0BO> asks for extension 104 on paris." in question(world).text
    assert question(world).action_ids == ["link.approve", "link.deny"]
    assert "paris: extension 104 (pending)" in await bo(world, "/pbx whoami")


async def test_a_system_that_cannot_be_asked_for_addresses_proves_nothing(world):
    world.wires["paris"].die()
    answer = await world.slash("U0ANA", "C0SUPPORT", "/pbx link 104 @paris")
    assert "An admin was asked" in answer


async def test_an_extension_that_the_phone_system_does_not_know_is_told_as_such(world):
    answer = await bo(world, "/pbx link 999 @paris")
    assert "to approve extension 999 on paris. When asked about it: paris knows no" in answer
    assert "on paris. When asked about it: paris knows no extension 999." in question(world).text
    await press(world, "U0ANA", question(world), "link.approve")
    assert "paris: extension 999" in await bo(world, "/pbx whoami")


@pytest.mark.parametrize("dies", [False, True])
async def test_an_extension_that_is_known_or_cannot_be_asked_for_is_told_without_more(world, dies):
    if dies:
        world.wires["paris"].die()
    answer = await bo(world, "/pbx link 105 @paris")
    assert answer.splitlines()[0] == "An admin was asked to approve extension 105 on paris."
    assert question(world).text == "<@U0BO> asks for extension 105 on paris."


async def test_the_ops_channel_hears_of_an_admin_who_cannot_be_asked(world):
    refused = {"fault": Fault.ERROR, "error": "channel_not_found", "times": 1}
    world.workspace.order(method="chat.postMessage", **refused)
    await bo(world, "/pbx link 105 @paris")
    (notice,) = world.workspace.messages("C0OPS")
    assert notice.text == "A message for <@U0ANA> (U0ANA) cannot be delivered: channel_not_found."


async def press(world, user, message, action):
    reply = await world.workspace.click(user, message, action)
    assert reply.status_code == 200
    await world.settle()


async def test_an_approval_links_tells_and_closes_the_question(world):
    await bo(world, "/pbx link 105 @paris")
    await press(world, "U0ANA", question(world), "link.approve")
    assert "Extension 105 on paris for <@U0BO>: approved." in question(world).text
    assert question(world).action_ids == []
    assert "Your extension 105 on paris was approved." in world.workspace.dm("U0BO")[-1].text
    await bo(world, "/dial 0123456789")
    assert [call.source for call in world.mirta.pbx.dialled] == ["105"]


async def test_a_denial_is_told_and_gives_nothing(world):
    await bo(world, "/pbx link 105 @paris")
    await press(world, "U0ANA", question(world), "link.deny")
    assert "was denied" in world.workspace.dm("U0BO")[-1].text
    assert "You have no extension yet" in await bo(world, "/dial 0123456789")
    assert world.mirta.pbx.dialled == []


async def test_somebody_who_is_no_admin_decides_nothing(world):
    await bo(world, "/pbx link 105 @paris")
    value = question(world).blocks[1]["elements"][0]["value"]
    await forging.press(world, "U0BO", "link.approve", value)
    await world.settle()
    assert "Only an admin can answer this." in world.workspace.dm("U0BO")[-1].text
    assert question(world).action_ids == ["link.approve", "link.deny"]
    assert "(pending)" in await bo(world, "/pbx whoami")


async def test_an_older_question_is_void_once_there_is_a_newer_one(world):
    await bo(world, "/pbx link 105 @paris")
    value = question(world).blocks[1]["elements"][0]["value"]
    await world.clock.advance(60)
    await bo(world, "/pbx link 402 @paris")
    older, newer = world.workspace.dm("U0ANA")[-2:]
    assert older.text == "<@U0BO> has asked again, for extension 402: see below."
    assert older.action_ids == []
    await forging.press(world, "U0ANA", "link.approve", value)
    await world.settle()
    assert "(pending)" in await bo(world, "/pbx whoami")
    await press(world, "U0ANA", newer, "link.approve")
    assert "paris: extension 402" in await bo(world, "/pbx whoami")
    assert "105" not in await bo(world, "/pbx whoami")


async def test_who_takes_a_request_back_closes_its_question(world):
    await bo(world, "/pbx link 105 @paris")
    value = question(world).blocks[1]["elements"][0]["value"]
    answer = await bo(world, "/pbx unlink")
    assert "You ask for extension 105 on paris no more." in answer
    assert question(world).text == "<@U0BO> asks for extension 105 on paris. Not any more."
    assert question(world).action_ids == []
    await forging.press(world, "U0ANA", "link.approve", value)
    await world.settle()
    assert "This question is not open any more." in world.workspace.dm("U0ANA")[-1].text
    assert "You have no extension linked." in await bo(world, "/pbx whoami")


async def test_a_question_is_answered_once(world):
    await bo(world, "/pbx link 105 @paris")
    value = question(world).blocks[1]["elements"][0]["value"]
    await press(world, "U0ANA", question(world), "link.approve")
    await forging.press(world, "U0ANA", "link.deny", value)
    await world.settle()
    assert "This question is not open any more." in world.workspace.dm("U0ANA")[-1].text
    assert "paris: extension 105" in await bo(world, "/pbx whoami")


async def test_a_button_value_that_nobody_made_is_void(world):
    for value in ("", "x", "1", "99:0", "99999999999999999999999:1", "-1:0"):
        await forging.press(world, "U0ANA", "link.approve", value, trigger=f"9.9.{value}")
        await world.settle()
        told = world.workspace.dm("U0ANA")[-1].text
        assert "This question is not open any more." in told, value


async def test_an_extension_that_somebody_has_changes_hands_only_by_an_admin(world):
    await world.own("U0CY", "104", "paris")
    answer = await world.slash("U0ANA", "C0SUPPORT", "/pbx link 104 @paris")
    assert "An admin was asked" in answer
    assert "It belongs to <@U0CY> now." in question(world).text
    await press(world, "U0ANA", question(world), "link.approve")
    assert "no extension linked" in await world.slash("U0CY", "C0SUPPORT", "/pbx whoami")


async def test_unlinking_forgets_the_line(world):
    await world.own("U0BO", "104", "paris")
    assert "You have no extension on paris any more." in await bo(world, "/pbx unlink")
    assert "You have no extension linked." in await bo(world, "/pbx whoami")
    assert "You have no extension linked." in await bo(world, "/pbx unlink")


async def test_which_system_is_asked_before_a_link_is_made(world):
    answer = await bo(world, "/pbx link 101")
    assert "On which phone system? Add one of @paris, @lyon" in answer
    assert "`/pbx link 101 @paris`" in answer


async def test_asking_for_another_extension_does_not_cost_the_one_that_works(world):
    await world.link("U0BO", "105", "paris")
    answer = await world.slash("U0BO", "C0SUPPORT", "/pbx link 402 @paris")
    assert "You have extension 105 on paris" in answer
    assert "extension 105" in await world.slash("U0BO", "C0SUPPORT", "/pbx whoami")
