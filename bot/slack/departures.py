"""The last question before a request leaves for Slack, when its connection stands already.

To connect takes a while, and a turn that was ours before that may be over afterwards.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot.clock import Clock
from storage import outbox
from storage.outbox import SPARE_SECONDS, Pace
from storage.store import Store
from storage.tables import OutboxRow

if TYPE_CHECKING:
    from aiohttp.connector import Connection

LATEST_SECONDS = 0.04
"""Turns are this much further apart than Slack asks for (``Pace.post_seconds``)."""

Question = Callable[[], Awaitable[None]]

_QUESTION: ContextVar[Question | None] = ContextVar("question", default=None)


class TurnMissed(Exception):
    """The request did not leave: its turn, or its message, is somebody else's by now."""


@contextmanager
def before_leaving(question: Question) -> Iterator[None]:
    """Requests that are made inside do not leave when ``question`` raises."""
    token = _QUESTION.set(question)
    try:
        yield
    finally:
        _QUESTION.reset(token)


class AskingRequest(aiohttp.ClientRequest):
    """A request that asks what ``before_leaving`` was given."""

    async def send(self, conn: "Connection") -> aiohttp.ClientResponse:
        """Leave over a connection that stands. When this raises, aiohttp closes it."""
        question = _QUESTION.get()
        if question is not None:
            await question()
        return await super().send(conn)


@dataclass
class Turn:
    """The turn of a message that was claimed. ``began`` is of the monotonic clock."""

    store: Store
    clock: Clock
    pace: Pace
    row: OutboxRow
    claimed_at: datetime
    began: float
    allowed_seconds: float = LATEST_SECONDS

    async def keep(self) -> None:
        """Get it anew when it was held up (see ``keep_turn``). Raises ``TurnMissed``."""
        while self.clock.monotonic() - self.began > self.allowed_seconds:
            began, now = self.clock.monotonic(), self.clock.now()
            if not await self._renew(now):
                raise TurnMissed
            self.began, self.claimed_at = began, now + timedelta(seconds=SPARE_SECONDS)
            self.allowed_seconds = SPARE_SECONDS

    async def _renew(self, now: datetime) -> bool:
        return await self.store.write(outbox.keep_turn, self.row, self.claimed_at, now, self.pace)
