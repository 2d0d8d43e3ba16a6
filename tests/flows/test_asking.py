"""Calls for help, and mentions, in whatever is asked for after ``/pbx``."""

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
