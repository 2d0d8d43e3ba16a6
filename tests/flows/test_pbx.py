"""``/queue`` and ``/pbx``: how things stand, and what there is to ask for."""

import pytest
from support import forging

from bot.adapters.simulation import Fault
from bot.commands import COMMANDS


async def bo(world, line):
    return await world.slash("U0BO", "C0SUPPORT", line)


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
    lined.mirta.simulation.order(Fault.REFUSE_KEY, times=9)
    answer = await bo(lined, "/queue @paris")
    assert answer.startswith("paris does not accept our key")
    assert "Please tell an admin." in answer
    assert "canary" not in answer


async def test_an_answer_that_cannot_be_read_is_a_matter_for_an_admin(lined):
    lined.axeos.simulation.order(Fault.HTML, times=9)
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
