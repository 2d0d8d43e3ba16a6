"""A Slack that answers at once and keeps when each card arrived; far lighter than the stand-in."""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from bench.load import LENGTH

CARD = re.compile(rb"bench-(\d+)")
CHANNEL = re.compile(rb'"channel"\s*:\s*"(\w+)"')


class Slack:
    """``arrived`` holds the moment of every card by its number; ``posts`` counts all requests."""

    def __init__(self) -> None:
        self.arrived: dict[int, float] = {}
        self.posts = 0
        self.repeated = 0
        self.port = 0
        self._stamps = itertools.count(1)

    def answer(self, request: bytes, at: float) -> bytes:
        """Take a request and say what Slack says."""
        self.posts += 1
        card = CARD.search(request) if b"chat.postMessage" in request[:80] else None
        if card is not None:
            self.repeated += int(card[1]) in self.arrived
            self.arrived.setdefault(int(card[1]), at)
        channel = CHANNEL.search(request)
        name = channel[1] if channel else b"C0BENCH"
        body = b'{"ok":true,"channel":"%s","ts":"1700000000.%06d"}' % (name, next(self._stamps))
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        return head % len(body) + body


class _Line(asyncio.Protocol):
    _transport: asyncio.WriteTransport

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return
        found = LENGTH.search(self._got, 0, end)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._got) < whole:
            return
        request, self._got = self._got[:whole], self._got[whole:]
        self._transport.write(self._slack.answer(request, at))


@asynccontextmanager
async def running() -> AsyncIterator[Slack]:
    """A Slack on a port of its own."""
    slack = Slack()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Line(slack), "127.0.0.1", 0)
    slack.port = server.sockets[0].getsockname()[1]
    try:
        yield slack
    finally:
        server.close()
