"""A driver lets things happen on the simulated 3CX: posted by its module, or seen by asking."""

import json
from datetime import timedelta

import httpx
import pytest
from support.steering import Driver, Listener, seen_with

from bot.adapters.threecx_ru.simulator import KEY, READ_ONLY_KEY, ThreeCxRuSimulator
from bot.telephony.events import CallAnswered, CallEnded, CallStarted, RawEvent

ROOT = f"/webapi/{KEY}"
DOOR = "https://ringback.example.org/phone/moscow?token=made-up"


@pytest.fixture
def posts():
    return []


@pytest.fixture
def simulator(clock, posts):
    """Its posts go to nobody but ``posts``."""

    def door(request):
        posts.append(request)
        return httpx.Response(202)

    return ThreeCxRuSimulator(clock, http=httpx.AsyncClient(transport=httpx.MockTransport(door)))


@pytest.fixture
def driver(simulator):
    return Driver(simulator.app)


@pytest.fixture
async def listener(build, simulator, clock):
    system = build(httpx.ASGITransport(app=simulator.app), events="poll")
    made = Listener(system, clock)
    await made.news()
    return made


def read(system, posts, clock):
    return [
        event
        for post in posts
        for event in system.parse(
            RawEvent(
                road="push",
                body=post.content,
                content_type="application/json",
                received_at=clock.now(),
            )
        )
    ]


async def test_a_customer_who_hangs_up_is_seen_by_whoever_asks(driver, listener, clock, posts):
    await driver.happen("hangs_up", caller_number="+15550111", seconds="20")
    during = await listener.news()
    await clock.advance(20)
    [ended] = await listener.news()

    assert isinstance(during[0], CallStarted)
    assert during[0].caller_number == "+15550111"
    assert isinstance(ended, CallEnded)
    assert ended.answered_by is None
    assert posts == []


async def test_a_customer_who_is_answered_is_seen_by_whoever_asks(driver, listener, clock):
    await driver.happen("is_answered", seconds="40", answered_by="0102")
    ringing = await listener.news()
    await clock.advance(10)
    [answered] = await listener.news()
    await clock.advance(30)
    [ended] = await listener.news()

    assert not [each for each in ringing if isinstance(each, CallAnswered)]
    assert (answered.answered_by, ended.answered_by) == ("0102", "0102")


@pytest.mark.parametrize("spelling", ["lower", "capital"])
@pytest.mark.parametrize(
    ("happening", "answered_by"), [("hangs_up", set()), ("is_answered", {"101"})]
)
async def test_with_a_webhook_module_a_call_is_posted(
    happening, answered_by, spelling, driver, listener, posts, clock
):
    await driver.change("spelling", spelling)
    await driver.happen("webhook", url=DOOR)
    await driver.happen(happening)

    events = read(listener.system, posts, clock)
    assert {str(post.url) for post in posts} == {DOOR}
    assert [each for each in events if isinstance(each, CallEnded)]
    assert {e.answered_by for e in events if isinstance(e, CallAnswered)} == answered_by


async def test_without_an_address_the_module_is_gone_again(driver, posts):
    await driver.happen("webhook", url=DOOR)
    await driver.happen("webhook", url="")
    await driver.happen("hangs_up")

    assert posts == []


async def test_what_is_no_address_is_refused(driver):
    reply = await driver.http.post("/_simulator/happenings/webhook", data={"url": "ringback"})

    assert reply.status_code == 400


@pytest.mark.parametrize(
    "wrong", [{"answered_by": "999"}, {"seconds": "nan"}, {"seconds": "1e12"}, {"queue": "999"}]
)
async def test_a_call_that_cannot_be_does_not_ring(wrong, driver, simulator):
    reply = await driver.http.post("/_simulator/happenings/is_answered", data=wrong)

    assert reply.status_code == 400
    assert simulator.pbx.calls == {}


async def test_a_queue_fills_up_and_clears(driver, listener):
    async def waiting():
        return (await listener.system.queues.fetch_figures("800")).waiting

    await driver.happen("queue_fills", queue="800", waiting="7")
    full = await waiting()
    await driver.happen("queue_clears")

    assert (full, await waiting()) == (7, 0)


async def test_after_a_restart_call_numbers_begin_again(driver, simulator):
    async def number():
        await driver.happen("hangs_up")
        return max(simulator.pbx.calls)

    first = await number()
    await driver.happen("restart")

    assert simulator.pbx.calls == {}
    assert await number() == first


async def test_the_licence_nears_its_end_and_is_renewed(driver, listener, clock):
    async def left():
        return (await listener.system.licence.fetch_licence()).expires_on - clock.now().date()

    await driver.happen("licence_ends", days="5")
    near = await left()
    await driver.happen("licence_renewed")

    assert (near, await left()) == (timedelta(days=5), timedelta(days=365))


class Looks:
    """What requests or posts show of each habit."""

    def __init__(self, driver, posts):
        self._driver, self._http, self._posts = driver, driver.http, posts

    async def _bodies(self):
        await self._driver.happen("webhook", url=DOOR)
        self._posts.clear()
        await self._driver.happen("is_answered")
        return [json.loads(post.content) for post in self._posts]

    async def makecall_reply(self):
        return set((await self._http.get(f"{ROOT}/makecall?first=101&second=102")).json())

    async def wrong_key_status(self):
        return (await self._http.get("/webapi/wrong/pbx.calls.get")).status_code

    async def read_only_status(self):
        return (await self._http.get(f"/webapi/{READ_ONLY_KEY}/ext.del?num=101")).status_code

    async def has_licence_document(self):
        return (await self._http.get(f"{ROOT}/")).status_code

    async def profiles_govern(self):
        path = f"{ROOT}/ext.queueglobal.set?num=101&log=on"
        return (await self._http.get(path)).json()["result"]

    async def spelling(self):
        return {key for body in await self._bodies() for key in body if key.lower() == "event"}

    async def end_twice(self):
        return [body["event"] for body in await self._bodies()].count("incoming")


HABITS = {
    "makecall_reply": {"chid": {"chid"}, "finalStatus": {"finalStatus"}},
    "wrong_key_status": {"404": 404, "403": 403, "401": 401, "200": 200},
    "read_only_status": {"403": 403, "200": 200},
    "has_licence_document": {"on": 200, "off": 404},
    "profiles_govern": {"off": True, "on": False},
    "spelling": {"lower": {"event"}, "capital": {"Event"}},
    "end_twice": {"on": 2, "off": 1},
}


@pytest.mark.parametrize("habit", HABITS)
async def test_a_habit_changes_what_is_answered_or_posted(habit, driver, posts):
    look = getattr(Looks(driver, posts), habit)

    seen = await seen_with(driver, habit, list(HABITS[habit]), look)

    assert seen == list(HABITS[habit].values())


async def test_every_habit_is_tried_here(driver):
    assert await driver.offered("habits") == set(HABITS)
