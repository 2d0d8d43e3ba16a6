"""Queues and extensions as people type them: several at once, on a phone, or none at all."""

import pytest
from support.pressing import say

NO_EXTENSION = "0|000000|-1|abc|1055555|105.|#105|105 106||\uff11\uff10\uff15|\u0662\u0660\u0665"


@pytest.fixture
async def lined(world):
    """Bo has a line on both systems with queues."""
    await world.own("U0BO", "104", "paris")
    await world.own("U0BO", "pat", "lyon")
    return world


@pytest.mark.parametrize("command", ["queue", "agents"])
async def test_one_queue_or_all_are_told(command, lined):
    told = 'Only one queue is taken at a time: repeat this for each, or with "all".'
    for words in ("Support Sales", "sales & support", "all all"):
        assert told in await say(lined, f"/{command} {words} @paris"), words
    answer = await say(lined, f"/{command} all @paris")
    assert "Support:" in answer
    assert "Sales:" in answer
    assert "There is no queue Support Moon." in await say(lined, f"/{command} Support Moon @paris")


@pytest.mark.parametrize("words", ["“Support”", "support.", "\u200fSupport\u200b", "Support,"])
async def test_a_queue_is_found_as_a_phone_writes_it(words, lined):
    answer = await say(lined, f"/queue {words} @paris.")
    assert "Support: 0 waiting" in answer
    assert "Sales" not in answer


@pytest.mark.parametrize("extension", NO_EXTENSION.split("|"))
async def test_what_can_be_no_extension_is_not_asked_for(extension, world):
    answer = await say(world, f"/pbx link {extension} @paris")
    assert "An extension is a number of at most six digits, and none of zeros only." in answer
    assert "`/pbx link 101`" in answer
    assert world.workspace.dm("U0ANA") == []
    assert world.wires["paris"].asked == 0


@pytest.mark.parametrize("extension", ["1", "0102", "009", "100000"])
async def test_what_may_be_an_extension_somewhere_is_asked_for(extension, world):
    answer = await say(world, f"/pbx link\u00a0{extension}\u00a0@paris")
    assert f"An admin was asked to approve extension {extension} on paris." in answer
