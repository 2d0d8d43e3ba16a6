"""The only module that asks the system for the time."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol

STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where there is such a clock: time that passed is no step."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
DRIFT = timedelta(milliseconds=1)
"""How far two clocks may have come apart between two comparisons."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The time of day, aware UTC. May jump."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never jumps."""

    @property
    def boot(self) -> str:
        """Which moment that is, the same in all processes of a machine; empty: nobody can tell."""

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""

    async def wait_for(self, news: asyncio.Event, seconds: float) -> None:
        """Return when ``news`` is set, at once if it is already, or after ``seconds``."""


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(STEADY)

    @cached_property
    def boot(self) -> str:
        """Linux names every start of a machine. Each steady clock counts for itself."""
        try:
            return f"{BOOT.read_text().strip()} {STEADY}"
        except OSError:
            return ""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait_for(self, news: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await news.wait()


class SteadyClock:
    """The time that everything in a process goes by: once it is set, no step of the machine's
    clock moves it. Until then it shows what the machine shows.
    """

    def __init__(self, machine: Clock) -> None:
        self.machine = machine
        self._earliest: datetime | None = None
        self._latest = datetime.max.replace(tzinfo=UTC)
        self._middle = self._latest

    def now(self) -> datetime:
        if self._earliest is None:
            return self.machine.now()
        return self.at(self.machine.monotonic())

    def at(self, steady: float) -> datetime:
        """The time at that moment of the monotonic clock. ``OverflowError`` unless ``is_set``."""
        return self._middle + timedelta(0, steady)  # days and seconds: half the price of a name

    def monotonic(self) -> float:
        return self.machine.monotonic()

    @property
    def boot(self) -> str:
        return self.machine.boot

    async def sleep(self, seconds: float) -> None:
        await self.machine.sleep(seconds)

    async def wait_for(self, news: asyncio.Event, seconds: float) -> None:
        await self.machine.wait_for(news, seconds)

    @property
    def is_set(self) -> bool:
        return self._earliest is not None

    @property
    def step(self) -> timedelta:
        """How far the machine's clock has been put forward since this one was set."""
        return self.machine.now() - self.now()

    def set(self, at: datetime, steady: float) -> None:
        """It is ``at`` at that moment of the monotonic clock, whatever was known."""
        self._earliest = None
        self.agree(at, steady, steady)

    def agree(self, at: datetime, asked: float, answered: float) -> None:
        """It was ``at`` some time between two moments of the monotonic clock.

        What is known already is only made more exact, as long as it does not contradict: many
        processes that ask the same clock have to agree to within milliseconds.
        """
        earliest, latest = at - timedelta(seconds=answered), at - timedelta(seconds=asked)
        if self._earliest is not None:
            known = self._earliest - DRIFT, self._latest + DRIFT
            if max(earliest, known[0]) <= min(latest, known[1]):
                earliest, latest = max(earliest, known[0]), min(latest, known[1])
        self._earliest, self._latest = earliest, latest
        self._middle = earliest + (latest - earliest) / 2
