"""The calls feed: two looks compared."""

import json
from datetime import UTC, datetime

import pytest

from bot.adapters.simulation import Fault
from bot.telephony.calls import Direction
from bot.telephony.errors import UnexpectedReply, UnknownEvent
from bot.telephony.events import CallAnswered, CallEnded, CallRinging, CallStarted, RawEvent


class Poller:
    """Looks again and again, as the real one does, and reads what came."""

    def __init__(self, system):
        self.system = system
        self.cursor = None
        self.keys = []

    async def look(self):
        batch = await self.system.feed.fetch(self.cursor)
        self.cursor = batch.cursor
        self.keys += [item.dedupe_key for item in batch.items]
        return [event for item in batch.items for event in self.read(item)]

    def read(self, item):
        raw = RawEvent(
            road=self.system.feed.name,
            body=item.body,
            content_type=item.content_type,
            received_at=datetime(2030, 1, 1, tzinfo=UTC),
        )
        return self.system.parse(raw)


@pytest.fixture
def poller(build, network):
    return Poller(build(network, events="poll"))


def kinds(events):
    return [type(event) for event in events]


async def test_no_calls_are_no_news(poller):
    assert await poller.look() == []
    assert await poller.look() == []


async def test_a_call_starts_rings_is_answered_and_ends(poller, simulator, clock):
    await poller.look()
    call = simulator.pbx.customer_calls("+15550100")
    first = await poller.look()
    await clock.advance(15)
    simulator.pbx.agent_answers(call, "0102")
    second = await poller.look()
    await clock.advance(15)
    simulator.pbx.call_ends(call)
    third = await poller.look()

    assert kinds(first) == [CallStarted, CallRinging]
    assert first[1].targets == ("101", "0102")
    assert (kinds(second), second[0].answered_by) == ([CallAnswered], "0102")
    assert (kinds(third), third[0].answered_by) == ([CallEnded], "0102")
    assert third[0].certain
    for event in (*first, *second, *third):
        assert event.call_id == "41@20261120T130211"
        assert event.direction is Direction.INBOUND
        assert (event.caller_number, event.queue) == ("+15550100", "800")


async def test_a_call_that_vanishes_unanswered_says_no_more_than_that(poller, simulator, clock):
    call = simulator.pbx.customer_calls()
    await poller.look()
    await clock.advance(15)
    simulator.pbx.call_ends(call)

    [ended] = await poller.look()

    assert isinstance(ended, CallEnded)
    assert (ended.disposition, ended.answered_by, ended.certain) == (None, None, True)
    assert ended.at == clock.now()


async def test_nothing_new_is_no_news(poller, simulator):
    simulator.pbx.customer_calls()
    await poller.look()

    assert await poller.look() == []


async def test_other_phones_ringing_are_news(poller, simulator):
    call = simulator.pbx.customer_calls()
    await poller.look()
    call.ringing = ["100"]

    [ringing] = await poller.look()

    assert ringing.targets == ("100",)


async def test_a_call_first_seen_while_talking_has_its_own_times(poller, simulator, clock):
    call = simulator.pbx.customer_calls()
    began = clock.now()
    await clock.advance(5)
    simulator.pbx.agent_answers(call, "101")
    picked_up = clock.now()
    await clock.advance(5)

    started, answered = await poller.look()

    assert (started.at, answered.at) == (began, picked_up)


async def test_the_same_look_twice_has_the_same_keys(poller, simulator, clock):
    call = simulator.pbx.customer_calls()
    await poller.look()
    simulator.pbx.agent_answers(call, "101")
    cursor = poller.cursor

    first = await poller.system.feed.fetch(cursor)
    await clock.advance(1)
    again = await poller.system.feed.fetch(cursor)

    assert [item.dedupe_key for item in first.items] == ["41@20261120T130211:answered"]
    assert [item.dedupe_key for item in again.items] == ["41@20261120T130211:answered"]


async def test_every_item_of_a_call_has_its_own_key(poller, simulator, clock):
    call = simulator.pbx.customer_calls()
    await poller.look()
    simulator.pbx.agent_answers(call, "101")
    await poller.look()
    simulator.pbx.call_ends(call)
    await poller.look()

    assert len(poller.keys) == len(set(poller.keys)) == 4


async def test_a_number_used_again_after_a_restart_is_another_call(poller, simulator, clock):
    simulator.pbx.customer_calls("+15550100")
    await poller.look()
    await clock.advance(15)
    simulator.pbx.restart()
    simulator.pbx.customer_calls("+15550199")

    ended, started, _ = await poller.look()

    assert (ended.caller_number, started.caller_number) == ("+15550100", "+15550199")
    assert ended.call_id != started.call_id


async def test_after_a_long_gap_nobody_is_said_to_have_been_missed(poller, simulator, clock):
    unanswered = simulator.pbx.customer_calls()
    spoken_to = simulator.pbx.customer_calls()
    simulator.pbx.agent_answers(spoken_to, "101")
    await poller.look()
    await clock.advance(61)
    simulator.pbx.call_ends(unanswered)
    simulator.pbx.call_ends(spoken_to)

    first, second = await poller.look()

    assert [first.certain, second.certain] == [False, True]


async def test_a_failed_look_loses_nothing(poller, simulator, clock):
    call = simulator.pbx.customer_calls()
    await poller.look()
    simulator.pbx.call_ends(call)
    simulator.simulation.order(Fault.HTML)
    with pytest.raises(UnexpectedReply):
        await poller.look()
    await clock.advance(15)

    assert kinds(await poller.look()) == [CallEnded]


@pytest.mark.parametrize("cursor", ["", "{}", "[]", '{"at": "x", "calls": 5}'])
async def test_a_cursor_that_cannot_be_read_starts_afresh(cursor, poller, simulator, caplog):
    simulator.pbx.customer_calls()
    poller.cursor = cursor

    assert kinds(await poller.look()) == [CallStarted, CallRinging]
    assert "cannot be read" in caplog.text


async def test_one_look_is_one_question(poller, simulator):
    await poller.look()

    assert len(simulator.simulation.requests) == 1


async def test_an_item_of_a_kind_from_the_future_is_unknown(poller):
    change = {"kind": "parked", "at": "2026-11-20T13:00:00Z", "call": {"call_id": "41"}}
    raw = RawEvent(
        road="callsinfo",
        body=json.dumps(change).encode(),
        content_type="application/json",
        received_at=datetime(2030, 1, 1, tzinfo=UTC),
    )

    with pytest.raises(UnknownEvent, match="parked"):
        poller.system.parse(raw)


def test_the_feed_does_not_hold(poller):
    assert poller.system.feed.holds is False
