"""``/queue`` and ``/pbx``: how things stand, whose line is whose, what there is to ask for."""

import pytest
from support import forging

from bot.commands import COMMANDS
from bot.demo.workspace import Fault


async def bo(world, line):
    return await world.slash("U0BO", "C0SUPPORT", line)


def question(world, number=-1):
    return world.workspace.dm("U0ANA")[number]


@pytest.fixture
async def lined(world):
    """Bo has a line on both systems with queues."""
    await world.own("U0BO", "104", "paris")
    await world.own("U0BO", "pat", "lyon")
    return world


async def test_a_queue_is_told_with_its_figures(lined):
    lined.mirta.pbx.set_queue("281", waiting=3, longest_wait_seconds=70, abandoned=2)
    answer = await bo(lined, "/queue support @paris")
    assert "Support: 3 waiting, oldest 1:10, 2 of 2 agents free" in answer
    assert "Sales" not in answer


async def test_all_queues_get_a_line_each(lined):
    answer = await bo(lined, "/queue @paris")
    assert [line.partition(":")[0] for line in answer.splitlines()[:3]] == [
        "Queues of paris",
        "Support",
        "Sales",
    ]


async def test_a_queue_whose_name_has_an_ampersand_is_found(lined):
    lined.mirta.pbx.queues["281"].name = "R&D"
    assert "R&amp;D: 0 waiting" in await bo(lined, "/queue r&d @paris")


async def test_a_queue_that_is_not_there_gets_the_names_that_are(lined):
    answer = await bo(lined, "/queue Moon @paris")
    assert "There is no queue Moon. There are: Support, Sales." in answer


async def test_which_system_is_asked_when_several_could_be_meant(lined):
    assert "Which phone system? Add one of @paris, @lyon." in await bo(lined, "/queue")


async def test_the_own_system_is_meant_where_there_is_one(world):
    await world.own("U0BO", "104", "paris")
    assert "Queues of paris:" in await bo(world, "/queue")


async def test_who_has_no_line_is_told_how_to_get_one(world):
    assert "You have no extension yet. Link yours with `/pbx link " in await bo(world, "/queue")
    answer = await bo(world, "/queue @paris")
    assert "This is for people with an extension on paris." in answer
    assert "@paris` links yours." in answer
    assert world.wires["paris"].asked == 0


async def test_a_channel_that_a_system_is_routed_to_may_see_its_queues(world_with):
    async with world_with(routes='[[routes]]\nchannel = "C0SALES"\nsystems = ["paris"]\n') as world:
        assert "Queues of paris:" in await world.slash("U0BO", "C0SALES", "/queue @paris")
        refusal = "This is for people with an extension on paris."
        assert refusal in await world.slash("U0BO", "C0SUPPORT", "/queue @paris")


async def test_a_line_on_one_system_shows_no_queues_of_another(world):
    await world.own("U0BO", "104", "paris")
    assert "people with an extension on lyon." in await bo(world, "/queue @lyon")
    assert world.wires["lyon"].asked == 0


async def test_who_waits_for_approval_is_told_so(world):
    await bo(world, "/pbx link 104 @paris")
    assert "still waits for an admin to approve it." in await bo(world, "/queue")


async def test_an_admin_without_a_line_sees_every_systems_queues(world):
    answer = await world.slash("U0ANA", "C0SUPPORT", "/queue @paris")
    assert "Queues of paris:" in answer
    answer = await world.slash("U0ANA", "C0SUPPORT", "/queue")
    assert "Which phone system? Add one of @paris, @lyon." in answer


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/queue @door", "door (generic webhook) cannot show queue figures."),
        ("/queue @crm", "crm (BlueRockTEL) cannot show queue figures."),
    ],
)
async def test_what_a_system_cannot_do_is_one_sentence_that_names_it(world, line, sentence):
    assert (await bo(world, line)).splitlines()[0] == sentence


async def test_an_unreachable_system_is_named(lined):
    lined.wires["paris"].die()
    assert "paris cannot be reached." in await bo(lined, "/queue @paris")


async def test_a_key_that_is_refused_is_a_matter_for_an_admin(lined):
    lined.mirta.simulation.order("refuse_key", times=9)
    answer = await bo(lined, "/queue @paris")
    assert "Please tell an admin." in answer
    assert "canary" not in answer


async def test_an_answer_that_cannot_be_read_is_a_matter_for_an_admin(lined):
    lined.axeos.simulation.order("html", times=9)
    assert "cannot be read. Please tell an admin." in await bo(lined, "/queue @lyon")


async def test_help_names_every_command(world):
    answer = await bo(world, "/pbx help")
    missing = [name for name in COMMANDS if name != "pbx" and f"/{name}" not in answer]
    assert missing == []
    assert answer.splitlines()[0] == "What you can ask for:"


async def test_nothing_after_pbx_is_a_call_for_help(world):
    assert "What you can ask for:" in await bo(world, "/pbx")


async def test_help_for_a_command_shows_how_it_is_typed(world):
    answer = await bo(world, "/pbx help dial")
    assert "/dial &lt;number&gt; [@system]" in answer
    assert "/dial 01 23 45 67 89" in answer


async def test_a_slip_of_the_pen_gets_a_guess(world):
    assert "Did you mean `/pbx status`?" in await bo(world, "/pbx statsu")


async def test_a_command_that_is_no_more_is_told_as_such(world):
    await forging.command(world, "/gone", "")
    await world.settle()
    assert "There is no /gone here." in world.workspace.dm("U0BO")[-1].text


async def test_status_tells_each_system_and_what_waits(world):
    await world.post("door", *world.door.customer_calls_and_hangs_up("0123456789"))
    answer = await bo(world, "/pbx status")
    assert "door (generic webhook): not checked, last event" in answer
    assert "paris (MiRTA PBX): up, no event yet" in answer
    assert "crm (BlueRockTEL): up, sends no events" in answer
    assert "Events waiting: 0" in answer
    assert "Slack messages: 0 waiting, 0 with unknown delivery, 0 failed" in answer
    assert "Missed calls open: 1" in answer


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


async def test_a_question_is_answered_once(world):
    await bo(world, "/pbx link 105 @paris")
    value = question(world).blocks[1]["elements"][0]["value"]
    await press(world, "U0ANA", question(world), "link.approve")
    await forging.press(world, "U0ANA", "link.deny", value)
    await world.settle()
    assert "This was answered already." in world.workspace.dm("U0ANA")[-1].text
    assert "paris: extension 105" in await bo(world, "/pbx whoami")


async def test_a_button_value_that_nobody_made_is_void(world):
    for value in ("", "x", "1", "99:0", "99999999999999999999999:1", "-1:0"):
        await forging.press(world, "U0ANA", "link.approve", value, trigger=f"9.9.{value}")
        await world.settle()
        told = world.workspace.dm("U0ANA")[-1].text
        assert "This was answered already." in told, value


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
