"""What may stand in a command's text besides its own words: systems, mentions, calls for help."""

import pytest
from support import forging
from support.pressing import say


async def test_a_call_for_help_with_a_topic_does_nothing(paris):
    assert "/pbx unlink [@system]" in await say(paris, "/pbx unlink help")
    assert "paris: extension 104" in await say(paris, "/pbx whoami")


async def test_help_in_general_is_left_as_it_is(paris):
    assert "What you can ask for:" in await say(paris, "/pbx help")
    assert "/dial 01 23 45 67 89" in await say(paris, "/pbx help dial")


async def test_a_line_is_asked_for_on_a_system_that_somebody_is_called_as(world):
    await forging.command(world, "/pbx", "link 102 <@U0PARIS|paris>")
    await world.settle()
    answer = world.workspace.dm("U0BO")[-1].text
    assert "An admin was asked to approve extension 102 on paris." in answer


async def test_a_line_of_somebody_who_is_mentioned_is_not_asked_for(world):
    assert "Nothing was done: a person" in await say(world, "/pbx link 102 @ana")
    assert world.workspace.dm("U0ANA") == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/queue @Paris", "Queues of paris:"),
        ("/pbx agents @PARIS", "Agents of paris:"),
        ("/pause-agent @Paris Support lunch", "Paused in Support (lunch)."),
        ("/ext @Paris", "Extension 104 on paris"),
        ("/queue @Rome", "There is no phone system @Rome. There are: @paris, @lyon"),
    ],
)
async def test_the_name_of_a_system_may_be_typed_in_any_case(line, told, paris):
    await paris.own("U0BO", "pat", "lyon")
    assert told in await say(paris, line)


@pytest.mark.parametrize("command", ["queue", "ext", "hangup", "pause-agent", "vm", "pbx unlink"])
async def test_two_systems_at_once_are_refused(command, paris):
    answer = await say(paris, f"/{command} @lyon @paris")
    assert "Only one phone system can be asked at a time, not @lyon and @paris." in answer
    assert paris.wires["paris"].asked == paris.wires["lyon"].asked == 0


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("/vm list extra", "/vm"),
        ("/pbx unlink extra", "/pbx unlink [@system]"),
        ("/pbx unlink @paris extra", "/pbx unlink [@system]"),
        ("/pbx whoami extra", "/pbx whoami"),
        ("/pbx status @paris", "/pbx status"),
        ("/pbx licence extra", "/pbx licence [@system]"),
        ("/pbx hosts extra", "/pbx hosts [@system]"),
        ("/pbx audit own extra", "/pbx audit [own] [@system]"),
    ],
)
async def test_words_that_a_command_does_not_know_are_refused(line, usage, paris):
    await paris.own("U0ANA", "105", "paris")
    assert f"Usage: `{usage}`" in await say(paris, line, "U0ANA")
    assert "paris: extension 105" in await say(paris, "/pbx whoami", "U0ANA")


async def test_blanks_of_another_kind_stand_between_words_too(paris):
    assert "Box 104 is empty." in await say(paris, "/pbx vm\u00a0list")
    assert "There is no message 1" in await say(paris, "/vm play\u202f1")
    await say(paris, "/pbx dial\u00a001\u00a023\u00a045\u00a067\u00a089")
    assert [call.dest for call in paris.mirta.pbx.dialled] == ["0123456789"]


async def test_what_is_too_long_reaches_no_phone_system(paris):
    for command in ("dial", "pause-agent", "ext", "queue", "pbx link", "pbx"):
        answer = await say(paris, f"/{command} {'1' * 3000}")
        assert "Nothing was done: that is too long. Use at most 500 characters." in answer
    assert paris.wires["paris"].asked == 0
    assert "is too long" in await say(paris, f"/hangup {'x' * 3000} @paris", "U0ANA")


async def test_help_for_what_there_is_not_says_so(world):
    assert "There is no `/pbx vmm`. Did you mean `/pbx vm`?" in await say(world, "/pbx help vmm")
    assert "/pbx link 101" in await say(world, "/pbx help /pbx link")
    assert "What you can ask for:" in await say(world, "/pbx help pbx")


async def test_a_person_is_no_topic(world):
    assert "Nothing was done: a person cannot be mentioned here." in await say(world, "/pbx @ana")


async def test_having_no_line_on_one_system_does_not_mean_having_none(paris):
    assert "You have no extension linked on lyon." in await say(paris, "/pbx unlink @lyon")


async def test_what_a_database_cannot_keep_is_left_out_of_what_was_typed(paris):
    await forging.command(paris, "/pause-agent", "lunch\x00 break")
    await paris.settle()
    assert paris.mirta.pbx.queues["281"].paused == {"104": "lunch break"}


@pytest.mark.parametrize("line", ["/dial \u202e9876543210", "/pbx dial \u202e9876543210\u202c"])
async def test_what_is_shown_backwards_is_not_done(line, paris):
    assert "Nothing was done: that holds a mark which turns text around." in await say(paris, line)
    assert paris.mirta.pbx.dialled == []
