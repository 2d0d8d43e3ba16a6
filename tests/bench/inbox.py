"""A database with receipts that wait, and the part of Ringback that takes them up."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench import posts, servers

from bot.adapters import SETTINGS_MODELS
from bot.clock import SystemClock
from bot.intake import Intake
from bot.runtime import open_runtime
from bot.settings_file import read_settings
from storage.receipts import NewReceipt, count_waiting, save_receipts
from storage.store import Store

CHUNK = 500
MISSED_EVERY = 20


@dataclass(frozen=True, slots=True)
class Inbox:
    """The storage and the intake on it."""

    store: Store
    intake: Intake

    async def fill(self, notices: Iterator[dict[str, Any]], count: int) -> None:
        """Let receipts wait, signed and stored as if they had been posted."""
        for _ in range(0, count, CHUNK):
            batch = [_receipt(notice) for notice in islice(notices, min(CHUNK, count))]
            await self.store.write(save_receipts, batch)
            await asyncio.sleep(0)

    async def empty(self) -> float:
        """Take up everything that waits; returns how many seconds that took."""
        began = time.perf_counter()
        while await self.intake.take_up_waiting():
            pass
        took = time.perf_counter() - began
        assert await self.store.read(count_waiting) == 0
        return took


def busy_day() -> Iterator[dict[str, Any]]:
    """Answered calls; one event in twenty is a missed call."""
    calls = posts.answered_calls()
    for number in itertools.count():
        yield from islice(calls, MISSED_EVERY - 1)
        yield posts.missed_call(number)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Inbox]:
    """An inbox on an SQLite file, with 200 rules. Nobody sends what it lets be sent."""
    file = servers.write_settings(folder, port=3000, slack_port=9)
    settings = read_settings(file, SETTINGS_MODELS, servers.SECRETS)
    async with open_runtime(settings, SystemClock()) as runtime:
        store, clock, systems = runtime.store, runtime.clock, runtime.systems
        intake = Intake(store, clock, settings, systems, runtime.leases, store.write)
        yield Inbox(store, intake)


def _receipt(notice: dict[str, Any]) -> NewReceipt:
    head, _, body = posts.phone_post(notice).partition(b"\r\n\r\n")
    return NewReceipt(
        system="door",
        dedupe_key=head.split(b"webhook-id: ")[1].split(b"\r\n")[0].decode(),
        road="push",
        content_type="application/json",
        body=body,
        received_at=SystemClock().now(),
    )
