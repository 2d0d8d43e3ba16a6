"""Requests that were held up between being taken and leaving: by a stopped process, a slow disk."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from support.clocks import START, FixedClock

from bot.slack.departures import LATEST_SECONDS, SPARE_SECONDS
from bot.slack.message import Message
from bot.slack.poster import Poster
from storage import doubts, outbox, turns
from storage.engine import open_engines
from storage.outbox import Pace
from storage.schema import migrate
from storage.store import Store

PACE = Pace()


class Slack:
    """Takes every post, and remembers when."""

    def __init__(self, clock):
        self.clock = clock
        self.posted = []

    async def chat_postMessage(self, **asked):
        self.posted.append((self.clock.now() - START).total_seconds())
        return {"ok": True, "ts": f"{len(self.posted)}.0", "channel": asked["channel"]}


@pytest.fixture
async def store(tmp_path):
    engines = open_engines(f"sqlite:///{tmp_path}/ringback.db", serving=False)
    migrate(engines)
    made = Store(engines)
    yield made
    await made.close()


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def held_up():
    """Seconds that drawing the next messages takes, one after the other."""
    return []


@pytest.fixture
def poster(store, clock, held_up):
    def compose(session, row):
        seconds = held_up.pop(0) if held_up else 0.0
        clock._monotonic += seconds
        clock.set(clock.now() + timedelta(seconds=seconds))
        return Message("a")

    settings = SimpleNamespace(slack=SimpleNamespace(history=True, ops_channel="C0OPS"))
    return Poster(store, clock, settings, Slack(clock), compose, PACE)


async def put(store, key):
    await store.write(outbox.put_message, key=key, kind="notice", slack_channel="C1", now=START)


async def look(poster):
    await poster.look()
    await poster.settle()


async def test_the_next_post_waits_for_one_that_left_late(store, clock, poster, held_up):
    await put(store, "a")
    await put(store, "b")
    held_up.append(0.9)
    await look(poster)
    await clock.advance(0.3)
    await look(poster)
    assert poster.client.posted == [0.9]
    await clock.advance(PACE.post_seconds + SPARE_SECONDS)
    await look(poster)
    first, second = poster.client.posted
    assert second - first >= 1.0


async def test_what_is_hardly_late_costs_no_turn(store, clock, poster, held_up):
    await put(store, "a")
    await put(store, "b")
    held_up.append(LATEST_SECONDS / 2)
    await look(poster)
    await clock.advance(PACE.post_seconds)
    await look(poster)
    assert len(poster.client.posted) == 2


async def test_a_post_whose_turn_has_passed_to_another_goes_back_in_line(
    store, clock, poster, held_up
):
    await put(store, "a")
    row, *_ = await store.write(outbox.claim_due, START, PACE)
    await put(store, "b")
    await clock.advance(2)
    await look(poster)
    assert poster.client.posted == [2.0]
    left = await store.write(outbox.keep_turn, row, START, clock.now(), PACE, 1.0)
    assert left is False
    await look(poster)
    assert poster.client.posted == [2.0]
    await clock.advance(PACE.post_seconds)
    await look(poster)
    assert len(poster.client.posted) == 2


async def test_a_post_that_others_look_for_already_does_not_leave(store, clock, poster, held_up):
    await put(store, "a")
    row, *_ = await store.write(outbox.claim_due, START, PACE)
    later = START + timedelta(seconds=60)
    assert await store.write(doubts.claim_doubtful, later, PACE)
    assert await store.write(outbox.keep_turn, row, START, later, PACE, 1.0) is False


async def test_a_post_held_up_while_slack_wants_to_be_left_alone_does_not_leave(store):
    await put(store, "a")
    row, *_ = await store.write(outbox.claim_due, START, PACE)
    await store.write(turns.put_off, "C1", START + timedelta(seconds=30))
    late = START + timedelta(seconds=5)
    assert await store.write(outbox.keep_turn, row, START, late, PACE, 1.0) is False


async def test_a_post_leaves_though_each_commit_takes_seconds(
    store, clock, poster, held_up, monkeypatch
):
    write = store.write

    async def slow(unit, *args, **kwargs):
        clock._move(1.5)
        return await write(unit, *args, **kwargs)

    await put(store, "a")
    held_up.append(1.0)
    monkeypatch.setattr(store, "write", slow)
    async with asyncio.timeout(5):
        await look(poster)
    assert len(poster.client.posted) == 1
