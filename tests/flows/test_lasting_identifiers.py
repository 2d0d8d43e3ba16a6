"""Long calls of systems whose identifiers are never given to another call."""

from datetime import timedelta

import pytest
from support.cards import NUMBER, only_card
from support.world_settings import FULL

from bot.adapters.mirta.simulated_calls import SimulatedCall

HOUR = 3600
SYSTEMS = f"""
{FULL}
[systems.logs]
vendor = "bluerocktel"
url = "https://crm.example"
token = "env:CRM_TOKEN"
timezone = "Europe/Paris"
call_logs = true

[systems.moscow]
vendor = "threecx_ru"
url = "https://moscow.example"
key = "env:MOSCOW_KEY"
webhook_secret = "canary-moscow-token"
region = "FR"
"""
MOSCOW = "/phone/moscow?token=canary-moscow-token"


@pytest.fixture
async def world(world_with):
    async with world_with(SYSTEMS) as made:
        yield made


def cards(world):
    return world.workspace.messages("C0SUPPORT")


def record(world, ago, seconds, disposition, uniqueid="1700000000.1", **more):
    """One row of MiRTA's call detail records."""
    at = world.clock.now() - timedelta(minutes=ago)
    facts = {"direction": "IN", "number": NUMBER, "name": "", "dialled": "0198765432"}
    return SimulatedCall(
        uniqueid=uniqueid,
        started_at=at.replace(microsecond=0),
        disposition=disposition,
        duration=seconds,
        billsec=seconds if disposition == "ANSWERED" else 0,
        **(facts | more),
    )


async def recorded(world, *told):
    """The rows that came about within an hour of the first look."""
    await world.poll("full")
    await world.clock.advance(HOUR)
    world.mirta.pbx.calls += [record(world, *row, **more) for *row, more in told]
    await world.poll("full")


async def test_a_colleague_who_is_missed_during_a_long_talk_is_missed(world):
    await recorded(
        world,
        (50, 60, "ANSWERED", {"who_answered": "104-DEMO"}),
        (49, 45 * 60, "ANSWERED", {"who_answered": "105-DEMO"}),
        (30, 30, "NO ANSWER", {"uniqueid": "1700000600.2"}),
    )
    assert "Open: nobody" in only_card(world).all_text


async def test_who_was_spoken_to_and_then_waited_long_was_not_missed(world):
    spoken_to = (50, 60, "ANSWERED", {"who_answered": "104-DEMO"})
    await recorded(world, spoken_to, (49, 45 * 60, "NO ANSWER", {}))
    assert cards(world) == []


async def test_a_withheld_caller_who_was_answered_after_a_long_wait_is_answered(world):
    withheld = {"number": "anonymous"}
    waited = (55, 20, "NO ANSWER", withheld)
    await recorded(world, waited, (10, 300, "ANSWERED", {"who_answered": "105-DEMO", **withheld}))
    assert [card for card in cards(world) if "Open: nobody" in card.all_text] == []


async def test_a_log_that_is_completed_much_later_settles_its_call(world):
    await world.poll("logs")
    await world.clock.advance(2 * HOUR)
    number = world.crm.pbx.log_call("missed", "anonymous", "0198765432", 20)
    await world.poll("logs")
    assert "Open: nobody" in only_card(world).all_text
    await world.clock.advance(HOUR)
    ended_at = world.clock.now().strftime("%Y-%m-%dT%H:%M:%S+00:00")
    world.crm.pbx.call_logs[number] |= {"status": "completed", "ended_at": ended_at}
    await world.poll("logs")
    assert "Open: nobody" not in only_card(world).all_text


async def posted(world, event, user, finish="", call="251120140211_7-1", **more):
    body = {"event": event, "id": call, "user": user, "usertype": "ext", "finishtype": finish}
    facts = {"callerid": NUMBER, "inbound_did": "15550123", "did": "Main"}
    assert (await world.app.post(MOSCOW, json=body | facts | more)).status_code == 202
    await world.settle()


async def test_a_talk_whose_second_part_ends_late_answers_nobody_else(world):
    await posted(world, "ringing", "101")
    await posted(world, "pickupincoming", "101")
    await world.clock.advance(60)
    await posted(world, "incoming", "101", "Ok", transfer="True")
    await posted(world, "pickupincoming", "102")
    await world.clock.advance(300)
    await posted(world, "ringing", "101", call="251120140211_8-0")
    await posted(world, "incoming", "101", "Missed", call="251120140211_8-0")
    assert "Open: nobody" in only_card(world).all_text
    await world.clock.advance(HOUR)
    await posted(world, "incoming", "102", "Ok")
    assert "Open: nobody" in only_card(world).all_text
