"""The client that the runtime builds, as it is."""

import pytest

from bot.demo.workspace import Fault
from bot.slack.departures import TurnMissed, before_leaving


async def test_the_client_never_repeats_a_post_by_itself(world):
    """slack_sdk's default would: its one retry comes before anybody looks into the channel."""
    world.workspace.order(method="chat.postMessage", fault=Fault.DROP_AFTER)
    await world.post("door", world.door.whole_call_in_one_post("+12025550123"))
    assert len(world.workspace.messages("C0SUPPORT")) == 1
    await world.clock.advance(45)
    await world.settle()
    assert len(world.workspace.messages("C0SUPPORT")) == 1


async def test_the_client_asks_before_a_request_leaves(world):
    async def question():
        raise TurnMissed

    with pytest.raises(TurnMissed), before_leaving(question):
        await world.runtime.poster.client.chat_postMessage(channel="C0SUPPORT", text="late")
    assert world.workspace.messages("C0SUPPORT") == []
