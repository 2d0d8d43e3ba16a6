"""The simulator's buffer of events, with the habits that "event polling" describes."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import Clock

CAPACITY = 1000
UNREAD_SECONDS = 600.0
"""After so long without a reader a full buffer is reset. The real time is not documented."""


class EventRing:
    """Events are gathered from the first read on; nobody is told of earlier ones.

    ``zone`` writes the timestamps, ``tells_zone`` says whether they carry it.
    """

    def __init__(self, clock: Clock, zone: ZoneInfo, *, tells_zone: bool = True) -> None:
        self.zone = zone
        self.tells_zone = tells_zone
        self.gathering = False
        self._clock = clock
        self._events: deque[dict[str, Any]] = deque()
        self._next_seq = 0
        self._last_read = clock.monotonic()
        self._news = asyncio.Event()

    def append(self, event_type: str | None, at: datetime, members: Mapping[str, Any]) -> None:
        """Record an event. ``event_type`` may be ``None``: one kind has no documented name."""
        if not self.gathering:
            return
        if len(self._events) == CAPACITY and self._is_unread():
            self.reset()
            return
        if len(self._events) == CAPACITY:
            self._events.popleft()
        kind = {} if event_type is None else {"event_type": event_type}
        stamp = self.timestamp(at)
        self._events.append({**kind, "seq": self._next_seq, "timestamp": stamp, **members})
        self._next_seq += 1
        self._wake()

    async def read(
        self, last: int | None, hold_seconds: float, limit: int | None
    ) -> list[dict[str, Any]]:
        """The events after ``last``, as soon as there are any; none after ``hold_seconds``."""
        self.gathering = True
        ends_at = self._clock.monotonic() + hold_seconds
        known = None if last is None or last >= self._next_seq else last
        while True:
            self._last_read = self._clock.monotonic()
            found = self._after(known)
            left = ends_at - self._clock.monotonic()
            if found or left <= 0:
                return _limited(found, last, limit)
            await self._clock.wait_for(self._news, left)

    def restart(self) -> None:
        """The PBX restarts: an empty buffer, and numbers from 0."""
        self.reset()

    def reset(self) -> None:
        """It ran over and nobody read: emptied, switched off, and numbers from 0."""
        self._events.clear()
        self._next_seq = 0
        self.gathering = False

    def overflow(self, lost: int = 10) -> None:
        """It ran over while somebody read: what is in it and ``lost`` more events are gone."""
        self._events.clear()
        self._next_seq += lost

    def _after(self, last: int | None) -> list[dict[str, Any]]:
        """A number from before a restart is ahead of ours: then everything is new."""
        if last is None or last >= self._next_seq:
            return list(self._events)
        return [event for event in self._events if event["seq"] > last]

    def _is_unread(self) -> bool:
        return self._clock.monotonic() - self._last_read >= UNREAD_SECONDS

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def timestamp(self, at: datetime) -> str:
        """A moment as events spell it."""
        local = at.astimezone(self.zone)
        return (local if self.tells_zone else local.replace(tzinfo=None)).isoformat()


def _limited(
    events: list[dict[str, Any]], last: int | None, limit: int | None
) -> list[dict[str, Any]]:
    """A first read with a limit gets the newest events, which skips the past; others go on."""
    if limit is None:
        return events
    if last is None:
        return events[len(events) - limit :] if limit < len(events) else events
    return events[:limit]
