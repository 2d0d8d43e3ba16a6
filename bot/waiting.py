"""Waits that somebody may end."""

import asyncio

from bot.clock import Clock


async def wait_for_news(clock: Clock, news: asyncio.Event, seconds: float) -> None:
    """Return when ``news`` is set, at once if it is already, or after ``seconds``."""
    if news.is_set():
        return
    waits = asyncio.ensure_future(news.wait()), asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
