"""A 3CX whose webhook module has names of its own for what happens to a call."""

import json

import pytest
from support.cards import only_card

TOKEN = "canary-token-of-moscow-0123456789"
MOSCOW = f"""
[systems.moscow]
vendor = "threecx_ru"
url = "https://moscow.example"
key = "env:MOSCOW_KEY"
webhook_secret = "{TOKEN}"
timezone = "Europe/Moscow"
region = "RU"

[systems.moscow.event_names]
callstart = "ringing"
callfinish = "ended"
"""


@pytest.fixture
async def moscow(world_with):
    async with world_with(MOSCOW) as world:
        await world.own("U0BO", "101", "moscow")
        yield world


async def post(world, event, **more):
    body = {"event": event, "id": "251120150000_41-0", "callerid": "+74951234567", **more}
    headers = {"content-type": "application/json"}
    reply = await world.app.post(
        f"/phone/moscow?token={TOKEN}", content=json.dumps(body), headers=headers
    )
    assert reply.status_code == 202
    await world.settle()


@pytest.mark.parametrize("did", [{"inbound_did": "+74957654321"}, {"did": "Main number"}])
async def test_a_missed_call_is_told_whatever_its_end_is_called(moscow, did):
    await post(moscow, "callstart", user="101", usertype="ext", **did)
    await moscow.clock.advance(20)
    await post(moscow, "callfinish", user="101", usertype="ext", finishtype="Missed", **did)
    assert "8 (495) 123-45-67" in only_card(moscow).text


async def test_a_call_of_which_nothing_tells_the_direction_is_listed_without_one(moscow):
    await post(moscow, "callfinish", user="101", usertype="ext", finishtype="Missed")
    assert moscow.workspace.messages("C0SUPPORT") == []
    answer = await moscow.slash("U0BO", "C0SUPPORT", "/calls recent @moscow")
    assert "8 (495) 123-45-67: not answered" in answer
    assert "bound" not in answer
