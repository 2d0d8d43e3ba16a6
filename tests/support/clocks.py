"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 13, 2, 11, tzinfo=UTC)


class FixedClock:
    """``sleep`` returns when ``advance`` has moved the clock past its end."""

    boot = "the machine's only start"

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._monotonic + seconds, self._count, done))
        await done

    async def wait_for(self, news: asyncio.Event, seconds: float) -> None:
        if news.is_set():
            return
        waits = asyncio.ensure_future(news.wait()), asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    @property
    def is_slept_on(self) -> bool:
        """Whether somebody waits for a time to come."""
        return any(not done.done() for _, _, done in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Move on, waking sleepers in the order of their ends."""
        end = self._monotonic + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, done = heapq.heappop(self._sleepers)
            self._move(due - self._monotonic)
            if not done.done():
                done.set_result(None)
            for _ in range(20):
                await asyncio.sleep(0)
        self._move(end - self._monotonic)

    def set(self, now: datetime) -> None:
        """Step the time of day; the monotonic clock does not jump."""
        self._now = now

    def _move(self, seconds: float) -> None:
        self._monotonic += seconds
        self._now += timedelta(seconds=seconds)
