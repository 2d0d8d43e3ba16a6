"""Limits on the head of a request, in time and in size: uvicorn with httptools has neither."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.clock import Clock

log = logging.getLogger(__name__)

SLOWEST_SECONDS = 30.0
LOOK_SECONDS = 1.0
LARGEST_HEAD = 64 * 1024


class LimitedHeads(HttpToolsProtocol):
    """One connection. What comes beside a body is kept while its request lasts: the line of the
    request, headers, and those that may stand behind a body in chunks. What is read together with
    the beginning of a request is not counted: it may belong to the one before.
    """

    _beside_body = 0

    def data_received(self, data: bytes) -> None:
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        self._beside_body = 0
        super().on_message_begin()

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever wants to speak WebSocket here is a scanner: no two lines of the log for each."""

    def on_body(self, body: bytes) -> None:
        self._beside_body -= len(body)
        super().on_body(body)


@asynccontextmanager
async def awaiting_heads(server: uvicorn.Server, clock: Clock) -> AsyncIterator[None]:
    """Inside, a client that says nothing, or half a head, is not waited for.

    uvicorn has a limit for the pause between two requests, and bodies have one of their own
    (``webhooks.bodies``).
    """
    looking = asyncio.ensure_future(_look(server, clock))
    looking.add_done_callback(_report)
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait({looking})


def _report(looking: "asyncio.Task[None]") -> None:
    if not looking.cancelled() and looking.exception() is not None:
        log.error("Clients that say nothing are waited for", exc_info=looking.exception())


async def _look(server: uvicorn.Server, clock: Clock) -> None:
    connections: Any = server.server_state.connections
    since: dict[tuple[Any, Any], float] = {}
    while True:
        now = clock.monotonic()
        # The cycle is the request before: a connection that has had another one began anew.
        waiting = [(one, one.cycle) for one in connections if _waits(one)]
        since = {each: since.get(each, now) for each in waiting}
        for (connection, _), began in since.items():
            if now - began >= SLOWEST_SECONDS:
                connection.transport.close()
        await clock.sleep(LOOK_SECONDS)


def _waits(connection: Any) -> bool:
    """Whether a head is to come, and uvicorn has set itself no time for that."""
    is_answering = connection.cycle is not None and not connection.cycle.response_complete
    return not is_answering and connection.timeout_keep_alive_task is None
