"""Looking for events by long poll ("event polling")."""

import json
from dataclasses import dataclass
from typing import Any

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.models import printable
from bot.telephony.events import FeedBatch, FeedItem

NOTHING_YET = ""
"""The cursor after a first look into an empty buffer: everything is still to come."""

KEY_MEMBERS = ("seq", "timestamp", "event_type", "unique_id")
"""``seq`` alone starts anew from 0 now and then."""


@dataclass(slots=True)
class AxeosFeed:
    """The cursor is the ``seq`` of the last event received, as text.

    It is followed wherever it goes: numbers start from 0 after a restart or a reset of the
    buffer, and jump when the buffer ran over. Each look switches the gathering of events on
    again, should the PBX have switched it off.
    """

    client: AxeosClient
    name: str = "events"
    holds: bool = True

    async def fetch(self, cursor: str | None) -> FeedBatch:
        """Wait for events; the first look ever skips what the buffer holds (limit 1).

        Later looks set no limit: which end of the buffer it would cut off is not documented.
        """
        if cursor is None:
            return await self._start()
        last = None if cursor == NOTHING_YET else int(cursor)
        events = await self.client.list_events(last=last)
        if not events:
            return FeedBatch(items=(), cursor=cursor)
        return FeedBatch(items=tuple(map(_item, events)), cursor=str(events[-1]["seq"]))

    async def _start(self) -> FeedBatch:
        skipped = await self.client.list_events(limit=1, hold_seconds=0)
        cursor = str(skipped[-1]["seq"]) if skipped else NOTHING_YET
        return FeedBatch(items=(), cursor=cursor, more=True)


def _item(event: dict[str, Any]) -> FeedItem:
    members = (str(event.get(name, "")) for name in KEY_MEMBERS)
    return FeedItem(dedupe_key=printable(" ".join(members)), body=json.dumps(event).encode())
