"""Looking for events by long poll ("event polling")."""

import json
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote, unquote

from bot.adapters.axeos.client import AxeosClient
from bot.adapters.axeos.models import CallInformation, printable
from bot.telephony.events import FeedBatch, FeedItem

NOTHING_YET = ""
"""The cursor after a first look into an empty buffer: everything is still to come."""

KEY_MEMBERS = ("seq", "timestamp", "event_type", "unique_id")
"""``seq`` alone starts anew from 0 now and then."""

MOST_CALLS = 1000
"""So many are known to go on, should the PBX not tell their ends."""

DOUBTFUL = "?"
"""Before a call in a cursor: one that was not seen in full."""

SKIPPED = (
    "{system} left out events, as after a restart or when nobody has read them. Nobody knows "
    "whether calls of then were answered, so none of them is told as missed."
)


class StoredCall(CallInformation):
    """A call's event as it is stored: its end says whether the feed saw all of it, start first."""

    start_unseen: bool = False


@dataclass(slots=True)
class Sight:
    """How far the events were read, and the calls that go on, each with whether all of it was seen.

    As a cursor: the ``seq`` of the last event received, and the calls behind it. The number is
    followed wherever it goes: it starts from 0 after a restart or a reset of the buffer, and jumps
    when the buffer ran over. Then events were ``skipped``, and no call that goes on was seen in
    full, not even if it passes another "API events" rule. That the last event is sent once more
    would be no loss.
    """

    last: int | None = None
    calls: dict[str, bool] = field(default_factory=dict)
    skipped: bool = False

    @classmethod
    def read(cls, cursor: str) -> Self:
        last, *calls = cursor.split(" ")
        seen = {unquote(each.removeprefix(DOUBTFUL)): each[:1] != DOUBTFUL for each in calls}
        return cls(int(last) if last else None, seen)

    def cursor(self) -> str:
        last = NOTHING_YET if self.last is None else str(self.last)
        calls = [f"{'' if seen else DOUBTFUL}{quote(call)}" for call, seen in self.calls.items()]
        return " ".join([last, *calls[-MOST_CALLS:]])

    def take(self, event: dict[str, Any]) -> FeedItem:
        """The next event, as it is to be stored."""
        if self.last is not None and event["seq"] not in (self.last, self.last + 1):
            self.skipped = True
            self.calls = dict.fromkeys(self.calls, False)
        self.last = event["seq"]
        call = printable(str(event.get("unique_id", "")))
        match event.get("event_type"):
            case "incoming call":
                self.calls.setdefault(call, True)
            case "call finished" if not self.calls.pop(call, False):
                return _item({**event, "start_unseen": True})
        return _item(event)


@dataclass(slots=True)
class AxeosFeed:
    """Each look switches the gathering of events on again, should the PBX have switched it off."""

    client: AxeosClient
    name: str = "events"
    holds: bool = True

    async def fetch(self, cursor: str | None) -> FeedBatch:
        """Wait for events; the first look ever skips what the buffer holds (limit 1).

        Its newest event alone is taken where a call has just begun with it. Later looks set no
        limit: which end of the buffer it would cut off is not documented.
        """
        if cursor is None:
            return await self._start()
        sight = Sight.read(cursor)
        events = await self.client.list_events(last=sight.last)
        items = tuple(map(sight.take, events))
        doubt = SKIPPED.format(system=self.client.system) if sight.skipped else None
        return FeedBatch(items=items, cursor=sight.cursor(), doubt=doubt)

    async def _start(self) -> FeedBatch:
        sight = Sight()
        newest = (await self.client.list_events(limit=1, hold_seconds=0))[-1:]
        items = tuple(map(sight.take, newest))
        return FeedBatch(items=items if sight.calls else (), cursor=sight.cursor(), more=True)


def _item(event: dict[str, Any]) -> FeedItem:
    members = (str(event.get(name, "")) for name in KEY_MEMBERS)
    return FeedItem(dedupe_key=printable(" ".join(members)), body=json.dumps(event).encode())
