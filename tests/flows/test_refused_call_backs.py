"""Call backs that the phone system refuses: the card and its thread tell what came of each."""

import asyncio

import httpx
import pytest
from support.cards import NUMBER, lines, only_card

BO, CY = "U0BO", "U0CY"
WHY = "paris refused the call: Originate failed."


class Doorkeeper(httpx.AsyncBaseTransport):
    """Keeps what is asked for an extension waiting until a test lets it go on."""

    def __init__(self, system, extensions):
        self._system = system
        self.free = {each: asyncio.Event() for each in extensions}

    async def handle_async_request(self, request):
        asked = f"{request.url}{(await request.aread()).decode()}"
        for extension, free in self.free.items():
            if extension in asked:
                await free.wait()
        return await self._system.handle_async_request(request)


class Team:
    """Who calls back the same caller, while the phone system takes its time over its answers."""

    def __init__(self, world, extensions):
        self._world, self._extensions = world, extensions
        self._door = Doorkeeper(httpx.ASGITransport(world.mirta.app), extensions.values())
        self._under_way = {}
        world.wires["paris"].lead_to(self._door)

    async def press(self, user):
        """Call back, and wait until the card says so."""
        await self._begin(user, "missed_call.call_back")
        while f"<@{user}> is calling back" not in state(self._world):
            await self._draw()

    async def resolve(self, user):
        await self._begin(user, "missed_call.resolve")
        await self._under_way[user]

    async def answer(self, user):
        """What the phone system says arrives, and all that follows from it is shown."""
        self._door.free[self._extensions[user]].set()
        await self._under_way[user]
        for _ in range(10):
            await self._draw()

    async def _begin(self, user, action):
        carrier = self._world.runtime.carrier
        await self._world.clock.advance(20)  # nobody's click is taken for the one before
        await self._world.workspace.click(user, only_card(self._world), action)
        before = set(carrier._at_work.values())
        await carrier.look()
        (self._under_way[user],) = set(carrier._at_work.values()) - before

    async def _draw(self):
        await self._world.runtime.poster.look()
        await self._world.runtime.poster.settle()
        await self._world.clock.advance(2)


@pytest.fixture
def team_of(world):
    """A missed call, and a team that presses "Call back"; 998 and 999 do not exist."""

    async def gather(bo, cy):
        await world.own(BO, bo, "paris")
        await world.own(CY, cy, "paris")
        await world.post("door", *world.door.customer_calls_and_hangs_up(NUMBER, "Pat"))
        return Team(world, {BO: bo, CY: cy})

    return gather


def state(world):
    return only_card(world).blocks[1]["text"]["text"]


async def test_a_call_is_open_again_once_all_who_called_back_were_refused(world, team_of):
    team = await team_of("998", "999")
    await team.press(BO)
    await team.press(CY)
    assert "<@U0CY> is calling back for <@U0BO>" in state(world)
    await team.answer(BO)
    await team.answer(CY)
    assert "Open: nobody has claimed it" in state(world)
    assert lines(only_card(world)) == [
        "bo is calling back.",
        "cy is calling back.",
        f"bo could not call back: {WHY}",
        f"cy could not call back: {WHY}",
    ]


async def test_who_was_refused_does_not_own_what_somebody_else_calls_back(world, team_of):
    team = await team_of("998", "104")
    await team.press(BO)
    await team.press(CY)
    await team.answer(BO)
    await team.answer(CY)
    assert state(world).endswith("*<@U0CY> is calling back*")


async def test_a_claim_outlives_refused_call_backs_and_lapses_when_it_would_have(world, team_of):
    team = await team_of("998", "999")
    await world.click(BO, "C0SUPPORT", "Missed call: Pat", "missed_call.claim")
    await world.clock.advance(20 * 60)
    await team.press(CY)
    await team.press(BO)
    await team.answer(CY)
    await team.answer(BO)
    assert "Claimed by <@U0BO>" in state(world)
    await world.clock.advance(10 * 60)
    await world.settle()
    assert "Open: nobody has claimed it" in state(world)


async def test_a_refusal_is_said_even_if_the_call_was_settled_meanwhile(world, team_of):
    team = await team_of("998", "999")
    await team.press(BO)
    await team.resolve(CY)
    await team.answer(BO)
    assert "Resolved by cy." in state(world)
    assert lines(only_card(world)) == [
        "bo is calling back.",
        "Resolved by cy.",
        f"bo could not call back: {WHY}",
    ]


async def test_who_was_refused_owns_nothing_that_somebody_else_tried_meanwhile(world, team_of):
    team = await team_of("998", "999")
    await team.press(BO)
    unanswered = {
        "event": "call.ended",
        "at": world.clock.now().isoformat(),
        "call_id": "desk",
        "direction": "outbound",
        "requested": NUMBER,
        "disposition": "no_answer",
    }
    post = world.door.post(unanswered)
    await world.app.post("/phone/door", content=post.body, headers=post.headers)
    await world.runtime.intake.take_up_waiting()
    await team.answer(BO)
    assert "Open: nobody has claimed it" in state(world)
    assert lines(only_card(world)) == [
        "bo is calling back.",
        "Called back without reaching anybody (1).",
        f"bo could not call back: {WHY}",
    ]
