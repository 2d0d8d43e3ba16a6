"""Steers a simulator over its control page, as an outside test driver does, and hears its news."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.adapters.simulation_page import CONTROL
from bot.clock import Clock
from bot.telephony.events import PhoneEvent, RawEvent
from bot.telephony.system import PhoneSystem

JSON = {"accept": "application/json"}


class Driver:
    """``http`` reaches the simulator; no socket is ever opened."""

    def __init__(self, app: Starlette) -> None:
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://sim")

    async def happen(self, name: str, **fields: str) -> None:
        await self._post(f"happenings/{name}", fields)

    async def change(self, habit: str, value: str) -> None:
        await self._post(f"habits/{habit}", {"value": value})

    async def offered(self, table: str) -> set[str]:
        """The names of all happenings or habits."""
        return set((await self.http.get(CONTROL, headers=JSON)).json()[table])

    async def _post(self, path: str, form: dict[str, str]) -> None:
        reply = await self.http.post(f"{CONTROL}/{path}", data=form, headers=JSON)
        assert reply.status_code == 200, reply.text


@dataclass
class Listener:
    """Fetches a system's feed, from its very first look on, and parses what it brings."""

    system: PhoneSystem
    clock: Clock
    cursor: str | None = None

    async def news(self) -> list[PhoneEvent]:
        """The events since the last look."""
        assert self.system.feed
        assert self.system.parse
        batch = await self.system.feed.fetch(self.cursor)
        self.cursor = batch.cursor
        events = []
        for item in batch.items:
            road, kind = self.system.feed.name, item.content_type
            raw = RawEvent(
                road=road, body=item.body, content_type=kind, received_at=self.clock.now()
            )
            events += self.system.parse(raw)
        return events


Look = Callable[[], Awaitable[Any]]


async def seen_with(driver: Driver, habit: str, values: list[str], look: Look) -> list[Any]:
    """What ``look`` sees with each value of a habit in turn."""
    seen = []
    for value in values:
        await driver.change(habit, value)
        seen.append(await look())
    return seen
