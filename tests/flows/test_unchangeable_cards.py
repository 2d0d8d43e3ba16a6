"""A change that Slack does not take is told as that: the card itself was delivered."""

import pytest
from support.cards import only_card

from bot.demo.workspace import Fault


@pytest.mark.parametrize(
    ("error", "stands"),
    [
        ("cant_update_message", "It shows what was true before."),
        ("edit_window_closed", "It shows what was true before."),
        ("message_not_found", "It was deleted."),
    ],
)
async def test_a_card_that_cannot_be_changed_was_delivered_all_the_same(world, error, stands):
    await world.post("door", *world.door.customer_calls_and_hangs_up("0123456789", "Pat"))
    assert "Open: nobody" in only_card(world).all_text
    world.workspace.order(method="chat.update", fault=Fault.ERROR, error=error, times=1)
    await world.click("U0BO", "C0SUPPORT", "Missed call", "missed_call.claim")
    await world.settle(60)
    notice = world.workspace.find("C0OPS", "cannot be changed").text
    where = "A message in <#C0SUPPORT> (C0SUPPORT) cannot be changed"
    assert notice == f"{where}: {error}. {stands}"
