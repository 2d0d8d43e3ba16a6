"""The last question before a request leaves for Slack, when nothing is left but to write it.

To connect takes a while, and so does a busy loop: a turn that was ours may be over by then. Nor
does a request leave for anywhere else.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.abc import AbstractStreamWriter

from bot.clock import Clock
from storage import outbox
from storage.outbox import Pace
from storage.outgoing import Outgoing
from storage.store import Store

if TYPE_CHECKING:
    from aiohttp.connector import Connection

LATEST_SECONDS = 0.04
"""How late a request may leave without getting its turn anew. The rest of what lies between turns
beyond Slack's second (``Pace.post_seconds``) is for what nobody sees: a process that waits for a
processor, the way there.
"""

SPARE_SECONDS = 1.0
"""How late it may be once its turn was put off because it was late, for the first time."""

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


async def _ask() -> None:
    question = _QUESTION.get()
    if question is not None:
        await question()


class AskingRequest(aiohttp.ClientRequest):
    """A request that asks what ``before_leaving`` was given."""

    async def send(self, conn: "Connection") -> aiohttp.ClientResponse:
        """One without a body is written here: then this asks, and raises what the question does."""
        if not self.body:
            await _ask()
        return await super().send(conn)

    async def write_bytes(
        self,
        writer: AbstractStreamWriter,
        conn: "Connection",
        content_length: int | None = None,
    ) -> None:
        """Write headers and body, unless the question raises: then whoever waits gets that.

        aiohttp keeps the headers back until here, and on Python 3.11 comes here a round of the
        loop after ``send``.
        """
        try:
            await _ask()
        except Exception as missed:  # noqa: BLE001 - whoever made the request gets it, whatever it is
            assert conn.protocol is not None
            conn.protocol.set_exception(missed)
            return
        await super().write_bytes(writer, conn, content_length)


def without_redirects() -> aiohttp.TraceConfig:
    """What a session needs so that no request goes elsewhere than it was meant to: aiohttp would
    ask there without the message, and that answer would be taken for the message's."""
    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(_refuse)
    return trace


async def _refuse(*_: object) -> None:
    raise aiohttp.ClientPayloadError("Slack's answer leads elsewhere")


@dataclass
class Turn:
    """The turn of a message that was claimed. ``began`` is of the monotonic clock."""

    store: Store
    clock: Clock
    pace: Pace
    row: Outgoing
    claimed_at: datetime
    began: float
    allowed_seconds: float = LATEST_SECONDS

    async def keep(self) -> None:
        """Get it anew when it was held up (see ``keep_turn``). Raises ``TurnMissed``.

        Each time it may be twice as late: a commit may take long, too.
        """
        spare = SPARE_SECONDS
        while self.clock.monotonic() - self.began > self.allowed_seconds:
            began, now = self.clock.monotonic(), self.clock.now()
            if not await self._renew(now, spare):
                raise TurnMissed
            self.began, self.claimed_at = began, now + timedelta(seconds=spare)
            self.allowed_seconds, spare = spare, 2 * spare

    async def _renew(self, now: datetime, spare_seconds: float) -> bool:
        return await self.store.write(
            outbox.keep_turn, self.row, self.claimed_at, now, self.pace, spare_seconds
        )
