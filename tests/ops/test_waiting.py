"""Waits that news ends, by both clocks: what tests wait by must end like what is served."""

import asyncio

import pytest
from support.clocks import FixedClock

from bot.clock import SteadyClock, SystemClock

LONG = 3600.0


@pytest.fixture(params=[FixedClock, SystemClock, lambda: SteadyClock(SystemClock())])
def clock(request):
    return request.param()


async def test_news_that_is_there_is_not_waited_for(clock):
    news = asyncio.Event()
    news.set()
    await clock.wait_for(news, LONG)


async def test_news_ends_the_wait(clock):
    news = asyncio.Event()
    waiting = asyncio.ensure_future(clock.wait_for(news, LONG))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    news.set()
    await waiting


async def test_it_ends_without_news(clock):
    await clock.wait_for(asyncio.Event(), 0)


async def test_a_wait_that_is_cancelled_is(clock):
    waiting = asyncio.ensure_future(clock.wait_for(asyncio.Event(), LONG))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
