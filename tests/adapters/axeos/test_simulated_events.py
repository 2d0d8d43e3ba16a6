"""What happens at the stand-in is told as the document tells it."""

import json
from datetime import timedelta

import pytest
from support.clocks import START

from bot.adapters.axeos.simulated_events import CAPACITY, UNREAD_SECONDS
from bot.adapters.axeos.simulated_office import KIM, PAT
from bot.telephony.calls import Direction
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    CallTransferred,
    MailboxChanged,
    RawEvent,
)


async def news(system, clock):
    """Everything that the feed brings from the start of the buffer, parsed."""
    batch = await system.feed.fetch("")
    found = []
    for item in batch.items:
        raw = RawEvent(
            road="events",
            body=item.body,
            content_type=item.content_type,
            received_at=clock.now(),
        )
        found += system.parse(raw)
    return found


@pytest.fixture
def watching(simulator):
    simulator.pbx.events.gathering = True
    return simulator


async def test_a_customer_who_hangs_up_is_a_call_that_nobody_answered(watching, system, clock):
    call_id = watching.pbx.customer_calls_and_hangs_up(
        "+15550100", "Ann", "15550199", rang=("pat", "kim"), waited_seconds=30
    )

    started, ringing, ended = await news(system, clock)

    facts = {
        "call_id": call_id,
        "direction": Direction.INBOUND,
        "caller_number": "+15550100",
        "caller_name": "Ann",
        "requested": "15550199",
    }
    rang_at = START - timedelta(seconds=30)
    assert started == CallStarted(**facts, at=rang_at)
    assert ringing == CallRinging(**facts, at=rang_at, targets=(PAT, KIM))
    assert ended == CallEnded(**facts, at=START)


async def test_an_answered_customer_is_told_with_who_took_the_call(watching, system, clock):
    watching.pbx.customer_is_answered("5550100", answered_by="kim", talked_seconds=90)

    kinds = await news(system, clock)

    assert [type(each) for each in kinds] == [CallStarted, CallRinging, CallAnswered, CallEnded]
    assert kinds[2].answered_by == KIM
    assert kinds[2].at == START - timedelta(seconds=90)
    assert (kinds[0].caller_number, kinds[0].caller_name) == ("5550100", None)


async def test_a_call_that_does_not_pass_the_rule_shows_in_the_phones_alone(watching, system):
    watching.pbx.customer_calls_and_hangs_up("+15550100", passes_rule=False)
    watching.pbx.customer_is_answered("+15550100", passes_rule=False)

    batch = await system.feed.fetch("")

    kinds = {json.loads(item.body)["event_type"] for item in batch.items}
    assert kinds == {"phone status update"}


@pytest.mark.parametrize("name", ["mailbox status update", "something else", None])
async def test_a_message_changes_the_counts_and_is_told(name, watching, system, clock):
    watching.pbx.voicemail_event_type = name

    watching.pbx.leave_voicemail("101")

    assert await news(system, clock) == [MailboxChanged(mailbox="101", new=2, old=3, at=START)]
    assert (await system.mailboxes.list_mailboxes())[0].new == 2


async def test_a_conversation_that_we_placed_is_told_if_it_passes_the_rule(watching, system, clock):
    watching.pbx.placed_pass_rule = True
    placed = await system.calls.originate("pat", "+15550100")

    watching.pbx.conversation("+15550100", 120)

    started, ended = await news(system, clock)
    assert (started.call_id, started.direction) == (placed.call_id, Direction.OUTBOUND)
    assert (ended.call_id, ended.at) == (placed.call_id, START + timedelta(seconds=120))
    assert watching.pbx.calls == {}


async def test_a_conversation_that_does_not_pass_the_rule_is_not_told(watching, system, clock):
    await system.calls.originate("pat", "+15550100")

    watching.pbx.conversation("+15550100", 120)
    watching.pbx.leave_voicemail("101")

    assert [type(each) for each in await news(system, clock)] == [MailboxChanged]


async def test_a_conversation_needs_a_call(simulator):
    with pytest.raises(LookupError):
        simulator.pbx.conversation("+15550100", 1)


async def test_any_event_can_be_told(watching, system, clock):
    sides = {"transferer": {"unique_id": "17.51"}, "transferee": {"unique_id": "17.50"}}
    watching.pbx.emit("blind transfer", unique_id="17.50", status="success", **sides)

    _, transfer = await news(system, clock)

    assert isinstance(transfer, CallTransferred)
    assert transfer.other_call_id == "17.51"


async def test_times_may_come_without_their_zone(watching, system, clock):
    watching.pbx.events.tells_zone = False

    watching.pbx.leave_voicemail("101")

    [changed] = await news(system, clock)
    assert changed.at == START


async def test_nothing_is_gathered_before_somebody_asks(simulator, system):
    simulator.pbx.customer_calls_and_hangs_up("+15550100")

    assert (await system.feed.fetch(None)).cursor == ""


async def test_the_buffer_holds_a_thousand_events(watching, system):
    for _ in range(CAPACITY + 5):
        watching.pbx.emit("user list changed")

    batch = await system.feed.fetch("0")

    assert (len(batch.items), batch.cursor) == (CAPACITY, str(CAPACITY + 4))


async def test_a_full_buffer_that_nobody_reads_is_emptied_and_switched_off(watching, clock):
    for _ in range(CAPACITY):
        watching.pbx.emit("user list changed")
    await clock.advance(UNREAD_SECONDS)

    watching.pbx.emit("user list changed")

    assert watching.pbx.events.gathering is False
    watching.pbx.emit("user list changed")
    assert await watching.pbx.events.read(None, 0, None) == []


async def test_several_readers_see_the_same_events(watching, system):
    watching.pbx.leave_voicemail("101")

    assert await system.feed.fetch("") == await system.feed.fetch("")
