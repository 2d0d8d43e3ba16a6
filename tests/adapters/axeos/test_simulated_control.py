"""A driver lets things happen on the simulated PBX, and the long poll brings them."""

import asyncio
import json

import pytest
from support.steering import Driver, Listener, seen_with

from bot.adapters.axeos.simulated_office import NIGHT, PAT, SUPPORT
from bot.adapters.axeos.simulator import API_KEY
from bot.telephony.events import (
    CallAnswered,
    CallEnded,
    CallRinging,
    CallStarted,
    MailboxChanged,
)

ROOT = "/apis/pbx"
KEY = {"key": API_KEY}


@pytest.fixture
def driver(simulator):
    return Driver(simulator.app)


@pytest.fixture
async def listener(build_system, clock):
    """Has looked once: nobody is told of what happened before the first look."""
    system = build_system(queues={SUPPORT: "Support"})
    made = Listener(system, clock)
    await made.news()
    return made


async def test_a_customer_who_hangs_up_is_told(driver, listener):
    await driver.happen("hangs_up", number="+15550111")

    events = await listener.news()
    assert [type(each) for each in events] == [CallStarted, CallRinging, CallEnded]
    assert events[0].caller_number == "+15550111"


async def test_a_customer_who_is_answered_is_told(driver, listener):
    await driver.happen("is_answered", answered_by="pat")

    events = await listener.news()
    assert [each.answered_by for each in events if isinstance(each, CallAnswered)] == [PAT]


async def test_a_voicemail_is_told(driver, listener):
    await driver.happen("voicemail", mailbox_number="0102")

    [event] = await listener.news()
    assert isinstance(event, MailboxChanged)
    assert event.new == 1


async def test_a_call_that_we_placed_ends(driver, listener, simulator):
    await driver.change("placed_pass_rule", "on")
    await listener.system.calls.originate("pat", "+15550122")

    await driver.happen("far_end_talks", number="+15550122", seconds="30")

    assert [type(each) for each in await listener.news()] == [CallStarted, CallEnded]
    assert simulator.pbx.calls == {}


async def test_a_queue_fills_up_and_clears(driver, listener):
    board = listener.system.queues

    await driver.happen("queue_fills", waiting="7", longest_wait_seconds="200")
    full = await board.fetch_figures(SUPPORT)
    await driver.happen("queue_clears")
    clear = await board.fetch_figures(SUPPORT)

    assert (full.waiting, full.longest_wait_seconds) == (7, 200)
    assert (clear.waiting, clear.longest_wait_seconds) == (0, 0)


@pytest.mark.parametrize(
    ("happening", "numbers"), [("overflow", [11]), ("reset", [0]), ("restart", [0])]
)
async def test_after_the_buffer_is_disturbed_numbers_jump_or_begin_anew(
    happening, numbers, driver, simulator
):
    async def read():
        reply = await driver.http.get(f"{ROOT}/events", params={**KEY, "timeout": 0})
        return [each["seq"] for each in reply.json()]

    await read()
    simulator.pbx.emit("switch update")
    before = await read()
    await driver.happen(happening)
    emptied = await read()
    simulator.pbx.emit("switch update")

    assert (before, emptied, await read()) == ([0], [], numbers)


class Looks:
    """What a request shows of each habit."""

    def __init__(self, driver, clock):
        self._driver, self._http, self._clock = driver, driver.http, clock

    async def _events(self):
        query = {**KEY, "timeout": 0}
        return (await self._http.get(f"{ROOT}/events", params=query)).json()

    async def _place(self):
        body = {"user_name": "pat", "number": "+15550122"}
        return await self._http.post(f"{ROOT}/call", params=KEY, json=body)

    async def _kinds(self):
        return [each["event_type"] for each in await self._events()]

    async def customers_pass_rule(self):
        await self._events()
        await self._driver.happen("restart")
        await self._events()
        await self._driver.happen("hangs_up")
        return "incoming call" in await self._kinds()

    async def placed_pass_rule(self):
        await self._events()
        await self._driver.happen("restart")
        await self._events()
        await self._place()
        return "incoming call" in await self._kinds()

    async def caller_side(self):
        reply = await self._place()
        return reply.json()["status"] if reply.status_code != 503 else 503

    async def rings_seconds(self):
        began = self._clock.monotonic()
        placing = asyncio.create_task(self._place())
        while not placing.done():
            await asyncio.sleep(0.001)
            if not placing.done():
                await self._clock.advance(1)
        return round(self._clock.monotonic() - began)

    async def absolute_location(self):
        return (await self._place()).headers["location"].startswith("http://sim/apis/pbx/call/")

    async def hang_up_fails(self):
        location = (await self._place()).headers["location"]
        return (await self._http.delete(location, params=KEY)).json()["status"]

    async def tells_zone(self):
        await self._events()
        await self._driver.happen("hangs_up")
        return (await self._events())[-1]["timestamp"].endswith("+01:00")

    async def voicemail_event(self):
        await self._events()
        await self._driver.happen("voicemail")
        return (await self._events())[-1].get("event_type")

    async def identifies_queues(self):
        return "uuid" in (await self._http.get(f"{ROOT}/acd/stats", params=KEY)).json()[0]

    async def tells_switch(self):
        path = f"{ROOT}/switches/{NIGHT}"
        reply = await self._http.post(path, params=KEY, json={"value": "on"})
        return json.loads(reply.content)["value"] if reply.content else None


HABITS = {
    "customers_pass_rule": {"on": True, "off": False},
    "placed_pass_rule": {"off": False, "on": True},
    "caller_side": {
        "picks_up": "success",
        "busy": "busy",
        "no_answer": "no answer",
        "failed": "failed",
        "away": 503,
    },
    "rings_seconds": {"0": 0, "5": 5, "20": 20},
    "absolute_location": {"off": False, "on": True},
    "hang_up_fails": {"off": "success", "on": "failure"},
    "tells_zone": {"on": True, "off": False},
    "voicemail_event": {"made_up": "mailbox status update", "none": None},
    "identifies_queues": {"off": False, "on": True},
    "tells_switch": {"on": "on", "off": None},
}


@pytest.mark.parametrize("habit", HABITS)
async def test_a_habit_changes_what_is_answered(habit, driver, clock):
    look = getattr(Looks(driver, clock), habit)

    seen = await seen_with(driver, habit, list(HABITS[habit]), look)

    assert seen == list(HABITS[habit].values())


async def test_every_habit_is_tried_here(driver):
    assert await driver.offered("habits") == set(HABITS)
